import JSON
import TestSupport
import Testing

@testable import MCP

/// What the server does while its answers and questions wait for a client that does not read.
@Suite struct DeliveryTests {
  private static let accept = #"{"action":"accept","content":{"confirm":true}}"#

  private static func options(threads: Int) -> ServerOptions {
    var options = ServerOptions()
    options.concurrentCalls = threads
    options.shutdownGraceMilliseconds = 50
    return options
  }

  private func legacy(_ tools: [String], _ gate: Gate, threads: Int) throws -> Wire {
    let provider = FixtureProvider(tools: tools.map(FixtureProvider.tool), gate: gate)
    let wire = try Wire(provider, options: Self.options(threads: threads))
    _ = try wire.ask(Lines.initialize("2025-11-25", capabilities: Lines.canElicit))
    try wire.send(Lines.initialized)
    return wire
  }

  /// Returns a server with two threads for calls. One of them waits until the client reads its big answer.
  private func blocked(_ gate: Gate) throws -> Wire {
    let wire = try legacy(["big", "block", "confirm"], gate, threads: 2)
    try wire.send(Lines.legacyCall("1", "big"))
    #expect(gate.waitForEntered(1))
    // The reading thread waits for input, so it does not write the answer.
    #expect(try wire.ask(Lines.ping("0")) == Lines.pong("0"))
    gate.open()
    #expect(wire.waitForOutput())
    return wire
  }

  // MARK: Questions

