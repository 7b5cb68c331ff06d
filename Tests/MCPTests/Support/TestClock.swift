import Platform
import Synchronization

/// A clock that stands still until the test moves it.
final class TestClock: Clock {
  private let milliseconds = Mutex<Int64>(1_795_363_200_000)

  func advance(milliseconds: Int64) { self.milliseconds.withLock { $0 += milliseconds } }
  func wallMilliseconds() -> Int64 { milliseconds.withLock { $0 } }
  func monotonicNanoseconds() -> Int64 { milliseconds.withLock { $0 * 1_000_000 } }
}
