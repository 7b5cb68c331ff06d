import CSystem
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The programs that this process runs just now. A signal that ends the process, such as Ctrl-C, ends them first: each is in a
/// session of its own, so that the terminal's signals do not reach it.
enum RunningChildren {
  /// The signals that end a process that does not handle them.
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  /// Starts a program with these signals held back, so that none of them comes between its start and the note of it.
  static func starting(_ spawn: () throws(SystemError) -> pid_t) throws(SystemError) -> pid_t {
    var held = sigset_t()
    sigemptyset(&held)
    for number in signals {
      sigaddset(&held, number)
      // A server that handles them itself stops its calls, and what is ignored stays ignored.
      let before = signal(number, endChildren)
      if unsafeBitCast(before, to: Int.self) != unsafeBitCast(SIG_DFL, to: Int.self) { signal(number, before) }
    }
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, &held, &mask)
    defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
    let child = try spawn()
    _ = replace(0, with: child)
    return child
  }

  /// Forgets a program that is about to be reaped: its number may then be another's.
  static func ended(_ child: pid_t) { _ = replace(child, with: 0) }

  /// Puts a number in the place of another one. A program more than there are places is not noted.
  private static func replace(_ old: pid_t, with new: pid_t) -> Bool {
    func isReplaced(_ place: borrowing Atomic<pid_t>) -> Bool {
      place.compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent).exchanged
    }
    return isReplaced(first) || isReplaced(second) || isReplaced(third) || isReplaced(fourth)
  }
}

private let first = Atomic<pid_t>(0)
private let second = Atomic<pid_t>(0)
private let third = Atomic<pid_t>(0)
private let fourth = Atomic<pid_t>(0)

/// Ends the programs, and then this process as the signal would have. Runs wherever the signal finds the process, so it calls only
/// what POSIX lists as safe there.
private func endChildren(_ number: Int32) {
  func end(_ place: borrowing Atomic<pid_t>) {
    let child = place.load(ordering: .sequentiallyConsistent)
    if child > 0 { kill(-child, SIGKILL) }
  }
  end(first)
  end(second)
  end(third)
  end(fourth)
  signal(number, SIG_DFL)
  // It is held back until the handler returns.
  raise(number)
}
