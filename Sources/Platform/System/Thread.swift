import CSystem

/// The handle of a running thread.
package struct Thread: Sendable {
  private let handle: UInt

  /// Starts `body` on a new thread with a 1 MiB stack.
  /// - Throws: `SystemError` if the system cannot create another thread.
  package init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let box = Unmanaged.passRetained(Body(body))
    var handle: UInt = 0
    let code = system_start_thread(&handle, runBody, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw SystemError(code: code, attempt: "start a thread")
    }
    self.handle = handle
  }

  /// Blocks until the thread's body has returned. Call it once.
  package func join() { _ = system_join_thread(handle) }

  /// Detaches the thread. Only for a thread that must not delay the end of the process.
  package func detach() { _ = system_detach_thread(handle) }
}

private final class Body: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
  return nil
}
