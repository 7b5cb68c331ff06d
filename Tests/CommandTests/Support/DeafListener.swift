import Foundation
import TestSupport

/// A port of 127.0.0.1 that accepts connections, since the system does that, and never reads from them.
final class DeafListener {
  private let socket: Int32
  let baseURL: String

  init() throws {
    guard let listening = StreamSocket.listening() else { throw POSIXError(.EADDRINUSE) }
    socket = listening.descriptor
    baseURL = "http://127.0.0.1:\(listening.port)"
  }

  deinit { close(socket) }
}
