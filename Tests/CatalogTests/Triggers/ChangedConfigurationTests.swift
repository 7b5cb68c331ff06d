import Catalog
import JSON
import MCP
import SequenceAPI
import TestSupport
import Testing

/// A reload between the time when a call first reads the configuration and the time when it would be sent.
@Suite struct ChangedConfigurationTests {
  static let limited = Fixtures.savings("    confirm: always\n    limits: {per_day: 1000.00}\n")
  private static let call = #"{"amount":50,"note":"rent"}"#

  /// An edit of `limited` and its effect.
  struct Edit: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var from = ""
    var to = ""
    var isReadOnly = false

    func apply() -> String { from.isEmpty ? limited + to : limited.replacing(from, with: to) }
  }

  static let relevant = [
    Edit(testDescription: "the alias is gone", from: "move_to_savings:", to: "put_aside:"),
    Edit(testDescription: "the rule is disabled", to: "    enabled: false\n"),
    Edit(testDescription: "another rule id", from: "ru_12345", to: "ru_54321"),
    Edit(testDescription: "another body", from: "source: mcp", to: "source: model"),
    Edit(testDescription: "a stricter parameter", from: "maximum: 500.00", to: "maximum: 49.00"),
    Edit(testDescription: "another base URL", to: "sequence: {base_url: 'https://other.example'}\n"),
    Edit(testDescription: "another trigger path", to: "sequence: {trigger_path: '/v2/rules/{rule_id}'}\n"),
    Edit(testDescription: "another secret", from: "{env: SAVINGS}", to: "{env: RU_777}"),
    Edit(testDescription: "another confirmation", from: "confirm: always", to: "confirm: {above: 10.00}"),
    Edit(testDescription: "another limit", from: "per_day: 1000.00", to: "per_day: 60.00"),
    Edit(testDescription: "a limit over all rules", to: "limits: {calls_per_day: 9}\n"),
    Edit(testDescription: "another window for repeats", to: "    dedupe_window: 5m\n"),
    Edit(testDescription: "read only", to: "server: {read_only: true}\n"),
    Edit(testDescription: "read only by its option", isReadOnly: true),
  ]

  static let irrelevant = [
    Edit(testDescription: "nothing"),
    Edit(testDescription: "another title", from: "title: Move to savings", to: "title: Put aside"),
    Edit(testDescription: "another description", from: "Puts money aside.", to: "Saves."),
    Edit(testDescription: "a parameter that the call leaves out", from: "maxLength: 80", to: "maxLength: 90"),
    Edit(testDescription: "no generic tools", from: "tools: {trigger_rule: {api_secrets: {ru_777: {env: RU_777}}}}"),
    Edit(
      testDescription: "another rule",
      to: "  other: {rule_id: ru_9, api_secret: {env: RU_777}, description: Else., limits: {calls_per_day: 1}}\n"),
  ]

  private func asked(_ world: World) throws -> ToolQuestion {
    try #require(try world.call("move_to_savings", Self.call).question)
  }

  @Test(arguments: relevant)
  func `a yes does not count for a call whose terms changed`(_ edit: Edit) throws {
    let world = try World(Self.limited, [.accepted])
    let question = try asked(world)
    #expect(question.isCurrent())
    try world.reload(edit.apply(), isReadOnly: edit.isReadOnly)
    #expect(!question.isCurrent())
    let result = try #require(question.answered(.confirmed).result)
    try world.expectConforming(result, "move_to_savings")
    #expect(result.code == "CONFIGURATION_CHANGED")
    #expect(result.status == "rejected")
    #expect(world.transport.requests.isEmpty)
    #expect(!world.ledgerText.contains("\"intent\""))
  }

  @Test(arguments: irrelevant)
  func `a yes counts when other things changed`(_ edit: Edit) throws {
    let world = try World(Self.limited, [.accepted])
    let question = try asked(world)
    try world.reload(edit.apply())
    #expect(question.isCurrent())
    #expect(question.answered(.confirmed).result?.status == "accepted")
  }

  @Test func `a withdrawn question answers for the changed configuration`() throws {
    let world = try World(Self.limited)
    let question = try asked(world)
    try world.reload(nil)
    #expect(question.answered(.withdrawn).result?.code == "CONFIGURATION_CHANGED")
  }

  @Test func `a call that waited for a thread is judged by what is served when it begins`() throws {
    let world = try World(Fixtures.savings())
    try world.reload(Fixtures.savings("    enabled: false\n"))
    let late = world.catalog.call("move_to_savings", arguments: ["amount": 50], context: ToolCallContext())
    #expect(late.result?.code == "CONFIGURATION_CHANGED")
    #expect(world.transport.requests.isEmpty)
  }

  private static let unsent = FakeTransport.Reply.failure(
    HTTPTransportError(.connectionLost, "refused", mayHaveBeenSent: false))

  @Test func `a retry is not made under another configuration`() throws {
    let world = try World(Fixtures.savings(), [Self.unsent, .accepted])
    world.transport.beforeSending { [weak world] in try? world?.reload(nil) }
    let result = try world.result("move_to_savings", Self.call)
    #expect(result.code == "CONFIGURATION_CHANGED")
    #expect(result.status == "rejected")
    #expect(world.transport.requests.count == 1)
    #expect(world.ledgerText.contains(#""status":"rejected","code":"CONFIGURATION_CHANGED""#))
  }

  @Test func `a call that may have run stays unknown when its retry is stopped`() throws {
    let world = try World(Fixtures.savings(), [.lost, .accepted])
    world.transport.beforeSending { [weak world] in try? world?.reload(nil) }
    let result = try world.result("move_to_savings", Self.call)
    #expect(result.code == "CONFIGURATION_CHANGED")
    #expect(result.status == "unknown")
    #expect(world.transport.requests.count == 1)
  }

  /// How a message must not speak of a call of which a request was sent.
  private static let denials = ["nothing was sent", "nothing was triggered", "nothing more was sent"]

  @Test(
    arguments: [
      (FakeTransport.Reply.lost, "unknown"),
      (.json(503, #"{"code":"UNEXPECTED_ERROR","message":"x"}"#, [HTTPHeader("retry-after", "1")]), "unknown"),
      (.json(429, #"{"code":"TOO_MANY_REQUESTS","message":"x"}"#, [HTTPHeader("retry-after", "1")]), "rejected"),
    ], ["reload", "pause", "limit"])
  func `a call whose retry is stopped does not say that nothing was sent`(
    _ first: (reply: FakeTransport.Reply, status: String), by what: String
  ) throws {
    let world = try World(Fixtures.savings(), [first.reply, .accepted])
    world.transport.beforeSending { [weak world] in
      switch what {
      case "reload": try? world?.reload(nil)
      case "limit": try? world?.reload(Fixtures.savings("    limits: {per_call: 1.00}\n"))
      default: try? world?.pause("on holiday")
      }
    }
    let result = try world.result("move_to_savings", Self.call)
    #expect(result.status == first.status)
    // After a doubt, the code of the doubt stays.
    if what != "pause" { #expect(result.code == "CONFIGURATION_CHANGED") }
    let message = try #require(result.structuredContent?["message"]?.stringValue)
    #expect(!Self.denials.contains { message.lowercased().contains($0) }, "\(message)")
    #expect(message.contains(what == "pause" ? "on holiday" : "configuration of this call changed"), "\(message)")
    #expect(world.transport.requests.count == 1)
  }

  @Test func `a trigger by id is stopped once its rule gets a tool`() throws {
    let world = try World(Fixtures.savings(), [Self.unsent, .accepted])
    let edited = Fixtures.savings().replacing("ru_12345", with: "ru_777")
    world.transport.beforeSending { [weak world] in try? world?.reload(edited) }
    #expect(try world.result("trigger_rule", #"{"rule_id":"ru_777"}"#).code == "CONFIGURATION_CHANGED")
    #expect(world.transport.requests.count == 1)
  }
}
