import Catalog
import JSON
import MCP
import Safeguards
import TestSupport
import Testing

/// The value of a client's answer: it counts, yes or no, only if a person can have given it.
@Suite struct ClientAnswerTests {
  @Test func `a question that may not be fully visible begins with its length`() throws {
    let yaml = "version: 1\ntools: {trigger_rule: {api_secrets: {ru_777: {env: RU_777}}, confirm: always}}\n"
    let note = String(repeating: "Thank you for the dinner. ", count: 100)
    let call = #"{"rule_id":"ru_777","payload":{"note":"\#(note)","amountInCents":900000}}"#
    let long = try #require(try World(yaml).call("trigger_rule", call).question).message
    #expect(long.hasPrefix("This question has ") && long.contains("900000"))
    let short = try World(Fixtures.asksAlways).call("move_to_savings", #"{"amount":50}"#).question?.message
    #expect(short?.hasPrefix("Trigger the Sequence rule") == true)
  }

  private static let call = ConfirmationTests.call

  /// Returns a request in one of the two eras, which ends when the test says so.
  private func context(_ isModern: Bool, client: String? = nil, isOver: @escaping @Sendable () -> Bool = { false })
    -> ToolCallContext
  {
    var context = ToolCallContext(caller: ToolCaller(client: ToolCaller.Client(name: client)), isCancelled: isOver)
    context.questionsEndRequests = isModern
    return context
  }

  private func asked(_ world: World, _ isModern: Bool = false, client: String? = nil) throws -> ToolQuestion {
    try #require(try world.call("move_to_savings", Self.call, context(isModern, client: client)).question)
  }

  @Test(
    arguments: [
      (ToolQuestion.Answer.declined, "DECLINED"), (.cancelled, "DECLINED"),
      (.accepted(isTicked: false), "NOT_CONFIRMED"),
    ], [false, true])
  func `a no counts from one second on, in both eras`(_ answer: (ToolQuestion.Answer, String), isModern: Bool) throws {
    for (time, code) in [(1000, answer.1), (999, "APPROVAL_NEEDED"), (0, "APPROVAL_NEEDED")] as [(Int64, String)] {
      let world = try World(Fixtures.asksAlways)
      let result = try #require(try asked(world, isModern).answered(answer.0, time).result)
      #expect(result.code == code, "\(time) ms")
      let message = result.structuredContent?["message"]?.stringValue ?? ""
      let isUnseen = message.contains(
        "The client closed the question after \(time) ms, so nobody may have seen it.")
      #expect(isUnseen == (time < 1000), "\(message)")
      #expect(world.transport.requests.isEmpty)
    }
  }

  @Test(arguments: [false, true])
  func `a yes counts from 400 milliseconds on, in both eras`(isModern: Bool) throws {
    let world = try World(Fixtures.asksAlways, [.accepted])
    #expect(try asked(world, isModern).answered(.confirmed, 400).result?.status == "accepted")
    #expect(world.ledgerText.contains(#""consent":"client","answer_ms":400"#))
    #expect(!world.ledgerText.contains("passed_over"))
  }

  @Test(arguments: [false, true])
  func `a yes that nobody can have read does not count, and is recorded`(isModern: Bool) throws {
    let world = try World(Fixtures.asksAlways, [.accepted])
    let result = try #require(try asked(world, isModern).answered(.confirmed, 399).result)
    #expect(result.code == "APPROVAL_NEEDED")
    #expect(world.transport.requests.isEmpty)
    #expect(world.logText.contains("reason=answered_too_fast"))
    #expect(world.refusedText.contains(#""code":"APPROVAL_NEEDED""#))
    #expect(world.refusedText.contains(#""passed_over":["client: answered_too_fast""#), "\(world.refusedText)")
    let code = try #require(result.structuredContent?["approval_code"]?.stringValue)
    #expect(try world.safeguards.approvals.approve(code: code))
    #expect(try world.result("move_to_savings", Self.call).status == "accepted")
    #expect(world.ledgerText.contains(#""passed_over":["client: answered_too_fast"#))
  }

  @Test(
    arguments: [ToolQuestion.Answer.unreadable, .cannotAsk, .undeclared, .timedOut], [false, true])
  func `anything but an answer leads to the next channel, however long it took`(
    _ answer: ToolQuestion.Answer, isModern: Bool
  ) throws {
    let world = try World(Fixtures.asksAlways)
    #expect(try asked(world, isModern).answered(answer, 60_000).result?.code == "APPROVAL_NEEDED")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `a request that declares no elicitation is judged by that, not by an earlier question`() throws {
    let world = try World(Fixtures.savings("    confirm: {when: always, ask: [client]}\n"))
    let isOver = Flag()
    _ = try #require(try world.call("move_to_savings", Self.call, context(true, isOver: { isOver.isSet })).question)
    isOver.set()
    var unable = context(true)
    unable.canElicit = false
    guard case .missingCapability = try world.call("move_to_savings", Self.call, unable) else {
      Issue.record("not told as a missing capability")
      return
    }
  }

  @Test func `the identical call starts with the next channel for five minutes, and then asks the client again`() throws
  {
    let world = try World(Fixtures.asksAlways)
    _ = try asked(world).answered(.declined, 2)
    world.clock.advance(milliseconds: 299_999)
    #expect(try world.result("move_to_savings", Self.call).code == "APPROVAL_NEEDED")
    #expect(try world.call("move_to_savings", #"{"amount":51}"#).question != nil)
    world.clock.advance(milliseconds: 1)
    #expect(try world.call("move_to_savings", Self.call).question != nil)
  }

  @Test func `the five minutes go on while the machine sleeps`() throws {
    let world = try World(Fixtures.asksAlways)
    _ = try asked(world).answered(.declined, 2)
    world.clock.sleep(seconds: 300)
    #expect(try world.call("move_to_savings", Self.call).question != nil)
  }

  @Test func `what was learned in one process is not known to another`() throws {
    let first = try World(Fixtures.asksAlways)
    _ = try asked(first).answered(.declined, 2)
    let second = try World(Fixtures.asksAlways, asking: World.Asking(directory: first.directory))
    #expect(try second.call("move_to_savings", Self.call).question != nil)
  }

  @Test func `a call that the client cancels with its question open starts with the next channel the next time`() throws
  {
    let world = try World(Fixtures.asksAlways)
    let isOver = Flag()
    let question = try #require(
      try world.call("move_to_savings", Self.call, context(false, isOver: { isOver.isSet })).question)
    isOver.set()
    #expect(question.answered(.abandoned, 5000).result?.code == "CANCELLED")
    #expect(try world.result("move_to_savings", Self.call).code == "APPROVAL_NEEDED")
  }

