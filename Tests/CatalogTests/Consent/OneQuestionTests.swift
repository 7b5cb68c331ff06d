import Catalog
import JSON
import MCP
import Safeguards
import TestSupport
import Testing

/// One open question for a call, across all servers of a state directory.
@Suite struct OneQuestionTests {
  private static let call = ConfirmationTests.call
  private static let modern: ToolCallContext = {
    var context = ToolCallContext()
    context.questionsEndRequests = true
    return context
  }()

  private func pair() throws -> (World, World) {
    let first = try World(Fixtures.asksAlways, [.accepted, .accepted])
    return (
      first, try World(Fixtures.asksAlways, [.accepted, .accepted], asking: World.Asking(directory: first.directory))
    )
  }

  private func asked(_ world: World, _ context: ToolCallContext = ToolCallContext()) throws -> ToolQuestion {
    try #require(try world.call("move_to_savings", Self.call, context).question)
  }

  @Test func `while a call waits for its answer, another server does not ask about the same one`() throws {
    let (first, second) = try pair()
    let question = try asked(first)
    #expect(try second.result("move_to_savings", Self.call).code == "CALL_IN_PROGRESS")
    #expect(try second.call("move_to_savings", #"{"amount":51}"#).question != nil)
    #expect(question.answered(.confirmed).result?.status == "accepted")
  }

  @Test func `a no ends the question, so that the call may be asked about again`() throws {
    let (first, second) = try pair()
    #expect(try asked(first).answered(.declined).result?.code == "DECLINED")
    #expect(try asked(second).answered(.confirmed).result?.status == "accepted")
  }

  @Test func `a question that another server replaced counts for nothing`() throws {
    let (first, second) = try pair()
    let (old, new) = (try asked(first, Self.modern), try asked(second, Self.modern))
    let result = try #require(old.answered(.confirmed).result)
    #expect(result.code == "QUESTION_REPLACED")
    try first.expectConforming(result, "move_to_savings")
    #expect(new.answered(.confirmed).result?.status == "accepted")
    #expect(first.transport.requests.isEmpty && second.transport.requests.count == 1)
  }

  @Test func `a question that is sent again is as new as at first`() throws {
    let (world, _) = try pair()
    let question = try asked(world, Self.modern)
    world.clock.advance(milliseconds: 1200)
    question.askedAgain()
    let parallel = try world.call("move_to_savings", Self.call, Self.modern)
    #expect(parallel.result?.code == "CALL_IN_PROGRESS")
    #expect(question.answered(.confirmed).result?.status == "accepted")
  }

  @Test func `a yes to a call that could not be sent leaves no question behind`() throws {
    let world = try World(Fixtures.savings("    confirm: always\n    limits: {calls_per_day: 1}\n"), [.accepted])
    let (first, second) = (try asked(world), try #require(try world.call("move_to_savings", #"{"amount":7}"#).question))
    #expect(first.answered(.confirmed).result?.status == "accepted")
    #expect(second.answered(.confirmed).result?.code == "LIMIT_CALLS_PER_DAY")
    world.clock.advance(hours: 25)
    #expect(try world.call("move_to_savings", #"{"amount":7}"#).question != nil)
  }

  @Test func `a yes at the terminal voids a question that a client still shows`() throws {
    let (first, second) = try pair()
    let refused = try #require(try asked(first).answered(.unreadable).result)
    let code = try #require(refused.structuredContent?["approval_code"]?.stringValue)
    let shown = try asked(second, Self.modern)
    #expect(try first.safeguards.approvals.approve(code: code))
    #expect(try first.result("move_to_savings", Self.call).status == "accepted")
    #expect(shown.answered(.confirmed).result?.status == "duplicate")
    #expect(first.transport.requests.count + second.transport.requests.count == 1)
  }

  @Test func `a yes in the client voids the code that waits for the same call`() throws {
    let world = try World(Fixtures.savings("    confirm: always\n    dedupe_window: 0s\n"), [.accepted, .accepted])
    let refused = try #require(try asked(world).answered(.unreadable).result)
    let code = try #require(refused.structuredContent?["approval_code"]?.stringValue)
    world.clock.advance(seconds: 301)
    #expect(try asked(world).answered(.confirmed).result?.status == "accepted")
    #expect(try !world.safeguards.approvals.approve(code: code))
  }

  @Test func `the person learns of an older call of unknown outcome that this one does not repeat`() throws {
    let world = try World(Fixtures.asksAlways, [.lost, .lost, .lost, .lost, .accepted])
    #expect(try asked(world).answered(.confirmed).result?.status == "unknown")
    world.clock.advance(hours: 24)
    let question = try asked(world)
    #expect(question.message.contains("This is a new call: the rule may run twice."))
    #expect(question.message.contains(#/sent at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, has run/#))
    let refused = try #require(question.answered(.unreadable).result)
    let code = try #require(refused.structuredContent?["approval_code"]?.stringValue)
    let pending = try #require(try world.safeguards.approvals.pending(code: code))
    #expect(ConfirmationText(of: pending).message(isSandbox: false).contains("the rule may run twice."))
  }

  @Test func `trigger_rule asks as the configuration says`() throws {
    let yaml = """
      version: 1
      tools: {trigger_rule: {confirm: {when: always, ask: [client, terminal]}, api_secrets: {ru_777: {env: RU_777}}}}
      """
    let world = try World(yaml, [.accepted])
    let arguments = #"{"rule_id":"ru_777","payload":{"amount":5}}"#
    let question = try #require(try world.call("trigger_rule", arguments).question)
    #expect(question.message.contains("Trigger the Sequence rule \"ru_777\"?"))
    #expect(question.message.contains(#"Will be sent: {"amount":5}"#))
    #expect(world.transport.requests.isEmpty)
    #expect(question.answered(.confirmed).result?.status == "accepted")
  }

  @Test func `a secret that the caller passes to trigger_rule is not in the question`() throws {
    let world = try World("version: 1\ntools: {trigger_rule: {confirm: always}}\n", [.accepted])
    let question = try #require(
      try world.call("trigger_rule", #"{"rule_id":"ru_1","api_secret":"not-a-real-secret-9"}"#).question)
    #expect(!question.message.contains("not-a-real-secret-9"))
    #expect(question.answered(.confirmed).result?.status == "accepted")
  }
}
