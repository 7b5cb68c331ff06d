import Foundation
import JSON
import TestSupport

/// An HTTP server on this machine that answers each request as a test wants, one connection after another.
// `@unchecked Sendable`: everything is constant except what `answer` itself guards.
final class ScriptedListener: @unchecked Sendable {
  private let socket: Int32
  let baseURL: String

  /// - Parameter answer: Returns status and body for the first line of a request.
  init(_ answer: @escaping @Sendable (String) -> (status: Int, body: JSONValue)) throws {
    guard let listening = StreamSocket.listening() else { throw POSIXError(.EADDRINUSE) }
    socket = listening.descriptor
    baseURL = "http://127.0.0.1:\(listening.port)"
    Foundation.Thread.detachNewThread { [socket] in
      while true {
        let connection = accept(socket, nil, nil)
        guard connection >= 0 else { return }
        Foundation.Thread.detachNewThread { ScriptedListener.serve(connection, answer) }
      }
    }
  }

  func stop() {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }

  private static func serve(_ connection: Int32, _ answer: (String) -> (status: Int, body: JSONValue)) {
    defer { close(connection) }
    var bytes: [UInt8] = []
    while let request = request(connection, &bytes) {
      let (status, body) = answer(request)
      let content = JSONWriter.write(body)
      let head = "HTTP/1.1 \(status) X\r\ncontent-type: application/json\r\ncontent-length: \(content.count)\r\n\r\n"
      var rest = (Array(head.utf8) + content)[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }

  /// Returns the first line of the next request, after reading its head and body.
  private static func request(_ connection: Int32, _ bytes: inout [UInt8]) -> String? {
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let end = text.range(of: "\r\n\r\n") {
        let head = text[..<end.lowerBound]
        let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
          .flatMap { Int($0.dropFirst("content-length:".utf8.count).trimmingCharacters(in: .whitespaces)) }
        let whole = head.utf8.count + 4 + (length ?? 0)
        if bytes.count >= whole {
          bytes.removeFirst(whole)
          return head.split(separator: "\r\n").first.map(String.init)
        }
      }
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
  }
}
