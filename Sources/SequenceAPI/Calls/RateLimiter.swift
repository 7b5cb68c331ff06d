package import Platform
package import Secrets
import Synchronization

/// Keeps a busy model from being locked out by Sequence: for each key 100 requests at once, refilled with 100 a minute
/// (Sequence API docs, read 2026-11). All calls of the process share one limiter.
package final class RateLimiter: Sendable {
  /// How many requests of one key may be sent in one burst.
  package static let capacity: Int64 = 100
  private static let millisecondsPerToken: Int64 = 600

  private let clock: any Clock
  /// When each key's bucket is full again, on the clock that does not jump: every token taken moves it 600 ms on. A key
  /// is kept by its hash, so that no secret lies here; a full bucket need not be kept at all.
  private let fullAt = Mutex<[Int: Int64]>([:])

  package init(clock: any Clock = SystemClock()) { self.clock = clock }

  /// Looks whether there is a token, without taking it.
  /// - Parameter reserve: how many tokens must be left for others.
  /// - Returns: nil if there is one, else in how many milliseconds there will be.
  package func waitMilliseconds(for key: Secret, leaving reserve: Int64 = 0) -> Int64? {
    next(key, reserve, takes: false)
  }

  /// Takes one token.
  /// - Returns: nil if there was one, else in how many milliseconds there will be.
  package func take(for key: Secret, leaving reserve: Int64 = 0) -> Int64? { next(key, reserve, takes: true) }

  private func next(_ key: Secret, _ reserve: Int64, takes: Bool) -> Int64? {
    let now = clock.monotonicNanoseconds() / 1_000_000
    var hasher = Hasher()
    hasher.combine(key.reveal())
    let hash = hasher.finalize()
    return fullAt.withLock { fullAt in
      let next = max(fullAt[hash] ?? .min, now) + RateLimiter.millisecondsPerToken
      let excess = next - now - (RateLimiter.capacity - reserve) * RateLimiter.millisecondsPerToken
      if excess > 0 { return excess }
      guard takes else { return nil }
      if fullAt.count >= 64 { fullAt = fullAt.filter { $0.value > now } }
      fullAt[hash] = next
      return nil
    }
  }
}
