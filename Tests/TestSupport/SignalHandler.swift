#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Handlers of signals.
package enum SignalHandler {
  /// Gives a signal a handler that does nothing, so that it only interrupts system calls.
  package static func interrupt(_ number: Int32) {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = { _ in }
    #else
      action.__sigaction_handler.sa_handler = { _ in }
    #endif
    sigaction(number, &action, nil)
  }
}
