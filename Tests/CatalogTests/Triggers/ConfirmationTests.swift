import Catalog
import Foundation
import JSON
import MCP
import Safeguards
import Secrets
import TestSupport
import Testing

@Suite struct ConfirmationTests {
  static let call = #"{"amount":50,"note":"rent"}"#

  private func asked(_ world: World, _ arguments: String = call) throws -> ToolQuestion {
    try #require(try world.call("move_to_savings", arguments).question)
  }

  @Test func `the person reads the title, every argument and the payload`() throws {
    let world = try World(Fixtures.asksAlways)
    #expect(
      try asked(world).message == """
        Trigger the Sequence rule "Move to savings" (ru_12345)? This can move money.
        Amount: $50.00
        Arguments:
          amount: 50
          note: "rent"
        Will be sent: {"amountInCents":5000,"note":"rent","source":"mcp"}
        Tick the box, then accept. Anything else sends nothing.
        """)
    #expect(world.transport.requests.isEmpty)
    #expect(!world.hasIntent)
  }

  @Test func `values cannot pass for words of ours`() throws {
    let world = try World(Fixtures.asksAlways)
    let hostile =
      #"{"amount":50,"note":"a\nAmount: $1.00\r\u001b\u005b2K\u202e\u2066\u200b\u2028\ufeff\u061c\udb40\udc41\""}"#
    let message = try asked(world, hostile).message
    #expect(message.split(separator: "\n").count == 7)
    #expect(message.unicodeScalars.allSatisfy { $0 == "\n" || (0x20..<0x7F).contains($0.value) })
    #expect(message.contains(#"  note: "a\nAmount: $1.00\r\u001b\u005b2K\u202e"#))
  }

  @Test func `blanks of a value cannot push words off the screen`() throws {
    let world = try World(Fixtures.asksAlways)
    let message = try asked(world, #"{"amount":50,"note":"a b   c\u00a0d\u3000e\u2800f"}"#).message
    #expect(message.contains(#"  note: "a b \u0020\u0020c\u00a0d\u3000e\u2800f""# + "\n"), "\(message)")
    #expect(message.contains(#""note":"a b \u0020\u0020c\u00a0d"#))
  }

  @Test(arguments: [(99, false), (100, false), (101, true)])
  func `above asks only over its amount`(_ amount: Int, _ asks: Bool) throws {
    let world = try World(Fixtures.savings("    confirm: {above: 100.00}\n"), [.accepted])
    let reply = try world.call("move_to_savings", #"{"amount":\#(amount)}"#)
    #expect((reply.question != nil) == asks)
    #expect(world.transport.requests.count == (asks ? 0 : 1))
  }

  @Test(arguments: ["client", "never"])
  func `other modes are left to the client`(_ mode: String) throws {
    let world = try World(Fixtures.savings("    confirm: \(mode)\n"), [.accepted])
    #expect(try world.result("move_to_savings", Self.call).status == "accepted")
    #expect(world.ledgerText.contains(#""consent":"none""#))
  }

  @Test func `a confirmed call is sent as shown`() throws {
    let world = try World(Fixtures.asksAlways, [.accepted])
    let result = try #require(try asked(world).answered(.confirmed).result)
    #expect(result.status == "accepted")
    #expect(world.bodies == [#"{"amountInCents":5000,"note":"rent","source":"mcp"}"#])
    #expect(world.ledgerText.contains(#""consent":"client""#))
  }

  @Test(arguments: [
    (ToolQuestion.Answer.notConfirmed, "NOT_CONFIRMED"), (.declined, "DECLINED"), (.cancelled, "DECLINED"),
    (.timedOut, "APPROVAL_NEEDED"), (.clientGone, "CANCELLED"),
  ])
  func `every other answer sends nothing`(_ answer: ToolQuestion.Answer, _ code: String) throws {
    let world = try World(Fixtures.asksAlways)
    let result = try #require(try asked(world).answered(answer).result)
    try world.expectConforming(result, "move_to_savings")
    #expect(result.code == code)
    #expect(result.status == "rejected")
    #expect(result.structuredContent?["message"]?.stringValue?.hasSuffix("Nothing was sent.") == true)
    #expect(world.transport.requests.isEmpty)
    #expect(!world.hasIntent)
  }

  @Test func `without elicitation a rule that asks the client alone says what is missing`() throws {
    let world = try World(Fixtures.savings("    confirm: {when: always, ask: [client]}\n"))
    guard case .missingCapability(let result) = try asked(world).unaskable() else {
      Issue.record("it went on")
      return
    }
    try world.expectConforming(result, "move_to_savings")
    #expect(result.isError)
    #expect(result.code == "CONFIRMATION_UNAVAILABLE")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `the terminal lets the identical call through once`() throws {
    let world = try World(Fixtures.savings("    confirm: always\n    dedupe_window: 0s\n"), [.accepted, .accepted])
    let refused = try #require(try asked(world).unaskable().result)
    try world.expectConforming(refused, "move_to_savings")
    #expect(refused.code == "APPROVAL_NEEDED")
    let code = try #require(refused.structuredContent?["approval_code"]?.stringValue)
    #expect(refused.structuredContent?["hint"]?.stringValue?.contains("sequence-mcp approve \(code)") == true)
    // Nothing that a model can do alone changes the answer.
    #expect(try asked(world).unaskable().result?.structuredContent?["approval_code"]?.stringValue == code)
    #expect(world.transport.requests.isEmpty)

    #expect(try world.safeguards.approvals.approve(code: code))
    #expect(try asked(world, #"{"amount":51,"note":"rent"}"#).unaskable().result?.code == "APPROVAL_NEEDED")
    #expect(try world.result("move_to_savings", Self.call).status == "accepted")
    #expect(world.ledgerText.contains(#""consent":"terminal""#))
    #expect(try asked(world).unaskable().result?.code == "APPROVAL_NEEDED")
    #expect(world.transport.requests.count == 1)
  }

  @Test func `the person is not asked if a limit refuses anyway`() throws {
    let world = try World(Fixtures.savings("    confirm: always\n    limits: {per_call: 10.00}\n"))
    #expect(try world.result("move_to_savings", Self.call).code == "LIMIT_PER_CALL")
  }

  @Test func `the person is not asked if the secret is missing`() throws {
    let world = try World(Fixtures.asksAlways, environment: [:])
    #expect(try world.result("move_to_savings", Self.call).code == "SECRET_UNAVAILABLE")
  }

  @Test func `the person is not asked about a repeat`() throws {
    let world = try World(Fixtures.asksAlways, [.accepted])
    _ = try asked(world).answered(.confirmed)
    #expect(try world.result("move_to_savings", Self.call).status == "duplicate")
    #expect(world.transport.requests.count == 1)
  }

  @Test func `a call that waits for its answer is not asked about twice`() throws {
    let world = try World(Fixtures.asksAlways, [.accepted])
    let first = try asked(world)
    let second = try world.result("move_to_savings", Self.call)
    #expect(second.code == "CALL_IN_PROGRESS" && second.status == "rejected")
    #expect(first.answered(.confirmed).result?.status == "accepted")
    #expect(try world.result("move_to_savings", Self.call).status == "duplicate")
    #expect(world.transport.requests.count == 1)
  }

  @Test func `limits are judged again when the person has answered`() throws {
    let world = try World(Fixtures.savings("    confirm: always\n    limits: {calls_per_day: 1}\n"), [.accepted])
    let (first, second) = (try asked(world), try asked(world, #"{"amount":7}"#))
    #expect(first.answered(.confirmed).result?.status == "accepted")
    #expect(second.answered(.confirmed).result?.code == "LIMIT_CALLS_PER_DAY")
    #expect(world.transport.requests.count == 1)
  }

  @Test func `a call cancelled while the person reads sends nothing`() throws {
    let world = try World(Fixtures.asksAlways, [.accepted])
    let gone = ToolCallContext(isCancelled: { true })
    #expect(try world.call("move_to_savings", Self.call, gone).result?.code == "CANCELLED")
    #expect(world.transport.requests.isEmpty)
    #expect(!world.hasIntent)
  }

  @Test func `what is shown of a repeat is what is sent`() throws {
    let yaml = AliasToolTests.stamped + "\n    confirm: always\n"
    let world = try World(yaml, [.lost, .lost, .accepted])
    let first = try #require(try world.call("log_it").question)
    #expect(first.answered(.confirmed).result?.status == "unknown")
    world.clock.advance(milliseconds: 60_000)
    let second = try #require(try world.call("log_it").question)
    #expect(second.message.contains("Will be sent: \(world.bodies[0])\nAn earlier attempt"))
    #expect(second.answered(.confirmed).result?.status == "accepted")
    #expect(Set(world.bodies).count == 1)
  }

  @Test func `the caller cannot hide from the person what it asks for`() throws {
    let world = try World(Fixtures.asksAlways, [.refused(400, "X")])
    _ = try world.result("trigger_rule", #"{"rule_id":"ru_1","api_secret":"account-of-someone-else"}"#)
    let question = try asked(world, #"{"amount":50,"note":"to account-of-someone-else"}"#)
    #expect(world.scrubber.scrub(question.message) == question.message)
    #expect(question.message.contains(#"note: "to account-of-someone-else""#))
  }

  @Test(arguments: [
    ("move_to_savings", #"{"amount":50,"note":"is \#(World.storedSecret)"}"#),
    ("trigger_rule", #"{"rule_id":"ru_777","payload":{"a":"\#(World.savingsSecret)"}}"#),
  ])
  func `the secret of another rule in an argument is refused by the first call`(_ tool: String, _ arguments: String)
    throws
  {
    let world = try World(Fixtures.savings())
    #expect(try world.result(tool, arguments).code == "SECRET_IN_ARGUMENTS")
    #expect(world.transport.requests.isEmpty && !world.ledgerText.contains("\"intent\""))
  }

  @Test func `the secret of a rule that a reload added is refused by the next call`() throws {
    let stored = "tools: {trigger_rule: {api_secrets: {ru_777: {env: RU_777}}}}"
    let world = try World(Fixtures.savings().replacing(stored, with: ""), [.accepted])
    #expect(try world.result("move_to_savings", #"{"amount":5}"#).status == "accepted")
    try world.reload(Fixtures.savings())
    let result = try world.result("move_to_savings", #"{"amount":50,"note":"is \#(World.storedSecret)"}"#)
    #expect(result.code == "SECRET_IN_ARGUMENTS" && !world.ledgerText.contains(World.storedSecret))
  }

  @Test func `the secret of another rule is refused once its file appears, and once it is replaced`() throws {
    let directory = TemporaryDirectory()
    let yaml = Fixtures.savings().replacing("{env: RU_777}", with: "{file: \(directory.path)/key}")
    let world = try World(yaml, [.accepted])
    #expect(try world.result("move_to_savings", #"{"amount":5}"#).status == "accepted")
    for secret in ["not-a-real-secret-late", "not-a-real-secret-new"] {
      _ = try directory.write("key", secret)
      let result = try world.result("move_to_savings", #"{"amount":50,"note":"is \#(secret)"}"#)
      #expect(result.code == "SECRET_IN_ARGUMENTS" && !world.ledgerText.contains(secret))
    }
  }

  /// As many levels as in answers: the JSON around the arguments is none of them.
  @Test func `a secret in three levels of escapes in an argument is refused`() throws {
    let secret = #"Kq7vZr2"mXw9tLb4nHf8s"#
    let environment = World.environment.merging(["RU_777": secret]) { $1 }
    var text = secret
    for _ in 0..<3 {
      text = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      let world = try World(Fixtures.savings(), [.accepted], environment: environment)
      let arguments = JSONWriter.text(["amount": 50, "note": .string(text)])
      #expect(try world.result("move_to_savings", arguments).code == "SECRET_IN_ARGUMENTS", "\(text)")
    }
  }

  @Test func `a missing secret of another rule does not matter`() throws {
    let world = try World(Fixtures.savings(), [.accepted], environment: ["SAVINGS": World.savingsSecret])
    #expect(try world.result("move_to_savings", Self.call).status == "accepted")
  }

  @Test func `no command runs for the secret of another rule`() throws {
    let directory = TemporaryDirectory()
    let yaml = Fixtures.savings().replacing(
      "{env: RU_777}", with: "{command: [/bin/sh, -c, 'touch \(directory.path)/ran; echo not-a-real-secret-3']}")
    let world = try World(yaml, [.accepted])
    #expect(try world.result("move_to_savings", Self.call).status == "accepted")
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/ran"))
  }

  @Test(arguments: ["    confirm: always\n", "    confirm: never\n", ""])
  func `the owner's secret in an argument is refused`(_ confirm: String) throws {
    let world = try World(Fixtures.savings(confirm))
    let result = try world.result("move_to_savings", #"{"amount":50,"note":"is \#(World.savingsSecret)"}"#)
    try world.expectConforming(result, "move_to_savings")
    #expect(result.code == "SECRET_IN_ARGUMENTS")
    #expect(world.transport.requests.isEmpty)
    #expect(!world.ledgerText.contains("\"intent\""))
  }
}
