import TestSupport
import Testing

@testable import MCP

@Suite struct ProgressTests {
  private func note(_ progress: Int, _ message: String?, token: String = #""p""#) -> String {
    let message = message.map { #","message":"\#($0)""# } ?? ""
    let params = #"{"progressToken":\#(token),"progress":\#(progress)\#(message)}"#
    return #"{"jsonrpc":"2.0","method":"notifications/progress","params":\#(params)}"#
  }

  @Test func `a tool reports only with a token and not too often`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    #expect(try wire.ask(Lines.legacyCall("1", "progress"))?.contains("done") == true)
    // The second report is within the same second of the clock, so it is left out.
    try wire.send(Lines.legacyCall("2", "progress", meta: #"{"progressToken":7}"#))
    #expect(wire.receive() == note(1, "one", token: "7"))
    #expect(wire.receive()?.contains("done") == true)
  }

  @Test func `the oldest version has no message`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2024-11-05"))
    #expect(try wire.ask(Lines.legacyCall("1", "progress", meta: #"{"progressToken":"p"}"#)) == note(1, nil))
  }

  @Test(arguments: ["1.5", "null", "{}", "true"]) func `an odd token counts as none`(token: String) throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    let answer = try wire.ask(Lines.legacyCall("1", "progress", meta: #"{"progressToken":\#(token)}"#))
    #expect(answer?.contains("done") == true)
  }

  @Test func `a long call is reported until its answer`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    try wire.send(Lines.legacyCall("1", "block", meta: #"{"progressToken":"p"}"#))
    #expect(gate.waitForEntered(1))
    for progress in 1...3 {
      wire.clock.advance(milliseconds: 5000)
      try wire.send(Lines.ping("9"))
      // The server checks the clock after each line that it reads and also once a second: either may come first.
      #expect(Set(wire.receive(count: 2)) == [Lines.pong("9"), note(progress, "Still running")])
    }
    gate.open()
    #expect(wire.receive()?.contains("passed") == true)
    wire.clock.advance(milliseconds: 5000)
    try wire.send(Lines.ping("9"))
    #expect(wire.finish() == [Lines.pong("9")])
  }

  @Test func `a call that waits for a person says so`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-11-25", capabilities: #"{"elicitation":{}}"#))
    try wire.send(Lines.initialized)
    let question = try wire.ask(Lines.legacyCall("1", "confirm", meta: #"{"progressToken":"p"}"#))
    #expect(question?.contains("elicitation/create") == true)
    wire.clock.advance(milliseconds: 5000)
    try wire.send(Lines.ping("9"))
    #expect(Set(wire.receive(count: 2)) == [Lines.pong("9"), note(1, "Waiting for the person to answer")])
  }
}
