import Platform
import Testing

@testable import MCP

@Suite struct ReloadTests {
  private static let changed = #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#

  private func other() -> FixtureProvider { FixtureProvider(tools: [FixtureProvider.tool("other")], instructions: nil) }

  @Test(arguments: [(false, true, 300_000, 300_000), (true, true, 0, 0), (false, false, 3_600_000, 300_000)])
  func `a client keeps the instructions no longer than the tools, unless neither can change`(
    isTemporary: Bool, isReloadable: Bool, discovery: Int, list: Int
  ) throws {
    var options = ServerOptions()
    options.isReloadable = isReloadable
    let wire = try Wire(FixtureProvider(isTemporary: isTemporary), options: options)
    #expect(try wire.ask(Lines.modern("1", "server/discover"))?.contains(#""ttlMs":\#(discovery),"#) == true)
    #expect(try wire.ask(Lines.modern("2", "tools/list"))?.contains(#""ttlMs":\#(list),"#) == true)
  }

  @Test(arguments: [#""yes""#, "1", "[]"]) func `a subscription that is neither wanted nor not is refused`(
    value: String
  ) throws {
    let line = Lines.modern("1", "subscriptions/listen", #""notifications":{"toolsListChanged":\#(value)},"#)
    #expect(try Wire().ask(line)?.contains("-32602") == true)
  }

  @Test func `a legacy client is notified and gets the new list`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    #expect(try wire.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)?.contains(#""name":"echo""#) == true)
    wire.server.replaceProvider(other())
    #expect(wire.receive() == Self.changed)
    let list = try wire.ask(#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#)
    #expect(list?.contains(#""name":"other""#) == true && list?.contains(#""name":"echo""#) == false)
    #expect(try wire.ask(Lines.legacyCall("3", "echo"))?.contains("Unknown tool: echo") == true)
  }

  @Test func `a modern client is notified on the streams that asked for it`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.modern(#""yes""#, "subscriptions/listen", #""notifications":{"toolsListChanged":true},"#))
    _ = try wire.ask(Lines.modern("7", "subscriptions/listen", #""notifications":{"toolsListChanged":false},"#))
    wire.server.replaceProvider(other())
    #expect(
      wire.receive()
        == #"""
        {"jsonrpc":"2.0","method":"notifications/tools/list_changed",\#
        "params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"yes"}}}
        """#
    )
    try wire.send(Lines.cancelled(#""yes""#), Lines.ping("1"))
    #expect(wire.receive() == Lines.pong("1"))
    wire.server.replaceProvider(other())
    #expect(wire.finish() == [])
  }

  @Test func `no notification is sent for a list that did not change`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    wire.server.replaceProvider(FixtureProvider(instructions: "Other words."))
    #expect(try wire.ask(Lines.ping("1")) == Lines.pong("1"))
  }

  @Test func `a client that never spoke is not notified`() throws {
    let wire = try Wire()
    wire.server.replaceProvider(other())
    #expect(try wire.ask(Lines.ping("1")) == Lines.pong("1"))
  }

  @Test func `a call in flight finishes with what it started with`() throws {
    let gate = Gate()
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    try wire.send(Lines.legacyCall("1", "block"))
    #expect(gate.waitForEntered(1))
    wire.server.replaceProvider(other())
    #expect(wire.receive() == Self.changed)
    gate.open()
    #expect(wire.receive()?.contains("passed") == true)
  }

  @Test func `a stop ends the streams`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.modern("5", "subscriptions/listen", #""notifications":{"toolsListChanged":true},"#))
    try wire.stop()
    #expect(
      wire.receive()
        == #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5,"reason":"The server is stopping"}}"#
    )
    #expect(
      wire.receive()
        == #"""
        {"jsonrpc":"2.0","id":5,"result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":5,\#
        "io.modelcontextprotocol/serverInfo":{"name":"fixture","title":"Fixture","version":"1.0.0"}}}}
        """#
    )
    #expect(wire.isFinished())
  }

  @Test func `streams are bounded and need a reloadable server`() throws {
    var options = ServerOptions()
    options.openSubscriptions = 1
    let wire = try Wire(options: options)
    _ = try wire.ask(Lines.modern("1", "subscriptions/listen", #""notifications":{},"#))
    #expect(
      try wire.ask(Lines.modern("2", "subscriptions/listen", #""notifications":{},"#))?.contains("-32600") == true)
    options.isReloadable = false
    let fixed = try Wire(options: options)
    #expect(
      try fixed.ask(Lines.modern("1", "subscriptions/listen", #""notifications":{},"#))?.contains("-32601") == true)
  }

  @Test func `a new name and title are shown`() throws {
    let wire = try Wire()
    wire.server.replaceProvider(other(), info: ServerInfo(name: "fixture", title: "New title", version: "2"))
    #expect(try wire.ask(Lines.initialize("2025-11-25"))?.contains("New title") == true)
  }

  @Test func `a reload does not wait for a client that does not read`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    try wire.fillOutput()
    let reloads = Monitor(0)
    let (server, providers) = (wire.server, [other(), FixtureProvider()])
    try Thread {
      for provider in providers {
        server.replaceProvider(provider)
        reloads.withLock { $0 += 1 }
      }
    }.detach()
    #expect(reloads.wait(timeoutMilliseconds: 10_000) { $0 == 2 ? true : nil } == true)
    // The client is notified once it reads.
    #expect(wire.receive() == Self.changed)
    #expect(wire.receive() == Self.changed)
  }
}