  @Test func `the age of a legacy question counts from when it was written, not from when it was queued`() throws {
    let gate = Gate()
    let wire = try blocked(gate)
    try wire.send(Lines.legacyCall("2", "confirm"), Lines.legacyCall("3", "block"))
    // The thread that asked has begun the next call, so the question is queued.
    #expect(gate.waitForEntered(2))
    wire.clock.advance(milliseconds: 5000)
    #expect(wire.receive()?.contains("xxx") == true)
    #expect(wire.receive()?.contains("elicitation/create") == true)
    #expect(wire.receive()?.contains("passed") == true)
    #expect(
      try wire.ask(#"{"jsonrpc":"2.0","id":"srv-1","result":\#(Self.accept)}"#)?.contains(#""text":"sent""#) == true)
    #expect(gate.times == [0])
  }

  @Test func `an answer to a legacy question that is not written yet was given in no time`() throws {
    let gate = Gate()
    let wire = try blocked(gate)
    try wire.send(Lines.legacyCall("2", "confirm"), Lines.legacyCall("3", "block"))
    #expect(gate.waitForEntered(2))
    wire.clock.advance(milliseconds: 5000)
    try wire.send(#"{"jsonrpc":"2.0","id":"srv-1","result":\#(Self.accept)}"#)
    #expect(wire.receive(count: 4).contains { $0.contains(#""text":"sent""#) })
    #expect(gate.times == [0])
  }

  @Test func `the age of a modern question counts from when it was written, not from when it was queued`() throws {
    let gate = Gate()
    let wire = try blocked(gate)
    try wire.send(
      Lines.modern("2", "tools/call", #""name":"confirm","#, capabilities: Lines.canElicit),
      Lines.legacyCall("3", "block"))
    #expect(gate.waitForEntered(2))
    wire.clock.advance(milliseconds: 5000)
    #expect(wire.receive()?.contains("xxx") == true)
    let question = try JSONParser.parse(wire.receive() ?? "")
    let handle = try #require(question["result"]?["requestState"]?.stringValue)
    #expect(wire.receive()?.contains("passed") == true)
    let answer = try wire.ask(
      Lines.modern(
        "4", "tools/call",
        #""name":"confirm","inputResponses":{"confirm":\#(Self.accept)},"requestState":"\#(handle)","#,
        capabilities: Lines.canElicit))
    #expect(answer?.contains(#""text":"sent""#) == true && gate.times == [0])
  }

  @Test func `an answer that waited while the server wrote is timed from when it came`() throws {
    let gate = Gate()
    // A list that is larger than a pipe.
    let wire = try legacy(["confirm", "block"] + (0..<1000).map { "tool_\($0)" }, gate, threads: 1)
    #expect(try wire.ask(Lines.legacyCall("1", "confirm"))?.contains("elicitation/create") == true)
    // The one thread for calls has noted the question, and writes nothing more.
    try wire.send(Lines.legacyCall("2", "block"))
    #expect(gate.waitForEntered(1))
    // So the thread that reads waits for the client.
    try wire.send(#"{"jsonrpc":"2.0","id":3,"method":"tools/list"}"#)
    #expect(wire.waitForOutput())
    try wire.send(#"{"jsonrpc":"2.0","id":"srv-1","result":\#(Self.accept)}"#)
    wire.clock.advance(milliseconds: 5000)
    gate.open()
    #expect(wire.receive(count: 3).contains { $0.contains(#""text":"sent""#) })
    #expect(gate.times == [0])
  }

  @Test func `nobody reads a question while the machine sleeps`() throws {
    let gate = Gate()
    let wire = try legacy(["confirm"], gate, threads: 2)
    for number in 1...3 {
      #expect(try wire.ask(Lines.legacyCall("\(number)", "confirm"))?.contains("elicitation/create") == true)
      // Another line, so that the question is known to be written.
      #expect(try wire.ask(Lines.ping("0")) == Lines.pong("0"))
      wire.clock.sleep(seconds: 30)
      #expect(
        try wire.ask(#"{"jsonrpc":"2.0","id":"srv-\#(number)","result":\#(Self.accept)}"#)?.contains("sent") == true)
    }
    #expect(gate.times == [0, 0, 0])
  }

  @Test func `an answer is timed to when it was read`() throws {
    let gate = Gate()
    let wire = try legacy(["confirm"], gate, threads: 2)
    // If the server is still busy with the question when the time passes, it counts none: it never counts too much.
    for number in 1...50 where !gate.times.contains(5000) {
      #expect(try wire.ask(Lines.legacyCall("\(number)", "confirm"))?.contains("elicitation/create") == true)
      wire.clock.advance(milliseconds: 5000)
      #expect(
        try wire.ask(#"{"jsonrpc":"2.0","id":"srv-\#(number)","result":\#(Self.accept)}"#)?.contains("sent") == true)
    }
    #expect(gate.times.contains(5000))
  }

  // MARK: Answers

  enum Departure: CaseIterable { case endOfInput, stop, closedOutput }

  @Test(arguments: Departure.allCases)
  func `an answer that is never written is reported as lost`(_ departure: Departure) throws {
    let gate = Gate()
    let wire = try blocked(gate)
    try wire.send(Lines.legacyCall("2", "block"), Lines.legacyCall("3", "block"))
    // The second begins once the answer to the first is queued.
    #expect(gate.waitForEntered(3))
    switch departure {
    case .endOfInput: wire.closeInput()
    case .stop: try wire.stop()
    case .closedOutput: wire.closeOutput()
    }
    #expect(wire.isFinished())
    // All three: of the big one, only a part was written.
    #expect(gate.waitForLost(3))
  }

  @Test func `an answer that waits for the client is not reported as lost`() throws {
    let gate = Gate()
    let wire = try blocked(gate)
    try wire.send(Lines.legacyCall("2", "block"), Lines.legacyCall("3", "block"))
    #expect(gate.waitForEntered(3))
    #expect(wire.receive(count: 3).count == 3)
    #expect(wire.finish() == [] && wire.isFinished())
    #expect(gate.lost == 0)
  }

  @Test func `the answers in a batch that never completes are reported as lost`() throws {
    let gate = Gate()
    let tools = ["pass", "block"].map(FixtureProvider.tool)
    let wire = try Wire(FixtureProvider(tools: tools, gate: gate), options: Self.options(threads: 1))
    _ = try wire.ask(Lines.initialize("2025-03-26"))
    try wire.send("[" + Lines.legacyCall("1", "pass") + "," + Lines.legacyCall("2", "block") + "]")
    // The first is answered, into the batch.
    #expect(gate.waitForEntered(1))
    #expect(wire.finish() == [] && wire.isFinished())
    // The other one is not answered either.
    #expect(gate.waitForLost(2))
  }

  @Test func `the answers in a batch that is written are not reported as lost`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(tools: ["pass", "block"].map(FixtureProvider.tool), gate: gate))
    _ = try wire.ask(Lines.initialize("2025-03-26"))
    try wire.send("[" + Lines.legacyCall("1", "pass") + "," + Lines.legacyCall("2", "block") + "]")
    gate.open()
    #expect(wire.receive()?.hasPrefix("[") == true)
    #expect(wire.finish() == [] && wire.isFinished())
    #expect(gate.lost == 0)
  }
}
