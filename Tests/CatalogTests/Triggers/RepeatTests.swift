import Catalog
import JSON
import MCP
import Synchronization
import TestSupport
import Testing

/// After an attempt with an unknown outcome, no later attempt may report that the call did not run.
@Suite struct RepeatTests {
  private static let call = #"{"amount":50}"#
  private static let asking = Fixtures.savings("    confirm: always\n")

  /// A world in which the call was sent once and its answer was lost.
  private func world(_ yaml: String = Fixtures.savings(), _ replies: [FakeTransport.Reply] = []) throws -> World {
    let world = try World(Fixtures.savings(), [.lost, .lost] + replies)
    #expect(try world.result("move_to_savings", Self.call).status == "unknown")
    try world.reload(yaml)
    return world
  }

  private func expectUnknown(
    _ result: ToolResult?, _ code: String, _ world: World, says words: String = "An earlier attempt"
  ) throws {
    let result = try #require(result)
    try world.expectConforming(result, "move_to_savings")
    #expect(result.code == code)
    #expect(result.status == "unknown")
    #expect(result.structuredContent?["idempotency_key"]?.stringValue == world.keys().first)
    #expect(result.structuredContent?["message"]?.stringValue?.contains(words) == true)
    #expect(!world.ledgerText.contains(#""status":"rejected""#))
  }

  @Test func `the question about a call that may have run over another base URL tells of it`() throws {
    let world = try world(Self.asking + "sequence: {base_url: https://two.example}\n", [.refused(400, "X")])
    let question = try #require(try world.call("move_to_savings", Self.call).question)
    #expect(question.message.contains("sent to another base URL at"))
    #expect(!question.message.contains("same key"))
    let result = try #require(question.answered(.confirmed).result)
    try world.expectConforming(result, "move_to_savings")
    #expect(result.text.contains("sent to another base URL at"))
    #expect(Set(world.keys()).count == 2)
  }

  @Test func `a missing secret does not make it rejected`() throws {
    let world = try world()
    try world.reload(Fixtures.savings().replacing("{env: SAVINGS}", with: "{env: NOT_SET}"))
    let result = try world.result("move_to_savings", Self.call)
    try expectUnknown(result, "SECRET_UNAVAILABLE", world)
  }

  @Test func `a cancelled repeat does not make it rejected`() throws {
    let world = try world()
    let gone = ToolCallContext(isCancelled: { true })
    try expectUnknown(try world.call("move_to_savings", Self.call, gone).result, "CANCELLED", world)
  }

  @Test(arguments: [(ToolQuestion.Answer.declined, "DECLINED"), (.withdrawn, "CONFIGURATION_CHANGED")])
  func `a repeat without the person's yes stays unknown`(_ answer: ToolQuestion.Answer, _ code: String) throws {
    let world = try world(Self.asking)
    let question = try #require(try world.call("move_to_savings", Self.call).question)
    try expectUnknown(question.answered(answer).result, code, world)
  }

  @Test func `the same call while the first one is being sent is unknown, under its key, and asks for no new key`()
    throws
  {
    let world = try World(Fixtures.savings(), [.accepted])
    let other = try World(Fixtures.savings(), asking: World.Asking(directory: world.directory))
    let told = Mutex<[ToolResult]>([])
    world.transport.beforeSending {
      for server in [world, other] {
        guard let result = try? server.result("move_to_savings", Self.call) else { continue }
        told.withLock { $0.append(result) }
      }
    }
    #expect(try world.result("move_to_savings", Self.call).status == "accepted")
    let results = told.withLock { $0 }
    #expect(results.count == 2)
    for result in results {
      try expectUnknown(result, "CALL_IN_PROGRESS", world, says: "the same call is being sent right now")
      #expect(!result.text.contains("earlier attempt"))
      #expect(result.text.contains("make exactly the same call again") && !result.text.contains("new idempotency_key"))
    }
  }

  @Test func `a call with its own key says that the same one has no answer yet while it is being sent`() throws {
    let world = try World(Fixtures.savings(), [.accepted, .accepted])
    let told = Mutex<[ToolResult]>([])
    let isInside = Flag()
    world.transport.beforeSending {
      guard !isInside.isSet else { return }
      isInside.set()
      guard let result = try? world.result("move_to_savings", #"{"amount":50,"idempotency_key":"k"}"#) else { return }
      told.withLock { $0.append(result) }
    }
    #expect(try world.result("move_to_savings", Self.call).status == "accepted")
    let result = try #require(told.withLock { $0.first })
    #expect(result.status == "accepted")
    #expect(result.text.contains("had no answer yet when this one was checked"), "\(result.text)")
  }

  @Test func `stricter limits on the arguments do not make it rejected`() throws {
    let world = try world(Fixtures.savings().replacing("maximum: 500", with: "maximum: 20"))
    try expectUnknown(try world.result("move_to_savings", Self.call), "INVALID_ARGUMENTS", world)
  }

  @Test(arguments: [#"{"amount":50,"zz":1}"#, #"{"amount":50,"idempotency_key":"not a key"}"#])
  func `an argument that no attempt can have had does not make it rejected`(arguments: String) throws {
    let world = try world()
    try expectUnknown(try world.result("move_to_savings", arguments), "INVALID_ARGUMENTS", world)
  }

  @Test func `a trigger_rule call that is refused before the safeguards stays unknown`() throws {
    let secret = #""api_secret":"not-a-real-secret-9""#
    func call(_ others: String) -> String { #"{"rule_id":"ru_9","payload":{"a":1}\#(others)}"# }
    let world = try World("version: 1", [.lost, .lost])
    #expect(try world.result("trigger_rule", call("," + secret)).status == "unknown")
    let key = try #require(world.keys().first)
    func expectUnknown(_ others: String, _ code: String) throws {
      let result = try world.result("trigger_rule", call(others))
      try world.expectConforming(result, "trigger_rule")
      #expect(result.code == code)
      #expect(result.status == "unknown", "\(code)")
      #expect(result.structuredContent?["idempotency_key"]?.stringValue == key)
    }
    try expectUnknown("", "SECRET_UNAVAILABLE")
    try expectUnknown(#","idempotency_key":"\#(key)""#, "SECRET_UNAVAILABLE")
    try expectUnknown(#","api_secret":5"#, "INVALID_ARGUMENTS")
    try expectUnknown(#","zz":1"#, "INVALID_ARGUMENTS")
    try world.reload("version: 1\ntools: {trigger_rule: {accept_api_secret: false}}")
    try expectUnknown("," + secret, "INVALID_ARGUMENTS")
    try world.reload(
      """
      version: 1
      rules:
        nine: {rule_id: ru_9, api_secret: {env: SAVINGS}, description: Puts money aside., payload: {a: 1}}
      """)
    try expectUnknown("," + secret, "RULE_HAS_ITS_OWN_TOOL")
    #expect(try world.result("trigger_rule", #"{"rule_id":"ru_9","payload":{"a":2},\#(secret)}"#).status == "rejected")
    #expect(world.transport.requests.count == 2)
  }

  @Test func `a changed configuration does not make it rejected`() throws {
    let world = try world()
    try world.reload(nil)
    let late = world.catalog.call("move_to_savings", arguments: ["amount": 50], context: ToolCallContext())
    try expectUnknown(late.result, "CONFIGURATION_CHANGED", world)
  }
}
