import CSystem
import Platform

/// Wakes every thread that waits on a descriptor: a pipe whose writing end is closed stays readable for all of them.
final class StopSignal: Sendable {
  private let readEnd: Int32
  private let writeEnd: Monitor<Int32?>

  /// - Throws: `SystemError` where the process has no descriptor left.
  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .last("open a pipe") }
    for end in ends { _ = system_set_close_on_exec(end) }
    readEnd = ends[0]
    writeEnd = Monitor(ends[1])
  }

  deinit {
    raise()
    close(readEnd)
  }

  /// Ends all waiting, now and later.
  func raise() {
    writeEnd.withLock { end in
      if let end { close(end) }
      end = nil
    }
  }

  /// How a wait came to its end.
  enum Wake: Equatable {
    case ready
    case timedOut
    case stopped
  }

  /// Waits until `descriptor` (-1 for none) can be read, or written, or is broken.
  func wait(_ descriptor: Int32, forWriting: Bool = false, milliseconds: Int64) -> Wake {
    let end = SystemClock().monotonicNanoseconds() + milliseconds * 1_000_000
    while true {
      let left = max(0, (end - SystemClock().monotonicNanoseconds() + 999_999) / 1_000_000)
      var polled = [
        pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor, events: Int16(forWriting ? POLLOUT : POLLIN), revents: 0),
      ]
      let count = poll(&polled, 2, Int32(min(left, 3_600_000)))
      if polled[0].revents != 0 { return .stopped }
      if count > 0 { return .ready }
      if count == 0, left == 0 { return .timedOut }
    }
  }
}
