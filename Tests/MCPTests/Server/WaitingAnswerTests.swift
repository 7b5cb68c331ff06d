import TestSupport
import Testing

@testable import MCP

/// Answers to questions that wait for a thread.
@Suite struct WaitingAnswerTests {
  @Test func `a question whose answer waits for a thread ends even if the call is cancelled`() throws {
    let gate = Gate()
    let options = ServerOptions()
    let wire = try Wire.legacy(gate)
    #expect(try wire.ask(Lines.legacyCall("1", "confirm"))?.contains("elicitation/create") == true)
    try wire.occupy(gate, options)
    try wire.send(#"{"jsonrpc":"2.0","id":"srv-1","result":\#(Lines.accept)}"#, Lines.cancelled("1"))
    #expect(try wire.ask(Lines.ping("2")) == Lines.pong("2"))
    gate.open()
    #expect(wire.receive(count: options.concurrentCalls).allSatisfy { $0.contains("passed") })
    #expect(wire.finish() == [] && wire.isFinished())
    #expect(gate.answers == [.abandoned])
  }

  /// Answers a question of `confirm_in_time` while every thread is occupied.
  private func answerInFullPool(_ gate: Gate, _ answer: String, isModern: Bool) throws -> Wire {
    let tools = ["confirm_in_time", "block"].map { FixtureProvider.tool($0) }
    let wire = try Wire(FixtureProvider(tools: tools, gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25", capabilities: Lines.canElicit))
    try wire.send(Lines.initialized)
    var line = #"{"jsonrpc":"2.0","id":"srv-1","result":\#(answer)}"#
    if isModern {
      line = Lines.retry("1", "confirm_in_time", try wire.handle(id: "1", tool: "confirm_in_time"), answer)
    } else {
      #expect(try wire.ask(Lines.legacyCall("1", "confirm_in_time"))?.contains("elicitation/create") == true)
    }
    try wire.occupy(gate, ServerOptions())
    try wire.send(line)
    #expect(try wire.ask(Lines.ping("2")) == Lines.pong("2"))
    return wire
  }

  private func release(_ wire: Wire, _ gate: Gate) {
    gate.open()
    #expect(wire.receive(count: ServerOptions().concurrentCalls).allSatisfy { $0.contains("passed") })
    #expect(wire.finish() == [] && wire.isFinished())
  }

  private static let noes: [(String, ToolQuestion.Answer)] = [
    (#"{"action":"decline"}"#, .declined), (#"{"action":"cancel"}"#, .cancelled),
    (#"{"action":"accept","content":{"confirm":false}}"#, .accepted(isTicked: false)),
  ]

  @Test(arguments: [false, true])
  func `a yes that waits for a thread is answered in time and counts`(isModern: Bool) throws {
    let gate = Gate()
    let wire = try answerInFullPool(gate, Lines.accept, isModern: isModern)
    wire.clock.advance(milliseconds: 40_000)
    #expect(wire.receive()?.contains("goes on") == true)
    release(wire, gate)
    #expect(gate.answers == [.confirmed])
  }

  @Test(arguments: noes, [false, true])
  func `a no that waits for a thread is answered in time and counts`(
    no: (line: String, answer: ToolQuestion.Answer), isModern: Bool
  ) throws {
    let gate = Gate()
    let wire = try answerInFullPool(gate, no.line, isModern: isModern)
    wire.clock.advance(milliseconds: 40_000)
    #expect(wire.receive()?.contains("as told: \(no.answer)") == true)
    release(wire, gate)
    #expect(gate.answers == [no.answer])
  }

  @Test(arguments: noes, [false, true])
  func `a no whose call is cancelled while it waits for a thread counts`(
    no: (line: String, answer: ToolQuestion.Answer), isModern: Bool
  ) throws {
    let gate = Gate()
    let wire = try answerInFullPool(gate, no.line, isModern: isModern)
    try wire.send(Lines.cancelled("1"))
    #expect(try wire.ask(Lines.ping("3")) == Lines.pong("3"))
    release(wire, gate)
    #expect(gate.answers == [no.answer])
  }

  @Test func `a retry that waits for a thread ends its question even if it is cancelled`() throws {
    let gate = Gate()
    let options = ServerOptions()
    let wire = try Wire.legacy(gate)
    let handle = try wire.handle(id: "1")
    try wire.occupy(gate, options)
    try wire.send(
      Lines.modern(
        "2", "tools/call",
        #""name":"confirm","inputResponses":{"confirm":\#(Lines.accept)},"requestState":"\#(handle)","#,
        capabilities: Lines.canElicit), Lines.cancelled("2"))
    #expect(try wire.ask(Lines.ping("3")) == Lines.pong("3"))
    gate.open()
    #expect(wire.receive(count: options.concurrentCalls).allSatisfy { $0.contains("passed") })
    #expect(wire.finish() == [] && wire.isFinished())
    #expect(gate.answers == [.abandoned])
  }
}
