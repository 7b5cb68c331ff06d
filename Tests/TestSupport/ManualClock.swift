import Platform
import Synchronization

/// A clock that moves only when the test moves it.
package final class ManualClock: Clock {
  private struct Time {
    var wallMilliseconds: Int64
    var monotonicMilliseconds: Int64 = 1_000_000_000
    var asleepMilliseconds: Int64 = 0
    var bootID: String? = "boot-1"
    var slept: Int64 = 0
  }

  private let time: Mutex<Time>

  /// - Parameter start: An RFC 3339 time.
  package init(_ start: String = "2026-11-22T16:00:00Z") {
    guard let start = Timestamp.milliseconds(rfc3339: start) else { preconditionFailure("'\(start)' is not a time") }
    time = Mutex(Time(wallMilliseconds: start))
  }

  package func wallMilliseconds() -> Int64 { time.withLock { $0.wallMilliseconds } }
  package func monotonicNanoseconds() -> Int64 { time.withLock { $0.monotonicMilliseconds * 1_000_000 } }
  package func bootMilliseconds() -> Int64 { time.withLock { $0.monotonicMilliseconds + $0.asleepMilliseconds } }
  package var bootID: String? { time.withLock { $0.bootID } }

  /// Lets time pass.
  package func advance(milliseconds: Int64) {
    time.withLock {
      $0.wallMilliseconds += milliseconds
      $0.monotonicMilliseconds += milliseconds
    }
  }
  package func advance(seconds: Int64) { advance(milliseconds: seconds * 1000) }
  package func advance(hours: Int64) { advance(seconds: hours * 3600) }

  /// Lets time pass until then. An earlier time moves the clocks back, so that the test begins there.
  package func set(_ rfc3339: String) {
    time.withLock { time in
      let difference = (Timestamp.milliseconds(rfc3339: rfc3339) ?? time.wallMilliseconds) - time.wallMilliseconds
      time.wallMilliseconds += difference
      time.monotonicMilliseconds += difference
    }
  }
  /// Sets the wall clock forward or back without any time passing.
  package func turn(seconds: Int64) { time.withLock { $0.wallMilliseconds += seconds * 1000 } }

  /// Lets the machine sleep: the monotonic clock stops.
  package func sleep(seconds: Int64) {
    time.withLock {
      $0.wallMilliseconds += seconds * 1000
      $0.asleepMilliseconds += seconds * 1000
    }
  }

  /// Restarts the machine in no time.
  /// - Parameter bootID: Nil for a system that reports none.
  package func reboot(_ bootID: String? = "boot-2") {
    time.withLock {
      $0.bootID = bootID
      $0.monotonicMilliseconds = 5000
      $0.asleepMilliseconds = 0
    }
  }

  /// Replaces waiting in the code under test; the time passes at once.
  package func pause(milliseconds: Int64) {
    advance(milliseconds: milliseconds)
    time.withLock { $0.slept += milliseconds }
  }

  /// The total time that `pause` has waited, in milliseconds.
  package var slept: Int64 { time.withLock { $0.slept } }
}
