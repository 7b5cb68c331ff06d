import Platform
import Synchronization
import Testing

@testable import MCP

@Suite struct EndingTests {
  @Test(arguments: [0, 1, 3])
  func `what no client should wait for runs once, whether messages come or not`(messages: Int) throws {
    let count = Monitor(0)
    var options = ServerOptions()
    options.onServing = { count.withLock { $0 += 1 } }
    let wire = try Wire(options: options)
    for id in 0..<messages { _ = try wire.ask(Lines.ping("\(id)")) }
    #expect(count.wait(timeoutMilliseconds: 10_000) { $0 > 0 ? true : nil } == true)
    wire.closeInput()
    #expect(wire.isFinished())
    #expect(count.withLock { $0 } == 1)
  }

  private static let full = SystemError(code: 28, attempt: "write")
  private static let broken = SystemError(code: 5, attempt: "read")

  @Test(
    arguments: [
      (.inputEnded, nil, .inputEnded), (.stopped, .inputEnded, .stopped), (.inputEnded, .outputClosed, .inputEnded),
      (.inputFailed(broken), nil, .inputFailed(broken)), (.stopped, .outputFailed(full), .outputFailed(full)),
      (.outputClosed, nil, .outputClosed), (.outputClosed, .inputEnded, .inputEnded),
      (nil, .stopped, .stopped), (nil, .outputFailed(full), .outputFailed(full)), (nil, nil, .outputClosed),
    ] as [(ServerEnding?, ServerEnding?, ServerEnding)])
  func `the reason for the end is a failed write, then why reading ended, then why the output was closed`(
    reading: ServerEnding?, writing: ServerEnding?, reason: ServerEnding
  ) {
    #expect(ServerEnding.combined(reading: reading, writing: writing) == reason)
  }

  @Test func `the end of input ends the server`() throws {
    let wire = try Wire()
    wire.closeInput()
    #expect(wire.isFinished())
  }

  @Test func `a stop ends the server`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.ping("1"))
    try wire.stop()
    #expect(wire.isFinished())
  }

  @Test func `a closed output ends the server at rest`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.ping("1"))
    wire.closeOutput()
    #expect(wire.isFinished())
  }

  @Test func `a closed output ends the server at work`() throws {
    let wire = try Wire()
    wire.closeOutput()
    // The server may end before it reads this.
    try? wire.send(Lines.ping("1"))
    #expect(wire.isFinished())
  }

  @Test func `calls get their grace at the end of input`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    try wire.send(Lines.legacyCall("1", "block"))
    #expect(gate.waitForEntered(1))
    wire.closeInput()
    gate.open()
    #expect(
      wire.receive()
        == #"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"passed"}],"isError":false}}"#)
    #expect(wire.isFinished())
  }

  @Test(arguments: [true, false]) func `a call that hangs is left after its grace and settled`(byStop: Bool) throws {
    let gate = Gate()
    let settled = Mutex(0)
    var options = ServerOptions()
    options.shutdownGraceMilliseconds = 50
    options.onShutdown = { settled.withLock { $0 += 1 } }
    let wire = try Wire(FixtureProvider(gate: gate), options: options)
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    try wire.send(Lines.legacyCall("1", "block"))
    #expect(gate.waitForEntered(1))
    if byStop { try wire.stop() } else { wire.closeInput() }
    #expect(wire.isFinished())
    #expect(gate.waitForCancelled(1))
    #expect(settled.withLock { $0 } == 1)
    #expect(wire.finish() == [])
  }

  @Test func `a client that never reads does not hold up a stop`() throws {
    var options = ServerOptions()
    options.shutdownGraceMilliseconds = 50
    let wire = try Wire(options: options)
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    for id in 0..<200 { try wire.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"tools/list"}"#) }
    try wire.stop()
    #expect(wire.isFinished())
  }

  @Test(
    arguments: [false, true])
  func `a client that reads nothing and goes away is noticed, and running calls are settled`(byStop: Bool) throws {
    let gate = Gate()
    let settled = Mutex(0)
    var options = ServerOptions()
    options.onShutdown = { settled.withLock { $0 += 1 } }
    let wire = try Wire(FixtureProvider(gate: gate), options: options)
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    try wire.send(Lines.legacyCall("1", "block"))
    #expect(gate.waitForEntered(1))
    // More than a pipe takes.
    for id in 2..<200 { try wire.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"tools/list"}"#) }
    if byStop { try wire.stop() } else { wire.closeInput() }
    #expect(wire.isFinished(withinMilliseconds: 5000))
    #expect(settled.withLock { $0 } == 1)
    #expect(wire.ending == (byStop ? .stopped : .inputEnded))
  }

  @Test func `an open question ends with the client`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25", capabilities: #"{"elicitation":{}}"#))
    try wire.send(Lines.initialized)
    #expect(try wire.ask(Lines.legacyCall("1", "confirm"))?.contains("elicitation/create") == true)
    let rest = wire.finish()
    #expect(rest.count == 1 && rest[0].contains("clientGone: nothing was sent"))
    #expect(gate.answers == [.clientGone])
  }

  @Test func `a stop withdraws the open question and answers its call`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25", capabilities: #"{"elicitation":{}}"#))
    try wire.send(Lines.initialized)
    #expect(try wire.ask(Lines.legacyCall("1", "confirm"))?.contains("elicitation/create") == true)
    try wire.stop()
    #expect(
      wire.receive()?.contains(#""method":"notifications/cancelled","params":{"requestId":"srv-1""#) == true)
    #expect(wire.receive()?.contains("clientGone: nothing was sent") == true)
    #expect(wire.isFinished())
  }
}
