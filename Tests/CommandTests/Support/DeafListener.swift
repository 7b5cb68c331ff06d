import Foundation
import TestSupport

/// A port of 127.0.0.1 where connections are made, since the system does that, and nobody reads what they bring.
final class DeafListener {
  private let socket: Int32
  let baseURL: String

  init() throws {
    socket = StreamSocket.make()
    var address = StreamSocket.loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { [socket] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(.EADDRINUSE) }
    baseURL = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
  }

  deinit { close(socket) }
}
