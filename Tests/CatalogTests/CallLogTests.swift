import Catalog
import JSON
import MCP
import TestSupport
import Testing

@Suite struct CallLogTests {
  static let time = "2026-11-22T16:00:00.000Z"

  @Test func `an accepted call leaves one line with its request id`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    world.transport.beforeSending { [clock = world.clock] in clock.advance(milliseconds: 12) }
    _ = try world.answer("move_to_savings", #"{"amount":50,"note":"private matter"}"#)
    #expect(
      world.logText
        == "\(Self.time.replacing("00.000", with: "00.012")) info  call tool=move_to_savings outcome=accepted ms=12 "
        + "client=null request_id=req_1\n")
  }

  @Test(arguments: [
    (
      "move_to_savings", #"{"amount":0}"#,
      "tool=move_to_savings outcome=rejected ms=0 client=null code=INVALID_ARGUMENTS"
    ),
    ("get_accounts", "{}", "tool=get_accounts outcome=ok ms=0 client=null"),
    ("get_accounts", #"{"x":1}"#, "tool=get_accounts outcome=error ms=0 client=null code=INVALID_ARGUMENTS"),
  ])
  func `other calls leave their code`(_ tool: String, _ arguments: String, _ words: String) throws {
    let world = try World(Fixtures.savings(), [.accounts([])])
    _ = try world.result(tool, arguments)
    #expect(world.logText == "\(Self.time) info  call \(words)\n")
  }

  @Test func `a line names the client`() throws {
    let world = try World(Fixtures.savings(), [.accounts([])])
    _ = try world.call("get_accounts", "{}", ToolCallContext(caller: Callers.claudeCode))
    #expect(world.logText == "\(Self.time) info  call tool=get_accounts outcome=ok ms=0 client=claude-code\n")
  }

  @Test func `a question is logged by its answer`() throws {
    let world = try World(Fixtures.asksAlways, [.accepted])
    let question = try #require(try world.call("move_to_savings", #"{"amount":50}"#).question)
    #expect(world.logText.isEmpty)
    _ = question.answered(.confirmed)
    #expect(
      world.logText
        == "\(Self.time) info  call tool=move_to_savings outcome=accepted ms=0 client=null request_id=req_1\n")
  }

  @Test(arguments: [("[client]", "CONFIRMATION_UNAVAILABLE"), ("[client, terminal]", "APPROVAL_NEEDED")])
  func `a question that nobody can be asked is logged`(_ ask: String, _ code: String) throws {
    let world = try World(Fixtures.savings("    confirm: {when: always, ask: \(ask)}\n"))
    _ = try #require(try world.call("move_to_savings", #"{"amount":50}"#).question).unaskable()
    #expect(
      world.logText == """
        \(Self.time) info  nobody was reached tool=move_to_savings channel=client reason=undeclared
        \(Self.time) info  call tool=move_to_savings outcome=rejected ms=0 client=null code=\(code)

        """)
  }
}
