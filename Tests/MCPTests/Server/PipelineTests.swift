import Platform
import Testing

@testable import MCP

@Suite struct PipelineTests {
  @Test func `a hundred thousand pings are answered in order`() throws {
    let wire = try Wire()
    let box = SendBox(wire)
    let sender = try Thread {
      for start in stride(from: 0, to: 100_000, by: 1000) {
        let lines = (start..<start + 1000).map { Lines.ping("\($0)") }.joined(separator: "\n") + "\n"
        try? box.wire.send(bytes: Array(lines.utf8))
      }
    }
    var outOfOrder = 0
    for id in 0..<100_000 where wire.receive() != Lines.pong("\(id)") { outOfOrder += 1 }
    sender.join()
    #expect(outOfOrder == 0)
  }
}
