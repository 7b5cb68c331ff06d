import CSystem
import Synchronization

/// The child processes that are running. A signal that ends this process, such as Ctrl-C, kills them first: each runs in its
/// own session, which the terminal's signals do not reach.
enum RunningChildren {
  /// Spawns a child and records it, with the signals blocked in between.
  static func starting(_ spawn: () throws(SystemError) -> pid_t) throws(SystemError) -> pid_t {
    var (held, mask) = (signalSet(endingSignals), signalSet([]))
    handleEndingSignals()
    pthread_sigmask(SIG_BLOCK, &held, &mask)
    defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
    let child = try spawn()
    _ = replace(0, with: child)
    return child
  }

  /// Removes a child that is about to be reaped, after which the system may reuse its process id.
  static func ended(_ child: pid_t) { _ = replace(child, with: 0) }

  /// Replaces one recorded process id with another. With all four places taken, a further child is not recorded.
  private static func replace(_ old: pid_t, with new: pid_t) -> Bool {
    func isReplaced(_ place: borrowing Atomic<pid_t>) -> Bool {
      place.compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent).exchanged
    }
    return isReplaced(first) || isReplaced(second) || isReplaced(third) || isReplaced(fourth)
  }
}

/// A notice written to stderr if a signal terminates this process. `set` arms it, `clear` disarms it.
package enum EndingNotice {
  /// Has no effect in a server, which has its own handlers.
  package static func set(_ text: String) {
    // Never freed: a handler may be writing an earlier one.
    notice.store(UInt(bitPattern: strdup(text)), ordering: .sequentiallyConsistent)
    handleEndingSignals()
  }

  package static func clear() { notice.store(0, ordering: .sequentiallyConsistent) }
}

/// The signals that end a process by default.
private let endingSignals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

/// Installs the handler.
private func handleEndingSignals() {
  // The handler must not be the first to read these variables, which would initialize them.
  RunningChildren.ended(-1)
  _ = notice.load(ordering: .sequentiallyConsistent)
  for number in endingSignals {
    // A server has its own handlers, which stop its calls. An ignored signal stays ignored.
    if system_has_default_action(number) { signal(number, endProcess) }
  }
}

/// The address of the notice, a C string; 0 if there is none.
private let notice = Atomic<UInt>(0)
private let first = Atomic<pid_t>(0)
private let second = Atomic<pid_t>(0)
private let third = Atomic<pid_t>(0)
private let fourth = Atomic<pid_t>(0)

/// Writes the notice and kills the children, then ends this process by the same signal. A signal handler, so it calls only
/// async-signal-safe functions (POSIX.1-2024, section 2.4.3).
private func endProcess(_ number: Int32) {
  if let text = UnsafePointer<CChar>(bitPattern: notice.load(ordering: .sequentiallyConsistent)) {
    _ = write(STDERR_FILENO, text, strlen(text))
  }
  func end(_ place: borrowing Atomic<pid_t>) {
    let child = place.load(ordering: .sequentiallyConsistent)
    if child > 0 { kill(-child, SIGKILL) }
  }
  end(first)
  end(second)
  end(third)
  end(fourth)
  system_set_default_action(number)
  // Blocked until the handler returns.
  raise(number)
}
