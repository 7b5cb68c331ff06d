import CSystem

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The handle of a running thread.
package struct Thread: Sendable {
  #if canImport(Darwin)
    private let handle: SendableHandle
  #else
    private let handle: pthread_t
  #endif

  /// Starts `body` on a new thread with a 1 MiB stack.
  /// - Throws: `SystemError` if the system cannot create another thread.
  package init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let box = Unmanaged.passRetained(Body(body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 1 << 20)
    defer { pthread_attr_destroy(&attributes) }
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let code = pthread_create(&thread, &attributes, threadEntry, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw SystemError(code: code, attempt: "start a thread")
    }
    #if canImport(Darwin)
      handle = SendableHandle(thread: thread)
    #else
      handle = thread
    #endif
  }

  /// Blocks until the thread's body has returned. Call it once.
  package func join() {
    #if canImport(Darwin)
      if let thread = handle.thread { pthread_join(thread, nil) }
    #else
      pthread_join(handle, nil)
    #endif
  }

  /// Detaches the thread. Only for a thread that must not delay the end of the process.
  package func detach() {
    #if canImport(Darwin)
      if let thread = handle.thread { pthread_detach(thread) }
    #else
      pthread_detach(handle)
    #endif
  }
}

private final class Body: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

#if canImport(Darwin)
  /// `pthread_t` is a pointer on macOS, used only as an opaque identifier, so it may cross threads.
  private struct SendableHandle: @unchecked Sendable { let thread: pthread_t? }

  private func threadEntry(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
    return nil
  }
#else
  private func threadEntry(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
    return nil
  }
#endif
