import JSON
import Testing

@testable import Sandbox

@Suite struct SandboxBankTests {
  @Test func `no more moves than is there`() throws {
    try withSandbox { server in
      _ = try ask(server, TestRequest.trigger(body: #"{"amount":999999}"#))
      #expect(server.moves.map(\.movedCents) == [4_812_36])
      #expect(server.accounts[1].balanceCents == 0)
      #expect(server.accounts[2].balanceCents == 12_500_00 + 4_812_36)
    }
  }

  @Test func `a rule that names no pod moves to savings`() throws {
    try withSandbox { server in
      _ = try ask(
        server, TestRequest.trigger("ru%2F2%20%C3%BC", secret: "not-a-real-secret-2", body: #"{"amount":1}"#))
      #expect(server.moves.map(\.isCarriedOut) == [true])
      #expect(server.accounts[1].balanceCents == 4_812_36 - 100)
      #expect(server.accounts[2].balanceCents == 12_500_00 + 100)
    }
  }

  @Test func `a key belongs to one rule`() throws {
    try withSandbox { server in
      _ = try ask(server, TestRequest.trigger(key: "k"))
      _ = try ask(server, TestRequest.trigger("ru%2F2%20%C3%BC", secret: "not-a-real-secret-2", key: "k"))
      #expect(server.moves.map(\.isCarriedOut) == [true, true])
    }
  }

  @Test func `every trigger is logged`() throws {
    let log = LogBox()
    let server = SandboxServer(configuration: TestRequest.configuration, log: { log.append($0) })
    try server.start()
    _ = try ask(server, TestRequest.trigger(key: "k"))
    _ = try ask(server, TestRequest.accounts())
    server.stop()
    #expect(log.moves == server.moves)
    #expect(log.moves.count == 1)
  }

  @Test func `the sample rules each name a pod`() {
    for rule in SandboxCatalog.rules {
      #expect(
        SandboxCatalog.accounts.contains { $0.type == "Pod" && rule.name.lowercased().contains($0.name.lowercased()) })
    }
  }
}
