import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Turns signals into calls on a thread of its own: SIGTERM and SIGINT end the server, SIGHUP reloads the configuration.
///
/// The signals are blocked in every thread and fetched with `sigwait`, so no code runs in a signal handler.
struct SignalListener {
  /// Becomes readable when the server shall end.
  let wake: Int32

  /// Must run before any other thread is started, since threads inherit the blocked signals.
  init() throws(SystemError) {
    var ends: (Int32, Int32) = (0, 0)
    let failed = withUnsafeMutablePointer(to: &ends) { pointer in
      pointer.withMemoryRebound(to: Int32.self, capacity: 2) { pipe($0) }
    }
    guard failed == 0 else { throw .last("open a pipe") }
    wake = ends.0
    writeEnd = ends.1
    for descriptor in [ends.0, ends.1] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var signals = SignalListener.signals
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Listens until the process ends; `reload` runs on the listening thread.
  func start(reload: @escaping @Sendable () -> Void) throws(SystemError) {
    let writeEnd = writeEnd
    // Its only owner is the process itself: it waits for signals until there is nobody left to send one.
    try Thread {
      var signals = SignalListener.signals
      var signal: Int32 = 0
      while sigwait(&signals, &signal) == 0 {
        if signal == SIGHUP { reload() } else { try? FileDescriptor.writeAll([0], to: writeEnd) }
      }
    }.detach()
  }

  private let writeEnd: Int32

  private static var signals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
    return set
  }
}
