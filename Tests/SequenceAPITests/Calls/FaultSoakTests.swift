import JSON
import Sandbox
import Secrets
import SequenceAPI
import Testing

/// Many triggers with random faults: each reported outcome agrees with what the sandbox did.
@Suite struct FaultSoakTests {
  @Test func `every answer agrees with what happened`() throws {
    let server = SandboxServer()
    try server.start()
    defer { server.stop() }
    server.scriptRandomly(seed: 20_261_122, percent: 40)
    let client = try SequenceClient.real(try #require(server.baseURL))
    let rule = try #require(SandboxCatalog.rules.first)
    let outcomes = try (0..<600).map { number in
      try client.triggerSample(
        ruleID: rule.ruleID, secret: Secret(rule.apiSecret), body: ["amountInCents": 1], key: "key-\(number)"
      ).word
    }
    let runs = Dictionary(grouping: server.moves.filter(\.isCarriedOut), by: \.idempotencyKey).mapValues(\.count)
    for (number, word) in outcomes.enumerated() {
      let count = runs["key-\(number)"] ?? 0
      switch word {
      case "accepted": #expect(count == 1, "key-\(number)")
      case "rejected": #expect(count == 0, "key-\(number)")
      default: #expect(count <= 1, "key-\(number)")
      }
    }
    #expect(Set(outcomes) == ["accepted", "rejected", "unknown"])
  }
}