  @Test func `a modern question that never came back counts as dropped when the call is made again`() throws {
    let world = try World(Fixtures.asksAlways)
    let isOver = Flag()
    let question = try #require(
      try world.call("move_to_savings", Self.call, context(true, isOver: { isOver.isSet })).question)
    isOver.set()
    world.clock.advance(seconds: 1)
    let again = try world.result("move_to_savings", Self.call)
    #expect(again.code == "APPROVAL_NEEDED")
    #expect(again.structuredContent?["message"]?.stringValue?.contains("dropped the question") == true)
    // Its answer comes too late, since the code has replaced the question.
    isOver.unset()
    #expect(question.answered(.confirmed).result?.code == "QUESTION_REPLACED")
    #expect(world.transport.requests.isEmpty)
  }

  @Test(arguments: ["always", "{when: always, ask: [client]}"])
  func `of two identical modern calls at once, only the first asks, and the second does not void it`(
    _ policy: String
  ) throws {
    let world = try World(Fixtures.savings("    confirm: \(policy)\n"), [.accepted])
    let isOver = Flag()
    let first = context(true, isOver: { isOver.isSet })
    let question = try #require(try world.call("move_to_savings", Self.call, first).question)
    isOver.set()
    world.clock.advance(milliseconds: 999)
    let second = try world.result("move_to_savings", Self.call, context(true, isOver: { false }))
    #expect(second.code == "CALL_IN_PROGRESS" && second.status == "rejected")
    isOver.unset()
    #expect(question.answered(.confirmed).result?.status == "accepted")
  }

  @Test func `a yes makes the client one that can ask`() throws {
    let world = try World(
      Fixtures.savings("    confirm: {when: always, ask: [client]}\n    dedupe_window: 0s\n"), [.accepted])
    _ = try asked(world).answered(.timedOut, 50_000)
    #expect(try asked(world).answered(.confirmed).result?.status == "accepted")
    #expect(try world.call("move_to_savings", Self.call).question != nil)
  }

  @Test(
    arguments: [
      (ToolQuestion.Answer.timedOut, Int64(50_000), "CONFIRMATION_TIMED_OUT"),
      (.declined, 2, "CONFIRMATION_UNAVAILABLE"), (.cannotAsk, 2, "CONFIRMATION_UNAVAILABLE"),
      (.unreadable, 2, "CONFIRMATION_UNAVAILABLE"), (.confirmed, 2, "CONFIRMATION_UNAVAILABLE"),
    ])
  func `a list that ends without the terminal says why nobody was reached`(
    _ answer: ToolQuestion.Answer, _ time: Int64, _ code: String
  ) throws {
    let world = try World(Fixtures.savings("    confirm: {when: always, ask: [client]}\n"))
    let result = try #require(try asked(world).answered(answer, time).result)
    #expect(result.code == code)
    // The message does not repeat itself.
    let message = result.structuredContent?["message"]?.stringValue ?? ""
    if code == "CONFIRMATION_TIMED_OUT" { #expect(message == "The client got no answer in time. Nothing was sent.") }
    try world.expectConforming(result, "move_to_savings")
  }

  @Test func `at the owner's terminal an answer is not timed, and there is no box to tick`() throws {
    let world = try World(Fixtures.asksAlways, [.accepted], asking: World.Asking(owner: .present(asksAlways: false)))
    let question = try asked(world)
    #expect(!question.message.contains("Tick the box"))
    #expect(question.answered(.confirmed, 0).result?.status == "accepted")
    let other = try #require(try world.call("move_to_savings", #"{"amount":7}"#).question)
    #expect(other.answered(.declined, 0).result?.code == "DECLINED")
  }

  @Test(
    arguments: [
      (nil, 50_000), ("another", 50_000), ("copilot-cli", 150_000), ("Codex", 240_000), ("claude-code", 300_000),
    ] as [(String?, Int64)])
  func `a question stays open as long as the client waits, less ten seconds`(client: String?, milliseconds: Int64)
    throws
  {
    let world = try World(Fixtures.asksAlways)
    #expect(try asked(world, client: client).openMilliseconds == milliseconds)
  }

  @Test func `a modern question stays open for five minutes, since no request waits`() throws {
    #expect(try asked(try World(Fixtures.asksAlways), true).openMilliseconds == 300_000)
  }

  @Test(arguments: [false, true]) func `the owner sets how long a question stays open`(isModern: Bool)
    throws
  {
    let yaml = Fixtures.asksAlways.replacing("version: 1\n", with: "version: 1\nserver: {question_timeout: 2m}\n")
    #expect(try asked(try World(yaml), isModern, client: "Codex").openMilliseconds == 120_000)
  }

  @Test func `time that a call has spent before its question is not the question's`() throws {
    let world = try World(Fixtures.asksAlways)
    var late = ToolCallContext()
    late.elapsedMilliseconds = { 45_000 }
    #expect(try world.call("move_to_savings", Self.call, late).question?.openMilliseconds == 5000)
    var over = ToolCallContext()
    over.elapsedMilliseconds = { 55_000 }
    #expect(try world.result("move_to_savings", #"{"amount":7}"#, over).code == "APPROVAL_NEEDED")
  }

  @Test func `the question names the client that asks, and the sandbox`() throws {
    let world = try World(Fixtures.asksAlways, asking: World.Asking(isSandbox: true))
    let message = try asked(world, client: "claude-code").message
    #expect(message.contains("This is the sandbox: no real money moves."))
    #expect(message.contains(#"Asked for by the client "claude-code"."#))
  }
}
