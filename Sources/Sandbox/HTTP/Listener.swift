import CSystem
import Platform

/// Accepts connections on 127.0.0.1, each with its own thread.
final class Listener: Sendable {
  /// Further clients wait in the system's queue.
  static let maxConnections = 128

  let port: UInt16
  private let acceptor: Thread
  private let threads = Monitor(Threads())
  private let stopSignal: StopSignal

  private struct Threads {
    var running: [Int: Thread] = [:]
    var finished: [Thread] = []
    var accepted = 0
  }

  /// Starts listening.
  /// - Parameters:
  ///   - port: 0 for any free port.
  ///   - serve: Handles one connection's socket to its end and closes it; called on the connection's thread.
  /// - Throws: `SystemError` if the port is not available.
  init(port: UInt16, serve: @escaping @Sendable (Int32, StopSignal) -> Void) throws(SystemError) {
    ProcessHardening.ignoreBrokenPipes()
    let listening = try Listener.listen(port)
    do throws(SystemError) {
      self.port = try Listener.port(of: listening)
      stopSignal = try StopSignal()
      acceptor = try Thread { [threads, stopSignal] in
        Listener.accept(listening, threads, stopSignal, serve)
        close(listening)
      }
    } catch {
      close(listening)
      throw error
    }
  }

  /// The number of connections accepted so far.
  var acceptedCount: Int { threads.withLock { $0.accepted } }

  /// Ends every connection, and returns when all threads have ended. Call it once.
  func stop() {
    stopSignal.raise()
    acceptor.join()
    _ = threads.wait { $0.running.isEmpty ? true : nil }
    Listener.joinFinished(threads)
  }

  private static func accept(
    _ listening: Int32, _ threads: Monitor<Threads>, _ stopSignal: StopSignal,
    _ serve: @escaping @Sendable (Int32, StopSignal) -> Void
  ) {
    while stopSignal.wait(listening, milliseconds: 3_600_000) != .stopped {
      _ = threads.wait { $0.running.count < maxConnections ? true : nil }
      joinFinished(threads)
      guard let socket = acceptOne(listening) else {
        // Probably out of descriptors. Wait, instead of spinning.
        _ = stopSignal.wait(-1, milliseconds: 20)
        continue
      }
      start(threads, socket) { serve(socket, stopSignal) }
    }
  }

  /// Serves a connection on a thread of its own; without one, closes it.
  private static func start(_ threads: Monitor<Threads>, _ socket: Int32, _ serve: @escaping @Sendable () -> Void) {
    threads.withLock { state in
      state.accepted += 1
      let id = state.accepted
      let thread = try? Thread {
        serve()
        threads.withLock { state in
          if let own = state.running.removeValue(forKey: id) { state.finished.append(own) }
        }
      }
      if let thread { state.running[id] = thread } else { close(socket) }
    }
  }

  private static func joinFinished(_ threads: Monitor<Threads>) {
    let finished = threads.withLock { state in
      defer { state.finished = [] }
      return state.finished
    }
    for thread in finished { thread.join() }
  }

  private static func acceptOne(_ listening: Int32) -> Int32? {
    let socket = CSystem.accept(listening, nil, nil)
    guard socket >= 0 else { return nil }
    configure(socket)
    // An answer's bytes must be sent at once, even one by one.
    var on: Int32 = 1
    _ = setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    return socket
  }

  private static func configure(_ socket: Int32) {
    _ = system_set_close_on_exec(socket)
    _ = system_set_nonblocking(socket)
  }

  private static func listen(_ port: UInt16) throws(SystemError) -> Int32 {
    let listening = system_open_tcp_socket()
    guard listening >= 0 else { throw .last("open a socket") }
    configure(listening)
    var on: Int32 = 1
    _ = setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isBound, CSystem.listen(listening, 128) == 0 else {
      let error = SystemError.last("listen on 127.0.0.1:\(port)")
      close(listening)
      throw error
    }
    return listening
  }

  private static func port(of listening: Int32) throws(SystemError) -> UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listening, $0, &size) }
    }
    guard code == 0 else { throw .last("read the port") }
    return UInt16(bigEndian: address.sin_port)
  }
}

/// A signal that wakes every thread waiting on a descriptor: a pipe whose write end is closed stays readable for all of them.
final class StopSignal: Sendable {
  private let pipe: Pipe

  /// - Throws: `SystemError` if the process has no free descriptor.
  init() throws(SystemError) { pipe = try Pipe() }

  /// Ends all current and future waits.
  func raise() { pipe.closeWriter() }

  /// The reason a wait ended.
  enum Wake: Equatable {
    case ready
    case timedOut
    case stopped
  }

  /// Waits until `descriptor` (-1 for none) is readable, or writable, or broken.
  func wait(_ descriptor: Int32, forWriting: Bool = false, milliseconds: Int64) -> Wake {
    let end = SystemClock().monotonicNanoseconds() + milliseconds * 1_000_000
    while true {
      let left = max(0, (end - SystemClock().monotonicNanoseconds() + 999_999) / 1_000_000)
      var polled = [
        pollfd(fd: pipe.reader, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor, events: Int16(forWriting ? POLLOUT : POLLIN), revents: 0),
      ]
      let count = poll(&polled, 2, Int32(min(left, 3_600_000)))
      if polled[0].revents != 0 { return .stopped }
      if count > 0 { return .ready }
      if count == 0, left == 0 { return .timedOut }
    }
  }
}
