import Foundation
import JSON
import TestSupport
import Testing

@testable import Sandbox

/// A raw socket to the sandbox, since only the bytes show what a server really does.
final class TestClient {
  private let socket: Int32

  init(_ server: SandboxServer) throws {
    let port = try #require(server.baseURL.flatMap { URL(string: $0)?.port })
    socket = try TestClient.connect(port)
    // A test that waits for a missing answer fails instead of hanging.
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(socket) }

  private static func connect(_ port: Int) throws -> Int32 {
    let socket = StreamSocket.connected(toPort: port)
    try #require(socket >= 0)
    return socket
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }

  /// How the connection ended.
  enum End: Equatable {
    case closed
    case reset
    /// Nothing arrived within the socket's timeout.
    case silent
  }

  /// Returns everything until the connection ends.
  func readToEnd(patienceMilliseconds: Int = 5000) -> (bytes: [UInt8], end: End) {
    var patience = timeval(
      tv_sec: patienceMilliseconds / 1000, tv_usec: suseconds_t(patienceMilliseconds % 1000 * 1000))
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var bytes: [UInt8] = []
    while true {
      var chunk = [UInt8](repeating: 0, count: 65536)
      let count = recv(socket, &chunk, chunk.count, 0)
      if count == 0 { return (bytes, .closed) }
      if count < 0 { return (bytes, errno == ECONNRESET ? .reset : .silent) }
      bytes += chunk[..<count]
    }
  }

  func readByte() throws -> UInt8 {
    var byte: UInt8 = 0
    try #require(recv(socket, &byte, 1, 0) == 1, "the connection ended")
    return byte
  }

  /// Returns one answer with a `Content-Length`.
  func readAnswer() throws -> TestAnswer {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual([13, 10, 13, 10]) { head.append(try readByte()) }
    var answer = TestAnswer(head: String(decoding: head, as: UTF8.self), body: [])
    let length = try #require(answer.header("Content-Length").flatMap { Int($0) })
    while answer.body.count < length { answer.body.append(try readByte()) }
    return answer
  }
}

/// The parts of one answer.
struct TestAnswer {
  var head: String
  var body: [UInt8]

  var status: Int { Int(head.split(separator: " ")[1]) ?? 0 }
  var json: JSONValue? { try? JSONParser.parse(body) }
  var code: String? { json?["code"]?.stringValue }

  func header(_ name: String) -> String? {
    let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
    return line.map { String($0.dropFirst(name.count + 1)).trimmingCharacters(in: .whitespaces) }
  }

  /// Splits everything that arrived over a connection at the first empty line.
  init?(whole bytes: [UInt8]) {
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) }) else { return nil }
    self.init(head: String(decoding: bytes[..<(end + 4)], as: UTF8.self), body: Array(bytes[(end + 4)...]))
  }

  init(head: String, body: [UInt8]) {
    self.head = head
    self.body = body
  }
}

/// Requests as text.
enum TestRequest {
  static let token = "not-a-real-token-1"
  static let secret = "not-a-real-secret-1"
  static let configuration = SandboxConfiguration(
    accessToken: token,
    rules: [
      SandboxRule(ruleID: "ru_1", apiSecret: secret, name: "Move to savings"),
      SandboxRule(ruleID: "ru/2 ü", apiSecret: "not-a-real-secret-2", name: "Nothing known"),
    ])

  static func post(_ path: String, _ headers: [String: String] = [:], body: String = "{}") -> String {
    let all = ["Host": "sandbox", "Content-Type": "application/json", "Content-Length": "\(body.utf8.count)"]
      .merging(headers) { $1 }
    return "POST \(path) HTTP/1.1\r\n" + all.map { "\($0): \($1)\r\n" }.joined() + "\r\n" + body
  }

  static func accounts(_ headers: [String: String] = [:]) -> String {
    post("/accounts", ["x-sequence-access-token": "Bearer \(token)"].merging(headers) { $1 })
  }

  static func trigger(
    _ ruleID: String = "ru_1", secret: String = secret, key: String? = nil, closes: Bool = false, body: String = "{}"
  ) -> String {
    var headers = ["x-sequence-signature": "Bearer \(secret)"]
    headers["idempotency-key"] = key
    headers["Connection"] = closes ? "close" : nil
    return post("/remote-api/rules/\(ruleID)/trigger", headers, body: body)
  }
}

/// Runs `body` with a sandbox that is stopped afterwards.
func withSandbox(
  _ configuration: SandboxConfiguration = TestRequest.configuration, faults: [SandboxFault] = [],
  timeouts: SandboxServer.Timeouts = SandboxServer.Timeouts(), _ body: (SandboxServer) throws -> Void
) throws {
  let server = SandboxServer(
    configuration: configuration, faults: faults.map { FaultStep($0) }, clock: ManualClock("2026-11-22T16:13:46.000Z"),
    timeouts: timeouts)
  try server.start()
  defer { server.stop() }
  try body(server)
}

/// Sends one request on its own connection.
func ask(_ server: SandboxServer, _ request: String) throws -> TestAnswer {
  let client = try TestClient(server)
  client.send(request)
  return try client.readAnswer()
}
