import CSystem
import Platform
import Synchronization
import TestSupport

/// A server on 127.0.0.1 that stores the bytes of every request and answers any request with bytes from a script.
final class RawServer: Sendable {
  struct Reply: Sendable {
    var text: String
    var closes = true

    /// A well-formed 200 with an accepted trigger or an empty list of accounts, depending on the request.
    static let fine = Reply(
      text: http(200, #"{"message":"ok","data":{"requestId":"req_1","accounts":[]}}"#), closes: false)

    static func http(_ status: Int, _ body: String, _ headers: [String] = []) -> String {
      (["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + headers + ["", body]).joined(separator: "\r\n")
    }
  }

  private struct State {
    var replies: [Reply]
    var requests: [String] = []
    var sockets: Set<Int32> = []
    var connectionCount = 0
    var isStopped = false
  }

  let port: Int
  private let listening: Int32
  private let state: Monitor<State>
  private let tls: TLSServer?

  /// - Parameters:
  ///   - replies: One for each request; requests after the last one are left unanswered.
  ///   - tls: Nil for plain HTTP.
  ///   - answersAtOnce: Whether it answers the first bytes, without parsing them, and closes.
  init(_ replies: [Reply], tls: TLSServer? = nil, answersAtOnce: Bool = false) throws {
    guard let socket = StreamSocket.listening() else { throw SystemError.last("listen") }
    let listening = socket.descriptor
    self.listening = listening
    self.tls = tls
    port = Int(socket.port)
    let state = Monitor(State(replies: replies))
    self.state = state
    try Thread { RawServer.acceptAll(listening, state, tls, answersAtOnce) }.detach()
  }

  /// The requests so far, each with its head and body.
  var requests: [String] { state.withLock { $0.requests } }
  var connectionCount: Int { state.withLock { $0.connectionCount } }

  /// Waits until the client or the server has closed every accepted connection.
  func waitUntilClosed() -> Bool {
    state.wait(timeoutMilliseconds: 5000) { $0.sockets.isEmpty && $0.connectionCount > 0 ? true : nil } ?? false
  }

  /// Sends bytes that answer no request on each open connection.
  func sendUnasked(_ text: String) {
    let bytes = Array(text.utf8)
    state.withLock { state in
      for socket in state.sockets { send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
    }
  }

  func stop() {
    state.withLock { state in
      state.isStopped = true
      for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }
    // A last connection ends the wait for connections: on macOS, `shutdown` does not.
    close(StreamSocket.connected(toPort: port))
    _ = state.wait(timeoutMilliseconds: 5000) { $0.sockets.isEmpty ? true : nil }
  }

  private static func acceptAll(_ listening: Int32, _ state: Monitor<State>, _ tls: TLSServer?, _ answersAtOnce: Bool) {
    while true {
      let client = accept(listening, nil, nil)
      guard client >= 0 else { break }
      let isStopped = state.withLock { state in
        state.connectionCount += 1
        state.sockets.insert(client)
        return state.isStopped
      }
      guard !isStopped, let thread = try? Thread({ serve(client, state, tls, answersAtOnce) }) else {
        drop(client, state)
        if isStopped { break }
        continue
      }
      thread.detach()
    }
    close(listening)
  }

  private static func drop(_ client: Int32, _ state: Monitor<State>) {
    state.withLock { state in
      state.sockets.remove(client)
      close(client)
    }
  }

  private static func serve(_ client: Int32, _ state: Monitor<State>, _ tls: TLSServer?, _ answersAtOnce: Bool) {
    defer { drop(client, state) }
    var session: TLSServer.Session?
    if let tls {
      session = tls.accept(client)
      guard session != nil else { return }
    }
    if answersAtOnce {
      _ = try? FileDescriptor.readSome(client, capacity: 65536)
      let bytes = Array((state.withLock { $0.replies.first?.text } ?? "").utf8)
      send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      return
    }
    var pending: [UInt8] = []
    while let request = readRequest(
      &pending, { session?.read() ?? (try? FileDescriptor.readSome(client, capacity: 65536)) ?? [] })
    {
      let reply = state.withLock { state in
        state.requests.append(request)
        return state.replies.isEmpty ? nil : state.replies.removeFirst()
      }
      guard let reply else {
        // Left unanswered until one side closes the connection.
        var byte: UInt8 = 0
        recv(client, &byte, 1, 0)
        return
      }
      let bytes = Array(reply.text.utf8)
      if let session { session.write(bytes) } else { try? FileDescriptor.writeAll(bytes, to: client) }
      if reply.closes { return session?.close() ?? () }
    }
  }

  /// Returns one request up to the end of its body (by `Content-Length`); nil at the end of the connection.
  private static func readRequest(_ pending: inout [UInt8], _ read: () -> [UInt8]) -> String? {
    var end: Int?
    while true {
      end = end ?? RawServer.end(of: pending)
      if let end, pending.count >= end {
        let request = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeFirst(end)
        return request
      }
      let more = read()
      if more.isEmpty { return nil }
      pending += more
    }
  }

  /// Returns the end of the request that begins there; nil until its head is complete.
  private static func end(of bytes: [UInt8]) -> Int? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let head = text.ranges(of: "\r\n\r\n").first else { return nil }
    let length =
      text[..<head.lowerBound].lowercased().split(separator: "\r\n").compactMap { line in
        line.hasPrefix("content-length:") ? Int(line.dropFirst(15).filter { $0 != " " }) : nil
      }.first ?? 0
    return text[..<head.upperBound].utf8.count + length
  }
}
