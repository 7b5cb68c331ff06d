import Foundation
import JSON
import Testing

@testable import Sandbox

@Suite struct HTTPServingTests {
  @Test func `a connection is kept for many requests`() throws {
    try withSandbox { server in
      let client = try TestClient(server)
      for _ in 0..<100 {
        client.send(TestRequest.accounts())
        try #expect(client.readAnswer().status == 200)
      }
      #expect(server.connectionCount == 1)
      #expect(server.apiRequestCount == 100)
    }
  }

  @Test func `requests sent together are answered in order`() throws {
    try withSandbox { server in
      let client = try TestClient(server)
      client.send(TestRequest.accounts() + TestRequest.trigger() + TestRequest.post("/nowhere"))
      try #expect(client.readAnswer().json?["data"]?["accounts"] != nil)
      try #expect(client.readAnswer().code == "SUCCESS")
      try #expect(client.readAnswer().status == 404)
    }
  }

  @Test func `a request may come byte by byte`() throws {
    try withSandbox { server in
      let client = try TestClient(server)
      for byte in TestRequest.trigger(body: #"{"a":1}"#).utf8 { client.send([byte]) }
      try #expect(client.readAnswer().status == 200)
      #expect(server.moves.map(\.body) == [["a": 1]])
    }
  }

  @Test func `a chunked body is put together`() throws {
    try withSandbox { server in
      let client = try TestClient(server)
      client.send(
        """
        POST /remote-api/rules/ru_1/trigger HTTP/1.1\r
        Host: x\r
        Content-Type: application/json; charset=utf-8\r
        X-Sequence-Signature: Bearer \(TestRequest.secret)\r
        Transfer-Encoding: chunked\r
        \r
        3;extension=1\r
        {"a\r
        4\r
        ":1}\r
        0\r
        Trailer: 1\r
        \r

        """)
      try #expect(client.readAnswer().status == 200)
      #expect(server.moves.map(\.body) == [["a": 1]])
    }
  }

  @Test func `a client that asks first is told to continue`() throws {
    try withSandbox { server in
      let client = try TestClient(server)
      client.send(
        "POST /accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
      client.send("{}")
      let text = String(decoding: client.readToEnd().bytes, as: UTF8.self)
      #expect(text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 "))
    }
  }

  @Test func `a proxy's request for a whole URL is understood`() throws {
    try withSandbox { server in
      let request = TestRequest.accounts().replacing("POST /accounts", with: "POST http://sandbox:80/accounts")
      try #expect(ask(server, request).status == 200)
    }
  }

  @Test(arguments: [
    "POST /accounts HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
    "POST /accounts HTTP/1.1\r\nHost: x\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n",
  ])
  func `the connection ends when the client wants it`(request: String) throws {
    try withSandbox { server in
      let client = try TestClient(server)
      client.send(request)
      let (bytes, end) = client.readToEnd()
      #expect(TestAnswer(whole: bytes)?.status == 401)
      #expect(TestAnswer(whole: bytes)?.header("Connection") == "close")
      #expect(end == .closed)
    }
  }

  @Test(arguments: [
    ("nonsense\r\n\r\n", 400), ("POST /accounts HTTP/2\r\nHost: x\r\n\r\n", 400), ("POST  / HTTP/1.1\r\n\r\n", 400),
    ("POST /accounts HTTP/1.1\r\n\r\n", 400), ("POST / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400), ("POST / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\n folded: b\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", 413),
  ])
  func `other requests are refused, and the server continues`(request: String, status: Int) throws {
    try withSandbox { server in
      let client = try TestClient(server)
      client.send(request)
      let (bytes, end) = client.readToEnd()
      #expect(TestAnswer(whole: bytes)?.status == status)
      #expect(end == .closed)
      try #expect(ask(server, TestRequest.accounts()).status == 200)
    }
  }

  @Test func `a head that never ends is refused`() throws {
    try withSandbox { server in
      for filler in [String(repeating: "x", count: 70_000), String(repeating: "a: b\r\n", count: 12_000)] {
        let client = try TestClient(server)
        client.send("POST / HTTP/1.1\r\nHost: x\r\n" + filler)
        #expect(TestAnswer(whole: client.readToEnd().bytes)?.status == 431)
      }
    }
  }

  @Test func `a slow client is turned away`() throws {
    var timeouts = SandboxServer.Timeouts()
    timeouts.request = 30
    try withSandbox(timeouts: timeouts) { server in
      let client = try TestClient(server)
      client.send("POST /accounts HT")
      #expect(TestAnswer(whole: client.readToEnd().bytes)?.status == 408)
    }
  }

  @Test func `an idle connection is closed without a word`() throws {
    var timeouts = SandboxServer.Timeouts()
    timeouts.idle = 30
    try withSandbox(timeouts: timeouts) { server in
      let (bytes, end) = try TestClient(server).readToEnd()
      #expect(bytes.isEmpty)
      #expect(end == .closed)
    }
  }

  @Test func `a client that takes nothing does not hold the server up`() throws {
    try withSandbox(faults: [.hugeBody(bytes: 20_000_000)]) { server in
      let client = try TestClient(server)
      client.send(TestRequest.accounts())
      try #expect(client.readByte() == UInt8(ascii: "H"))
      try #expect(ask(server, TestRequest.accounts()).status == 200)
    }
  }

  @Test func `more clients than threads are served one after the other`() throws {
    try withSandbox { server in
      var idle = try (0..<Listener.maxConnections).map { _ in try TestClient(server) }
      let late = try TestClient(server)
      late.send(TestRequest.accounts())
      idle.removeAll()
      try #expect(late.readAnswer().status == 200)
    }
  }

  @Test func `no descriptor is left behind`() throws {
    // Not by the names in /dev/fd: Foundation crashes where those of a thousand descriptors fill its buffer to the end.
    func descriptors() -> Int { (Int32(0)..<16_384).count { fcntl($0, F_GETFD) >= 0 } }
    func useAServer() throws {
      try withSandbox(faults: SandboxFault.quick) { server in
        for _ in SandboxFault.quick {
          let client = try TestClient(server)
          client.send(TestRequest.trigger(closes: true))
          _ = client.readToEnd()
        }
      }
    }
    // Other tests run in this process, so only growth in every round is a leak.
    let leaks = try (0..<50).allSatisfy { _ in
      let before = descriptors()
      try useAServer()
      return descriptors() > before
    }
    #expect(!leaks)
  }
}
