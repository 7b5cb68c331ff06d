import CSystem
import Platform

/// One client connection, used by its own thread: blocking reads and writes that end when the server stops.
final class Connection {
  private let socket: Int32
  private let stopSignal: StopSignal
  private var buffer: ArraySlice<UInt8> = []
  /// The deadline on the monotonic clock for receiving the current request, or for sending its answer.
  private var deadlineNanoseconds: Int64 = 0

  /// - Parameter socket: Non-blocking; closed by `close` or `reset`, one of which must be called.
  init(socket: Int32, stopSignal: StopSignal) {
    self.socket = socket
    self.stopSignal = stopSignal
  }

  /// Waits for the first byte of a request.
  /// - Throws: `HTTPFault.closed`, even if the client was only idle for too long.
  func awaitRequest(idleMilliseconds: Int64) throws(HTTPFault) {
    allow(milliseconds: idleMilliseconds)
    do throws(HTTPFault) {
      if buffer.isEmpty { try fill() }
    } catch .timedOut {
      throw .closed
    }
  }

  /// Sets the time limit for the next steps together.
  func allow(milliseconds: Int64) {
    deadlineNanoseconds = SystemClock().monotonicNanoseconds() + milliseconds * 1_000_000
  }

  /// Returns the bytes up to the next line feed, without it and a preceding carriage return; nil if they exceed `limit`.
  func readLine(limit: Int) throws(HTTPFault) -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      let end = buffer.firstIndex(of: 0x0A)
      line += buffer[..<(end ?? buffer.endIndex)]
      guard line.count <= limit else { return nil }
      if let end {
        buffer = buffer[(end + 1)...]
        if line.last == 0x0D { line.removeLast() }
        return line
      }
      buffer = []
      try fill()
    }
  }

  func readExactly(_ count: Int) throws(HTTPFault) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let part = buffer.prefix(count - bytes.count)
      bytes += part
      buffer = buffer.dropFirst(part.count)
      if bytes.count == count { return bytes }
      try fill()
    }
  }

  func write(_ bytes: [UInt8]) throws(HTTPFault) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { send(socket, $0.baseAddress.map { $0 + offset }, $0.count - offset, 0) }
      if count < 0 { try waitAfterError(forWriting: true) }
      offset += max(0, count)
    }
  }

  /// Sleeps. - Throws: `HTTPFault.stopped`.
  func pause(milliseconds: Int64) throws(HTTPFault) {
    if stopSignal.wait(-1, milliseconds: milliseconds) == .stopped { throw .stopped }
  }

  /// Waits until the client disconnects, discarding its input.
  func waitForEnd() throws(HTTPFault) {
    while true {
      try fill()
      buffer = []
    }
  }

  /// Closes the connection gracefully. With `draining`, further input is discarded for a short time first: unread bytes at the
  /// time of closing would make the system discard the answer.
  func close(draining: Bool = false) {
    if draining {
      _ = shutdown(socket, Int32(SHUT_WR))
      allow(milliseconds: 500)
      try? waitForEnd()
    }
    closeSocket()
  }

  /// Closes the connection with a TCP reset.
  func reset() {
    var now = linger(l_onoff: 1, l_linger: 0)
    _ = setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    closeSocket()
  }

  private func closeSocket() {
    _ = CSystem.close(socket)
  }

  /// Fills the empty buffer with at least one byte.
  private func fill() throws(HTTPFault) {
    while buffer.isEmpty {
      var received = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: 16384) { space, count in
        received = recv(socket, space.baseAddress, space.count, 0)
        count = max(0, received)
      }
      if received == 0 { throw .closed }
      if received < 0 { try waitAfterError(forWriting: false) }
      buffer = chunk[...]
    }
  }

  /// Waits until the socket is ready, if the last call failed only because it was not.
  private func waitAfterError(forWriting: Bool) throws(HTTPFault) {
    let code = SystemError.last(forWriting ? "send" : "receive").code
    guard code == EAGAIN || code == EINTR else { throw .closed }
    let left = (deadlineNanoseconds - SystemClock().monotonicNanoseconds()) / 1_000_000
    switch stopSignal.wait(socket, forWriting: forWriting, milliseconds: max(0, left)) {
    case .ready: break
    case .timedOut: throw .timedOut
    case .stopped: throw .stopped
    }
  }
}
