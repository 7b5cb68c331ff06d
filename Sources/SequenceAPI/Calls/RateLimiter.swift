package import Platform
package import Secrets
import Synchronization

/// A rate limiter that keeps a busy model from being locked out by Sequence: per key, a burst of 100 requests, refilled at 100
/// a minute (Sequence API docs, read 2026-11). All calls of the process share one limiter.
package final class RateLimiter: Sendable {
  /// The maximum number of requests with one key in one burst.
  package static let capacity: Int64 = 100
  private static let millisecondsPerToken: Int64 = 600

  private let clock: any Clock
  /// The time at which each key's bucket is full again, on the monotonic clock. Each token taken adds 600 ms. Keys are stored
  /// as hashes, so that no secret is kept here; full buckets need not be stored.
  private let fullAt = Mutex<[Int: Int64]>([:])

  package init(clock: any Clock = SystemClock()) { self.clock = clock }

  /// Checks for a token without taking it.
  /// - Parameter reserve: How many tokens must be left for other calls.
  /// - Returns: nil if there is a token, otherwise the milliseconds until there is one.
  package func waitMilliseconds(for key: Secret, leaving reserve: Int64 = 0) -> Int64? {
    next(key, reserve, takes: false)
  }

  /// Takes one token.
  /// - Returns: nil if a token was taken, otherwise the milliseconds until there is one.
  package func take(for key: Secret, leaving reserve: Int64 = 0) -> Int64? { next(key, reserve, takes: true) }

  private func next(_ key: Secret, _ reserve: Int64, takes: Bool) -> Int64? {
    let now = clock.monotonicMilliseconds()
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
