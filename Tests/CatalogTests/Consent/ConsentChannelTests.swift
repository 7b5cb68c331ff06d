import JSON
import MCP
import Platform
import Rules
import Safeguards
import Testing
import TestSupport

@testable import Catalog

/// The requirements on every channel.
@Suite struct ConsentChannelTests {
  @Test func `each word of ask has one channel, in the order in which they are tried unless the owner says otherwise`()
    throws
  {
    let kinds = ConfirmationPolicy.Channel.allCases
    for kind in kinds {
      let world = try World(
        Fixtures.savings("    confirm: {when: always, ask: [\(kind.rawValue)]}\n"),
        asking: World.Asking(dialog: .unavailable("there is no display")))
      let reply = try world.call("move_to_savings", ConfirmationTests.call)
      #expect(reply.question != nil || reply.result?.isError == true)
    }
    #expect(ConfirmationPolicy().ask == kinds)
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
    if first.question != nil { #expect(second.result?.code == "CALL_IN_PROGRESS") }
    #expect(second.question == nil)
  }

  @Test func `the reasons why nobody was reached have words for the person, and a word for the ledger`() {
    let reasons: [UnreachedReason] = [
      .undeclared, .cannotAsk, .closedUnseen(milliseconds: 12), .answeredTooFast(milliseconds: 3), .timedOut, .noTime,
      .dropped, .noWindow("there is no display"),
    ]
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
