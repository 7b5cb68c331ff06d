import TestSupport
import Testing

@testable import MCP

@Suite struct CallTests {
  private func passed(_ id: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"result":{"content":[{"type":"text","text":"passed"}],"isError":false}}"#
  }

  private func wire(_ gate: Gate, _ options: ServerOptions = ServerOptions()) throws -> Wire {
    let wire = try Wire(FixtureProvider(gate: gate), options: options)
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    return wire
  }

  @Test(
    arguments: [#""params":null"#, #""params":{"cursor":null}"#, #""params":{"cursor":null,"_meta":null}"#])
  func `null means none for every optional member`(member: String) throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-06-18"))
    let plain = try wire.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
    #expect(plain?.contains("echo") == true)
    #expect(try wire.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/list",\#(member)}"#) == plain)
  }

  @Test func `other requests are answered while calls run`() throws {
    let gate = Gate()
    let wire = try wire(gate)
    try wire.send(Lines.legacyCall("1", "block"))
    #expect(gate.waitForEntered(1))
    #expect(try wire.ask(Lines.ping("2")) == Lines.pong("2"))
    #expect(try wire.ask(Lines.legacyCall("3", "echo"))?.contains(#""id":3,"#) == true)
    gate.open()
    #expect(wire.receive() == passed(1))
  }

  @Test(
    arguments: [("late", false), ("late_and_over", true)])
  func `a call that is not done in time gets its late answer, once, and goes on only if it says so`(
    _ tool: String, isOver: Bool
  ) throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(tools: [FixtureProvider.tool(tool)], gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    try wire.send(Lines.legacyCall("1", tool))
    #expect(gate.waitForEntered(1))
    wire.clock.advance(milliseconds: 49_999)
    #expect(try wire.ask(Lines.ping("2")) == Lines.pong("2"))
    wire.clock.advance(milliseconds: 1)
    #expect(wire.receive()?.contains(#""id":1,"result":{"content":[{"type":"text","text":"not yet"}]"#) == true)
    // The request is over, so its id may be used again.
    #expect(try wire.ask(Lines.ping("1")) == Lines.pong("1"))
    if isOver { #expect(gate.waitForCancelled(1)) } else { gate.open() }
    #expect(gate.waitForLost(1))
    #expect(gate.cancelled == (isOver ? 1 : 0))
    #expect(wire.finish() == [])
  }

  @Test(
    arguments: [
      (Lines.legacyCall("1", "s3cr3t"), #"{"code":-32602,"message":"Unknown tool"}"#),
      (#"{"jsonrpc":"2.0","id":1,"method":"s3cr3t"}"#, #"{"code":-32601,"message":"Method not found"}"#),
      (
        Lines.modern("1", "tools/list").replacing("2026-07-28", with: "s3cr3t"),
        #"{"code":-32022,"message":"Unsupported protocol version","#
      ),
    ])
  func `an error does not quote a known secret, which is recorded`(line: String, error: String) throws {
    var options = ServerOptions()
    options.scrub = { Array(String(decoding: $0, as: UTF8.self).replacing("s3cr3t", with: "<redacted>").utf8) }
    let gate = Gate()
    let wire = try wire(gate, options)
    let answer = try #require(try wire.ask(line))
    #expect(answer.contains(error) && !answer.contains("<redacted>"), "\(answer)")
    #expect(gate.secrets == 1)
    #expect(try wire.ask(Lines.legacyCall("2", "guess"))?.contains("Unknown tool: guess") == true)
    #expect(gate.secrets == 1)
  }

  @Test func `a call that is done in time gets no late answer`() throws {
    let gate = Gate()
    gate.open()
    let wire = try Wire(FixtureProvider(tools: [FixtureProvider.tool("late")], gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    #expect(try wire.ask(Lines.legacyCall("1", "late")) == passed(1))
    wire.clock.advance(milliseconds: 50_000)
    #expect(try wire.ask(Lines.ping("2")) == Lines.pong("2"))
    #expect(wire.finish() == [] && gate.lost == 0)
  }

  @Test func `the thirty-third call waits for a thread`() throws {
    let gate = Gate()
    let wire = try wire(gate)
    for id in 1...33 { try wire.send(Lines.legacyCall("\(id)", "block")) }
    #expect(gate.waitForEntered(32))
    #expect(try wire.ask(Lines.ping("99")) == Lines.pong("99"))
    #expect(gate.entered == 32)
    gate.open()
    #expect(wire.receive(count: 33) == (1...33).map(passed).sorted())
    #expect(gate.entered == 33)
  }

  @Test func `a call that gets no thread in time is answered, and never begun`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(tools: ["block", "late"].map(FixtureProvider.tool), gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    for id in 1...32 { try wire.send(Lines.legacyCall("\(id)", "block")) }
    #expect(gate.waitForEntered(32))
    try wire.send(Lines.legacyCall("33", "late"))
    #expect(try wire.ask(Lines.ping("98")) == Lines.pong("98"))
    wire.clock.advance(milliseconds: 40_000)
    #expect(wire.receive()?.contains(#""id":33,"result":{"content":[{"type":"text","text":"not begun"}]"#) == true)
    gate.open()
    #expect(wire.receive(count: 32) == (1...32).map(passed).sorted())
    #expect(try wire.ask(Lines.legacyCall("34", "late")) == passed(34))
    #expect(gate.entered == 33)
  }

  @Test func `one call too many is refused with a result`() throws {
    let gate = Gate()
    let wire = try wire(gate)
    for id in 1...1056 { try wire.send(Lines.legacyCall("\(id)", "block")) }
    #expect(
      try wire.ask(Lines.legacyCall("2000", "block"))
        == #"""
        {"jsonrpc":"2.0","id":2000,"result":{"content":[{"type":"text",\#
        "text":"Too many calls are running or waiting; nothing was done. Try again later."}],"isError":true}}
        """#
    )
    // Cancelling a waiting call makes room at once.
    try wire.send(Lines.cancelled("1056"), Lines.legacyCall("2001", "block"))
    #expect(try wire.ask(Lines.ping("3000")) == Lines.pong("3000"))
    gate.open()
    #expect(wire.receive(count: 1056) == (Array(1...1055) + [2001]).map(passed).sorted())
    #expect(wire.finish() == [])
  }

  /// Returns a call of `block` with a text of about that many bytes.
  private func call(_ id: Int, bytes: Int) -> String {
    let text = String(repeating: "x", count: bytes)
    return
      #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"block","arguments":{"note":"\#(text)"}}}"#
  }

  @Test func `arguments that would take too much memory are refused with a result`() throws {
    let gate = Gate()
    var options = ServerOptions()
    options.heldArgumentBytes = 3 << 20
    let wire = try wire(gate, options)
    try wire.send(call(1, bytes: 1 << 20), call(2, bytes: 1 << 20))
    let refusal = try wire.ask(call(3, bytes: 1 << 20))
    #expect(refusal?.contains("would take more than 3 MiB; nothing was done") == true)
    #expect(refusal?.hasSuffix(#""isError":true}}"#) == true)
    // Small calls are still accepted, and a call that ends makes room.
    try wire.send(call(4, bytes: 10))
    gate.open()
    #expect(wire.receive(count: 3) == [1, 2, 4].map(passed).sorted())
    // A thread may release its arguments a moment after its answer was written.
    var isAccepted = false
    for id in 5...2000 {
      isAccepted = try wire.ask(call(id, bytes: 2 << 20)) == passed(id)
      if isAccepted { break }
    }
    #expect(isAccepted)
  }

  @Test func `many small arguments count as what they take`() throws {
    var options = ServerOptions()
    options.heldArgumentBytes = 1 << 20
    let wire = try wire(Gate(), options)
    let list = Array(repeating: "0", count: 100_000).joined(separator: ",")
    let answer = try wire.ask(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"list":[\#(list)]}}}"#)
    #expect(answer?.contains("would take more than 1 MiB") == true)
  }

  @Test func `a cancelled call is reported and never answered`() throws {
    let gate = Gate()
    let wire = try wire(gate)
    try wire.send(Lines.legacyCall("1", "block", meta: #"{"progressToken":"p"}"#))
    #expect(gate.waitForEntered(1))
    try wire.send(Lines.cancelled("1"))
    #expect(gate.waitForCancelled(1))
    #expect(wire.finish() == [])
  }

  @Test func `a cancelled modern call is never answered`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    try wire.send(Lines.modern(#""a""#, "tools/call", #""name":"block","#))
    #expect(gate.waitForEntered(1))
    try wire.send(Lines.cancelled(#""a""#))
    #expect(gate.waitForCancelled(1))
    #expect(wire.finish() == [])
  }

  @Test func `cancelling another id changes nothing`() throws {
    let gate = Gate()
    let wire = try wire(gate)
    try wire.send(Lines.legacyCall("1", "block"))
    #expect(gate.waitForEntered(1))
    try wire.send(Lines.cancelled(#""1""#), Lines.cancelled("2"), Lines.cancelled("1.0"))
    #expect(try wire.ask(Lines.ping("99")) == Lines.pong("99"))
    gate.open()
    #expect(wire.receive() == passed(1))
  }

  @Test func `an id in flight is refused, and free after the answer`() throws {
    let gate = Gate()
    let wire = try wire(gate)
    try wire.send(Lines.legacyCall("1", "block"))
    #expect(gate.waitForEntered(1))
    let refusal =
      #"{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"A request with this id is still in flight"}}"#
    #expect(try wire.ask(Lines.ping("1")) == refusal)
    #expect(try wire.ask(Lines.legacyCall("1", "echo")) == refusal)
    gate.open()
    #expect(wire.receive() == passed(1))
    #expect(try wire.ask(Lines.ping("1")) == Lines.pong("1"))
  }

  @Test func `the id of a cancelled call may be used again`() throws {
    let gate = Gate()
    let wire = try wire(gate)
    try wire.send(Lines.legacyCall("1", "block"))
    #expect(gate.waitForEntered(1))
    try wire.send(Lines.cancelled("1"))
    #expect(try wire.ask(Lines.legacyCall("1", "echo"))?.contains("echo") == true)
    gate.open()
    #expect(wire.finish() == [])
  }

  @Test func `a batch with a cancelled call holds the others`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize("2025-03-26"))
    try wire.send("[" + Lines.legacyCall("1", "block") + "," + Lines.ping("2") + "]")
    #expect(gate.waitForEntered(1))
    try wire.send(Lines.cancelled("1"))
    #expect(wire.receive() == "[" + Lines.pong("2") + "]")
  }

  @Test func `a tool learns that the answer to a cancelled call was not delivered`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    try wire.send(Lines.legacyCall("1", "block"))
    #expect(gate.waitForEntered(1))
    try wire.send(Lines.cancelled("1"))
    #expect(gate.waitForLost(1))
  }

  @Test func `a tool learns that nobody reads the answer`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    try wire.send(Lines.legacyCall("1", "block"))
    #expect(gate.waitForEntered(1))
    wire.closeOutput()
    gate.open()
    #expect(gate.waitForLost(1))
  }

  @Test func `an answer that is delivered is not reported as lost`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    gate.open()
    #expect(try wire.ask(Lines.legacyCall("1", "block"))?.contains("passed") == true)
    #expect(wire.finish() == [] && wire.isFinished())
    #expect(gate.lost == 0)
  }
}
