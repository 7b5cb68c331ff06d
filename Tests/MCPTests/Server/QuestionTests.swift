import JSON
import TestSupport
import Testing

@testable import MCP

/// What the transcripts cannot show of questions: timing, many at once, reloads.
@Suite struct QuestionTests {
  @Test func `a legacy question times out after five minutes`() throws {
    let gate = Gate()
    let wire = try Wire.legacy(gate)
    #expect(try wire.ask(Lines.legacyCall("1", "confirm"))?.contains(#""id":"srv-1""#) == true)
    wire.clock.advance(milliseconds: 299_999)
    #expect(try wire.ask(Lines.ping("2")) == Lines.pong("2"))
    wire.clock.advance(milliseconds: 1)
    try wire.send(Lines.ping("3"))
    let lines = wire.receive(count: 3)
    #expect(lines.contains(Lines.pong("3")))
    #expect(lines.contains { $0.contains(#""method":"notifications/cancelled","params":{"requestId":"srv-1""#) })
    #expect(lines.contains { $0.contains("timedOut: nothing was sent") })
    // This answer is too late.
    try wire.send(#"{"jsonrpc":"2.0","id":"srv-1","result":\#(Lines.accept)}"#)
    #expect(wire.finish() == [])
    #expect(gate.answers == [.timedOut])
  }

  @Test func `a legacy question is withdrawn at its deadline, not at the next second`() throws {
    let wire = try Wire.legacy(Gate())
    #expect(try wire.ask(Lines.legacyCall("1", "confirm"))?.contains(#""id":"srv-1""#) == true)
    wire.clock.advance(milliseconds: 299_990)
    // From here on the server waits for input, or for the last ten milliseconds.
    #expect(try wire.ask(Lines.ping("2")) == Lines.pong("2"))
    wire.clock.advance(milliseconds: 10)
    let start = ContinuousClock.now
    #expect(wire.receive(count: 2).contains { $0.contains("notifications/cancelled") })
    #expect(ContinuousClock.now - start < .milliseconds(700))
  }

  @Test func `a modern question expires after five minutes`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    let first = try wire.handle(id: "1")
    wire.clock.advance(milliseconds: 299_999)
    #expect(try wire.retry(id: "2", first)?.contains("sent") == true)
    let second = try wire.handle(id: "3")
    wire.clock.advance(milliseconds: 300_000)
    #expect(try wire.retry(id: "4", second)?.contains("timedOut: nothing was sent") == true)
    #expect(gate.answers == [.confirmed, .timedOut])
  }

