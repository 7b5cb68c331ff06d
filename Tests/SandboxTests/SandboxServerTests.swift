import JSON
import Platform
import TestSupport
import Testing

@testable import Sandbox

@Suite struct SandboxServerTests {
  @Test func `accounts are listed in the API's shape`() throws {
    try withSandbox { server in
      let answer = try ask(server, TestRequest.accounts())
      #expect(answer.status == 200)
      #expect(answer.json?["requestId"] == "req_sandbox_000001")
      let accounts = try #require(answer.json?["data"]?["accounts"]?.arrayValue)
      #expect(
        accounts[1] == [
          "id": "acc_sandbox_checking", "name": "Checking", "type": "Account",
          "balance": ["amountInDollars": .number(JSONNumber("4812.36")!), "error": nil],
        ])
      #expect(accounts.last?["balance"] == ["amountInDollars": nil, "error": "The balance could not be refreshed"])
      #expect(answer.json?["data"]?["errors"] == ["Credit Card: balance not available"])
    }
  }

  @Test func `a trigger is accepted and recorded`() throws {
    try withSandbox { server in
      let answer = try ask(server, TestRequest.trigger(key: "key-1", body: #"{"amountInCents": 5000}"#))
      #expect(answer.status == 200)
      #expect(
        answer.json == [
          "code": "SUCCESS", "message": "The rule was triggered", "data": ["requestId": "req_sandbox_000001"],
        ])
      #expect(
        server.moves == [
          SandboxMove(
            ruleID: "ru_1", idempotencyKey: "key-1", body: ["amountInCents": 5000],
            receivedMilliseconds: 1_795_364_026_000, isCarriedOut: true, answer: "SUCCESS", movedCents: 5000,
            requestID: "req_sandbox_000001", source: "acc_sandbox_checking", destination: "acc_sandbox_savings")
        ])
      #expect(server.accounts[1].balanceCents == 4_762_36)
      #expect(server.accounts[2].balanceCents == 12_550_00)
    }
  }

  @Test func `a repeated key gets the same answer and is not carried out`() throws {
    try withSandbox { server in
      let request = TestRequest.trigger(key: "key-1", body: #"{"amountInCents": 5000}"#)
      let first = try ask(server, request)
      let second = try ask(server, request)
      #expect(first.body == second.body)
      #expect(server.moves.map(\.isCarriedOut) == [true, false])
      #expect(server.accounts[2].balanceCents == 12_550_00)
    }
  }

  @Test func `without a key every trigger is carried out`() throws {
    try withSandbox { server in
      for _ in 0..<2 { _ = try ask(server, TestRequest.trigger()) }
      #expect(server.moves.map(\.isCarriedOut) == [true, true])
    }
  }

  @Test func `an answer names no path of this machine`() throws {
    let server = SandboxServer(configuration: TestRequest.configuration, directory: "/dev/null/sandbox")
    try server.start()
    defer { server.stop() }
    let text = String(decoding: try ask(server, TestRequest.trigger()).body, as: UTF8.self)
    #expect(text.contains("moves.jsonl cannot be kept") && !text.contains("/dev/null"), "\(text)")
  }

  @Test func `a refused trigger does not use its key up`() throws {
    try withSandbox { server in
      try #expect(ask(server, TestRequest.trigger(secret: "wrong", key: "key-1")).code == "INVALID_API_SECRET")
      try #expect(ask(server, TestRequest.trigger(key: "key-1")).code == "SUCCESS")
      #expect(server.moves.map(\.isCarriedOut) == [false, true])
    }
  }

  @Test(arguments: [
    (TestRequest.accounts(["x-sequence-access-token": "Bearer wrong"]), 401, "INVALID_ACCESS_TOKEN"),
    (TestRequest.accounts(["x-sequence-access-token": TestRequest.token]), 401, "INVALID_ACCESS_TOKEN"),
    (TestRequest.post("/accounts"), 401, "INVALID_ACCESS_TOKEN"),
    (TestRequest.accounts(["Content-Type": "text/plain"]), 400, "INVALID_REQUEST"),
    (TestRequest.trigger(secret: "not-a-real-secret-2"), 401, "INVALID_API_SECRET"),
    (TestRequest.post("/remote-api/rules/ru_1/trigger"), 401, "INVALID_API_SECRET"),
    (TestRequest.trigger("ru_unknown"), 400, "INVALID_REQUEST"),
    (TestRequest.trigger(body: "[1]"), 400, "INVALID_REQUEST"),
    (TestRequest.trigger(body: "{"), 400, "INVALID_REQUEST"),
    (TestRequest.trigger(""), 404, "NOT_FOUND"),
    (TestRequest.trigger("a/b"), 404, "NOT_FOUND"),
    (TestRequest.trigger("%zz"), 404, "NOT_FOUND"),
    (TestRequest.post("/accounts?page=1"), 404, "NOT_FOUND"),
    (TestRequest.post("/"), 404, "NOT_FOUND"),
    ("GET /accounts HTTP/1.1\r\nHost: x\r\n\r\n", 405, "METHOD_NOT_ALLOWED"),
    ("DELETE /remote-api/rules/ru_1/trigger HTTP/1.1\r\nHost: x\r\n\r\n", 405, "METHOD_NOT_ALLOWED"),
  ])
  func `a bad request gets its status and code`(request: String, status: Int, code: String) throws {
    try withSandbox { server in
      let answer = try ask(server, request)
      #expect(answer.status == status)
      #expect(answer.code == code)
      #expect(answer.json?["message"]?.stringValue?.isEmpty == false)
      #expect(!server.moves.contains { $0.isCarriedOut })
    }
  }

  @Test func `a rule id is percent-decoded`() throws {
    try withSandbox { server in
      try #expect(
        ask(server, TestRequest.trigger("ru%2F2%20%C3%BC", secret: "not-a-real-secret-2")).code == "SUCCESS")
      #expect(server.moves.map(\.ruleID) == ["ru/2 ü"])
    }
  }

  @Test func `the trigger path can be another`() throws {
    var configuration = TestRequest.configuration
    configuration.triggerPath = "/rules/{rule_id}/trigger"
    try withSandbox(configuration) { server in
      let request = TestRequest.post("/rules/ru_1/trigger", ["x-sequence-signature": "Bearer \(TestRequest.secret)"])
      try #expect(ask(server, request).status == 200)
      try #expect(ask(server, TestRequest.trigger()).status == 404)
    }
  }

  @Test func `a stopped server is gone and can start again`() throws {
    let server = SandboxServer(configuration: TestRequest.configuration)
    try server.start()
    let idle = try TestClient(server)
    idle.send(TestRequest.accounts())
    _ = try idle.readAnswer()
    server.stop()
    #expect(idle.readToEnd().end == .closed)
    #expect(server.baseURL == nil)
    // Not on the same port: while a child process of another test starts, it may still hold the closed socket.
    try server.start()
    try server.start()
    try #expect(ask(server, TestRequest.accounts()).status == 200)
    server.stop()
  }

  @Test func `another process can read moves and script faults`() throws {
    try withSandbox { server in
      try #expect(ask(server, TestRequest.post("/sandbox/faults", body: #"{"faults":["status-503:2"]}"#)).status == 200)
      try #expect(ask(server, TestRequest.trigger(key: "k")).status == 503)
      try #expect(ask(server, TestRequest.accounts()).status == 503)
      try #expect(ask(server, TestRequest.trigger(key: "k", body: #"{"a":1}"#)).status == 200)
      let moves = try ask(server, "GET /sandbox/moves HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(
        String(decoding: moves.body, as: UTF8.self) == """
          {"moves":[\
          {"rule_id":"ru_1","idempotency_key":"k","body":{},"received":"2026-11-22T16:13:46.000Z","carried_out":false,\
          "answer":"fault: status-503","moved_cents":0},\
          {"rule_id":"ru_1","idempotency_key":"k","body":{"a":1},"received":"2026-11-22T16:13:46.000Z","carried_out":true,\
          "answer":"SUCCESS","moved_cents":0}\
          ],"carried_out":1,"api_requests":3}
          """)
    }
  }

  @Test(arguments: [
    (#"{"faults":["nonsense"]}"#, "unknown fault 'nonsense', write one of: ok, reset"),
    (#"{"faults":["hang:0"]}"#, "'0' is not a count"), (#"{"seed":1}"#, "write 'faults'"), ("[]", "The body must be"),
  ])
  func `a bad script is refused`(body: String, message: String) throws {
    try withSandbox { server in
      let answer = try ask(server, TestRequest.post("/sandbox/faults", body: body))
      #expect(answer.status == 400)
      #expect(answer.json?["message"]?.stringValue?.hasPrefix(message) == true)
    }
  }

  @Test func `the configuration describes itself without secrets`() {
    var text = ""
    dump(TestRequest.configuration, to: &text)
    #expect(!text.contains("not-a-real"))
    #expect(!"\(TestRequest.configuration) \(TestRequest.configuration.rules)".contains("not-a-real"))
  }
}
