package import Platform
import Synchronization

/// Keeps a busy model from being locked out by Sequence: 100 requests at once, refilled with 100 a minute (Sequence API
/// docs, read 2026-11). One bucket is shared by all calls of the process.
package final class TokenBucket: Sendable {
  /// How many requests may go out in one burst.
  package static let capacity: Int64 = 100
  private static let millisecondsPerToken: Int64 = 600

  private let clock: any Clock
  /// When the bucket is full again, on the clock that does not jump: every token taken moves it 600 ms on.
  private let fullAt: Mutex<Int64>

  package init(clock: any Clock = SystemClock()) {
    self.clock = clock
    fullAt = Mutex(.min)
  }

  /// Takes one token.
  /// - Returns: nil where there was one, else in how many milliseconds there will be.
  package func take() -> Int64? {
    let now = clock.monotonicNanoseconds() / 1_000_000
    return fullAt.withLock { fullAt in
      let next = max(fullAt, now) + TokenBucket.millisecondsPerToken
      let tooMuch = next - now - TokenBucket.capacity * TokenBucket.millisecondsPerToken
      if tooMuch > 0 { return tooMuch }
      fullAt = next
      return nil
    }
  }
}
