import JSON
import MCP
import Platform
import Rules
import Safeguards
import TestSupport
import Testing

@testable import Catalog

/// The requirements on every channel.
@Suite struct ConsentChannelTests {
  @Test(arguments: ConfirmationPolicy.Channel.allCases)
  func `each word of ask has one channel`(kind: ConfirmationPolicy.Channel) throws {
    let world = try World(
      Fixtures.savings("    confirm: {when: always, ask: [\(kind.rawValue)]}\n"),
      asking: World.Asking(dialog: .unavailable("there is no display")))
    let reply = try world.call("move_to_savings", ConfirmationTests.call)
    switch kind {
    case .client: #expect(reply.question != nil)
    case .dialog: #expect(reply.result?.text.contains("No window was opened: there is no display.") == true)
    case .terminal: #expect(reply.result?.code == "APPROVAL_NEEDED")
    }
  }

  @Test(arguments: [("[client]", true), ("[client, terminal]", false), ("[dialog, client]", false)])
  func `a question needs elicitation only where the rule asks the client alone`(ask: String, needs: Bool) throws {
    let world = try World(
      Fixtures.savings("    confirm: {when: always, ask: \(ask)}\n"),
      asking: World.Asking(dialog: .unavailable("there is no display")))
    #expect(try world.call("move_to_savings", ConfirmationTests.call).question?.needsElicitation == needs)
  }

  @Test func `the channels are tried in the order of the words unless the owner says otherwise`() {
    #expect(ConfirmationPolicy().ask == ConfirmationPolicy.Channel.allCases)
  }

  @Test(arguments: ConfirmationPolicy.Channel.allCases)
  func `no channel sends anything by itself`(kind: ConfirmationPolicy.Channel) throws {
    let world = try World(
      Fixtures.savings("    confirm: {when: always, ask: [\(kind.rawValue)]}\n"), [.accepted],
      asking: World.Asking(dialog: .unavailable("there is no display")))
    _ = try world.call("move_to_savings", ConfirmationTests.call)
    #expect(world.transport.requests.isEmpty && !world.hasIntent)
  }

  @Test(arguments: ConfirmationPolicy.Channel.allCases)
  func `a channel is asked about a call only once at a time`(kind: ConfirmationPolicy.Channel) throws {
    let world = try World(
      Fixtures.savings("    confirm: {when: always, ask: [\(kind.rawValue)]}\n"),
      asking: World.Asking(dialog: .unavailable("there is no display")))
    let first = try world.call("move_to_savings", ConfirmationTests.call)
    let second = try world.call("move_to_savings", ConfirmationTests.call)
    let code =
      switch kind {
      case .client: "CALL_IN_PROGRESS"
      case .dialog: "CONFIRMATION_UNAVAILABLE"
      case .terminal: "APPROVAL_NEEDED"
      }
    #expect(second.result?.code == code)
    // A second code would be a second question.
    #expect(
      second.result?.structuredContent?["approval_code"] == first.result?.structuredContent?["approval_code"])
  }

  /// Returns another reason for each but the last, so that none can be left out.
  private static func next(_ reason: UnreachedReason) -> UnreachedReason? {
    switch reason {
    case .undeclared: .cannotAsk
    case .cannotAsk: .closedUnseen(milliseconds: 12)
    case .closedUnseen: .answeredTooFast(milliseconds: 3)
    case .answeredTooFast: .timedOut
    case .timedOut: .noTime
    case .noTime: .dropped
    case .dropped: .noWindow("there is no display")
    case .noWindow: .windowFailed("its program crashed")
    case .windowFailed: nil
    }
  }

  @Test func `the reasons why nobody was reached have words for the person, and a word for the ledger`() {
    let reasons = Array(sequence(first: UnreachedReason.undeclared, next: Self.next))
    #expect(Set(reasons.map(\.code)).count == reasons.count)
    for reason in reasons {
      for kind in ConfirmationPolicy.Channel.allCases { #expect(reason.sentence(kind).hasSuffix(".")) }
    }
  }

  @Test(
    arguments: [("[dialog, client]", true), ("[terminal, client]", false)])
  func `the channels are tried in the owner's order`(ask: String, asksTheClient: Bool) throws {
    let world = try World(Fixtures.savings("    confirm: {when: always, ask: \(ask)}\n"))
    let reply = try world.call("move_to_savings", ConfirmationTests.call)
    #expect((reply.question != nil) == asksTheClient)
    if !asksTheClient { #expect(reply.result?.code == "APPROVAL_NEEDED") }
  }
}