  @Test(
    arguments: [
      (#"{"action":"decline"}"#, "declined"), (#"{"action":"cancel"}"#, "cancelled"),
      (#"{"action":"accept","content":{"confirm":false}}"#, "notConfirmed"), (Lines.accept, "timedOut"),
      (#"{"action":"accept"}"#, "timedOut"), ("null", "timedOut"),
    ])
  func `a no that comes too late is still a no, and anything else is not an answer`(
    answer: String, outcome: String
  ) throws {
    let wire = try Wire()
    let handle = try wire.handle(id: "1")
    wire.clock.advance(milliseconds: 300_000)
    #expect(try wire.retry(id: "2", handle, answer)?.contains("\(outcome): nothing was sent") == true)
  }

  @Test func `a question is forgotten five minutes after it expired`() throws {
    let wire = try Wire()
    let handle = try wire.handle(id: "1")
    wire.clock.advance(milliseconds: 600_000)
    #expect(try wire.retry(id: "2", handle)?.contains("this request did nothing") == true)
  }

  @Test func `a retry after the person's no is not told to call again`() throws {
    let wire = try Wire()
    let handle = try wire.handle(id: "1")
    #expect(try wire.retry(id: "2", handle, #"{"action":"decline"}"#)?.contains("declined") == true)
    let again = try wire.retry(id: "3", handle)
    #expect(again?.contains("already used for the person's no") == true && again?.contains("again") == false)
  }

  @Test func `a retry with a used handle does not say that nothing was done`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    let handle = try wire.handle(id: "1", tool: "confirm_and_block")
    try wire.send(Lines.retry("2", "confirm_and_block", handle))
    #expect(gate.waitForEntered(1))
    try wire.send(Lines.retry("3", "confirm_and_block", handle))
    #expect(wire.receive()?.contains("the call that used it may have run") == true)
  }

  @Test(
    arguments: [
      (#"{"a":8,"b":{"c":1.50}}"#, #"{"b":{"c":15e-1},"a":8.0}"#, true), (#"{"a":0}"#, #"{"a":-0.0}"#, true),
      (#"{"a":1200}"#, #"{"a":1.2E+3}"#, true), (#"{"a":8,"note":null}"#, #"{"a":8}"#, true),
      (#"{"a":8}"#, #"{"a":80}"#, false), (#"{"a":8}"#, #"{"a":-8}"#, false), (#"{"a":8}"#, #"{"a":"8"}"#, false),
      (#"{"a":0.8}"#, #"{"a":8}"#, false), (#"{"a":8,"b":{"c":null}}"#, #"{"a":8,"b":{}}"#, false),
      (#"{"a":1e99999999999}"#, #"{"a":1e99999999998}"#, false),
    ])
  func `an answer is bound to the values of the arguments, not to their spelling`(
    asked: String, retried: String, isSame: Bool
  ) throws {
    let wire = try Wire()
    let first = try wire.ask(
      Lines.modern("1", "tools/call", #""name":"confirm","arguments":\#(asked),"#, capabilities: Lines.canElicit))
    let handle = try #require(try JSONParser.parse(first ?? "")["result"]?["requestState"]?.stringValue)
    let answer = try wire.ask(
      Lines.modern(
        "2", "tools/call",
        #""name":"confirm","arguments":\#(retried),"inputResponses":{"confirm":\#(Lines.accept)},"requestState":"\#(handle)","#,
        capabilities: Lines.canElicit))
    #expect(answer?.contains("sent") == isSame && answer?.contains("-32602") == !isSame, "\(answer ?? "")")
  }

  @Test(
    arguments: [("5", true), (#""x""#, true), ("[]", true), ("true", true), ("{}", true), ("null", false)])
  func `a malformed answer is one of a client that cannot ask, and only a missing one is asked for again`(
    answer: String, isMalformed: Bool
  ) throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    let line = try wire.retry(id: "2", try wire.handle(id: "1"), answer)
    #expect(line?.contains(isMalformed ? "unreadable: nothing was sent" : "input_required") == true, "\(line ?? "")")
    #expect(gate.askedAgain == (isMalformed ? 0 : 1))
  }

  @Test(
    arguments: [
      (#"{"jsonrpc":"2.0","id":"srv-1","method":null,"result":\#(Lines.accept)}"#, .confirmed),
      (#"{"jsonrpc":"2.0","id":"srv-1","result":\#(Lines.accept),"error":null}"#, .confirmed),
      (#"{"jsonrpc":"2.0","id":"srv-1"}"#, .unreadable), (#"{"jsonrpc":"2.0","id":"srv-1","error":null}"#, .unreadable),
    ] as [(String, ToolQuestion.Answer)])
  func `null counts as absent in an answer, and an answer without a result ends its question`(
    line: String, answer: ToolQuestion.Answer
  ) throws {
    let gate = Gate()
    let wire = try Wire.legacy(gate)
    _ = try wire.ask(Lines.legacyCall("1", "confirm"))
    #expect(try wire.ask(line)?.contains(#""id":1"#) == true)
    #expect(gate.answers == [answer])
  }

  @Test(arguments: [#"{"form":null,"url":null}"#, #"{"form":{},"url":null}"#])
  func `a client that sends every member is asked`(elicitation: String) throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-11-25", capabilities: #"{"elicitation":\#(elicitation)}"#))
    try wire.send(#"{"jsonrpc":"2.0","id":null,"method":"notifications/initialized","params":null}"#)
    #expect(try wire.ask(Lines.legacyCall("1", "confirm"))?.contains("elicitation/create") == true)
    let modern = Lines.modern("2", "tools/list").replacing(
      #""_meta":{"#, with: #""_meta":{"io.modelcontextprotocol/logLevel":null,"#)
    #expect(try wire.ask(modern)?.contains(#""tools":["#) == true)
  }

  @Test func `a retry of a client that says that it cannot ask answers nothing, and leaves the question open`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    let handle = try wire.handle(id: "1")
    let line = try wire.ask(Self.retryOfUnable("2", "confirm", handle))
    #expect(line?.contains("-32021") == true && gate.answers == [], "\(line ?? "")")
    #expect(try wire.retry(id: "3", handle)?.contains("sent") == true)
    #expect(try wire.ask(Self.retryOfUnable("4", "confirm", handle))?.contains("-32602") == true)
    #expect(try wire.ask(Self.retryOfUnable("5", "confirm", "TAMPERED"))?.contains("-32602") == true)
  }

  @Test func `a retry of a client that cannot ask goes on where another channel can`() throws {
    let wire = try Wire(FixtureProvider(gate: Gate()))
    let handle = try wire.handle(id: "1", tool: "confirm_or_code")
    let line = try wire.ask(Self.retryOfUnable("2", "confirm_or_code", handle))
    #expect(line?.contains("approve with code 1234") == true, "\(line ?? "")")
    #expect(try wire.ask(Self.retryOfUnable("3", "confirm_or_code", handle))?.contains("-32602") == true)
  }

  @Test(
    arguments: [
      (#"{"action":"decline"}"#, "declined"), (#"{"action":"cancel"}"#, "cancelled"),
      (#"{"action":"accept","content":{"confirm":false}}"#, "notConfirmed"),
    ])
  func `a no is a no, even of a client that says that it cannot ask`(answer: String, outcome: String) throws {
    for tool in ["confirm", "confirm_or_code"] {
      let wire = try Wire(FixtureProvider(gate: Gate()))
      let handle = try wire.handle(id: "1", tool: tool)
      let line = try wire.ask(Self.retryOfUnable("2", tool, handle, answer))
      #expect(line?.contains("\(outcome): nothing was sent") == true, "\(line ?? "")")
      #expect(try wire.ask(Self.retryOfUnable("3", tool, handle))?.contains("the person's no") == true)
    }
  }

  /// Returns a retry that does not declare elicitation.
  private static func retryOfUnable(
    _ id: String, _ tool: String, _ handle: String, _ answer: String = Lines.accept
  ) -> String {
    Lines.modern(
      id, "tools/call",
      #""name":"\#(tool)","inputResponses":{"confirm":\#(answer)},"requestState":"\#(handle)","#)
  }

  @Test func `handles are unguessable`() throws {
    let wire = try Wire()
    let handles = try (0..<20).map { try wire.handle(id: "\($0)") }
    #expect(Set(handles).count == 20 && handles.allSatisfy { $0.utf8.count == 64 })
    // All 64 digits vary.
    for index in 0..<64 { #expect(Set(handles.map { Array($0)[index] }).count > 1) }
  }

  @Test func `the oldest question gives way`() throws {
    var options = ServerOptions()
    options.openQuestions = 2
    let wire = try Wire(options: options)
    let handles = try (1...3).map { try wire.handle(id: "\($0)") }
    #expect(try wire.retry(id: "4", handles[0])?.contains("-32602") == true)
    #expect(try wire.retry(id: "5", handles[1])?.contains("sent") == true)
    #expect(try wire.retry(id: "6", handles[2])?.contains("sent") == true)
  }

  @Test func `open questions give way to calls that need their memory`() throws {
    var options = ServerOptions()
    options.heldArgumentBytes = 1000
    let wire = try Wire(options: options)
    let handles = try (1...50).map { try wire.handle(id: "\($0)") }
    #expect(try wire.retry(id: "98", handles[0])?.contains("-32602") == true)
    #expect(try wire.retry(id: "99", handles[49])?.contains("sent") == true)
  }

  @Test func `a reload leaves a modern question to the tool that asked it`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    let old = try wire.handle(id: "1")
    wire.server.replaceProvider(FixtureProvider())
    #expect(try wire.retry(id: "2", old)?.contains(#""text":"sent""#) == true)
    #expect(gate.answers == [.confirmed])
  }

  @Test func `a reload withdraws a legacy question that does not hold any more`() throws {
    let gate = Gate()
    let wire = try Wire.legacy(gate)
    #expect(try wire.ask(Lines.legacyCall("1", "confirm"))?.contains(#""id":"srv-1""#) == true)
    gate.outdate()
    wire.server.replaceProvider(FixtureProvider())
    let lines = wire.receive(count: 2)
    #expect(lines.contains { $0.contains(#""method":"notifications/cancelled","params":{"requestId":"srv-1""#) })
    #expect(lines.contains { $0.contains(#""id":1,"#) && $0.contains("withdrawn: nothing was sent") })
    // This answer is too late.
    try wire.send(#"{"jsonrpc":"2.0","id":"srv-1","result":\#(Lines.accept)}"#)
    #expect(wire.finish() == [])
    #expect(gate.answers == [.withdrawn])
  }

  @Test func `a reload leaves a legacy question open that still holds`() throws {
    let gate = Gate()
    let wire = try Wire.legacy(gate)
    #expect(try wire.ask(Lines.legacyCall("1", "confirm"))?.contains(#""id":"srv-1""#) == true)
    wire.server.replaceProvider(FixtureProvider())
    #expect(
      try wire.ask(#"{"jsonrpc":"2.0","id":"srv-1","result":\#(Lines.accept)}"#)?.contains(#""text":"sent""#) == true)
  }

  @Test func `a handle of another process is unknown`() throws {
    let handle = try Wire().handle(id: "1")
    #expect(try Wire().retry(id: "2", handle)?.contains("-32602") == true)
  }

  @Test func `waiting for people holds no thread`() throws {
    let gate = Gate()
    let wire = try Wire.legacy(gate)
    for id in 1...100 { try wire.send(Lines.legacyCall("\(id)", "confirm")) }
    let questions = wire.receive(count: 100)
    #expect(questions.allSatisfy { $0.contains("elicitation/create") })
    #expect(try wire.ask(Lines.legacyCall("200", "echo"))?.contains(#""id":200"#) == true)
    for number in 1...100 { try wire.send(#"{"jsonrpc":"2.0","id":"srv-\#(number)","result":\#(Lines.accept)}"#) }
    #expect(wire.receive(count: 100).allSatisfy { $0.contains("sent") })
    #expect(gate.answers.count == 100)
  }

  @Test func `answers may come in any order`() throws {
    let wire = try Wire.legacy(Gate())
    #expect(try wire.ask(Lines.legacyCall("1", "confirm"))?.contains("srv-1") == true)
    #expect(try wire.ask(Lines.legacyCall("2", "confirm"))?.contains("srv-2") == true)
    #expect(try wire.ask(#"{"jsonrpc":"2.0","id":"srv-2","result":\#(Lines.accept)}"#)?.contains(#""id":2"#) == true)
    #expect(try wire.ask(#"{"jsonrpc":"2.0","id":"srv-1","result":\#(Lines.accept)}"#)?.contains(#""id":1"#) == true)
  }

  @Test func `the context of the first call speaks for the retry`() throws {
    let wire = try Wire()
    let handle = try wire.handle(id: "1", tool: "confirm_and_report")
    try wire.send(Lines.retry("2", "confirm_and_report", handle))
    #expect(
      wire.receive()
        == #"""
        {"jsonrpc":"2.0","method":"notifications/progress",\#
        "params":{"progressToken":"again","progress":1,"message":"going on"}}
        """#
    )
    #expect(wire.receive()?.contains("cancelled: false") == true)
  }

  @Test func `cancelling the retry reaches the context of the first call`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    let handle = try wire.handle(id: "1", tool: "confirm_and_block")
    try wire.send(Lines.retry("2", "confirm_and_block", handle))
    #expect(gate.waitForEntered(1))
    try wire.send(Lines.cancelled("2"))
    #expect(gate.waitForCancelled(1))
    #expect(wire.finish() == [])
  }

  @Test func `many retries of one answer confirm once`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    let handle = try wire.handle(id: "0")
    for id in 1...50 {
      try wire.send(
        Lines.modern(
          "\(id)", "tools/call",
          #""name":"confirm","inputResponses":{"confirm":\#(Lines.accept)},"requestState":"\#(handle)","#,
          capabilities: Lines.canElicit))
    }
    let answers = wire.receive(count: 50)
    #expect(answers.count { $0.contains(#""text":"sent""#) } == 1 && answers.count { $0.contains("-32602") } == 49)
    #expect(gate.answers == [.confirmed])
  }

  @Test(
    arguments: [
      #"{"jsonrpc":"2.0","id":"srv-1","result":{"action":"accept","#, #"{"id" : "srv-1", 'result': {}}"#,
      #"{"id":"srv-1","result":{"action":"accept","content":{"confirm":true}}}"#,
    ])
  func `an answer that is not JSON or not MCP ends its question at once if it names it`(line: String) throws {
    let gate = Gate()
    let wire = try Wire.legacy(gate)
    _ = try wire.ask(Lines.legacyCall("1", "confirm"))
    let answer = try wire.ask(line)
    #expect(answer?.contains(#""id":1"#) == true, "\(answer ?? "")")
    #expect(gate.answers == [.unreadable])
  }

  @Test(
    arguments: [#"{"jsonrpc":"2.0","id":"srv-9","result":{"#, "{", #"{"id":"srv-1","x":{"id":"srv-2","#])
  func `a line that is not JSON and names no open question leaves it open`(line: String) throws {
    let gate = Gate()
    let wire = try Wire.legacy(gate)
    _ = try wire.ask(Lines.legacyCall("1", "confirm"))
    #expect(try wire.ask(line)?.contains("-32700") == true)
    try wire.send(#"{"jsonrpc":"2.0","id":"srv-1","result":\#(Lines.accept)}"#)
    #expect(wire.receive(count: 1).first?.contains("sent") == true)
    #expect(gate.answers == [.confirmed])
  }

  @Test func `a retry that is refused for its memory does not lose the answer`() throws {
    let gate = Gate()
    var options = ServerOptions()
    options.heldArgumentBytes = 6000
    let wire = try Wire(FixtureProvider(gate: gate), options: options)
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    let handle = try wire.handle(id: "1")
    let text = String(repeating: "x", count: 3000)
    try wire.send(
      #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"block","arguments":{"text":"\#(text)"}}}"#)
    #expect(gate.waitForEntered(1))
    let retry =
      #""name":"confirm","inputResponses":{"confirm":\#(Lines.accept),"other":"\#(text)"},"requestState":"\#(handle)","#
    let refusal = try wire.ask(Lines.modern("3", "tools/call", retry, capabilities: Lines.canElicit))
    #expect(refusal?.contains("would take more than") == true)
    gate.open()
    #expect(wire.receive()?.contains("passed") == true)
    // A thread may release its arguments a moment after its answer was written.
    var answer: String?
    for id in 4...2000 {
      answer = try wire.ask(Lines.modern("\(id)", "tools/call", retry, capabilities: Lines.canElicit))
      if answer?.contains("would take more than") == false { break }
    }
    #expect(answer?.contains(#""text":"sent""#) == true, "\(answer ?? "")")
  }
}
