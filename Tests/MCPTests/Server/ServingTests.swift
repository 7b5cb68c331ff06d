import Platform
import Testing

@testable import MCP

@Suite struct ServingTests {
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
}
