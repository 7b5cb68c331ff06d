import Foundation
import JSON
import TestSupport
import Testing

/// Hostile and odd lines through real pipes: each gets an exact error, and the server continues.
@Suite(.waiting) struct ServeFramingTests {
  struct Line: CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    var code = -32700

    init(_ name: String, _ text: String, code: Int = -32700) {
      testDescription = name
      bytes = Array(text.utf8)
      self.code = code
    }

    init(_ name: String, _ bytes: [UInt8]) {
      testDescription = name
      self.bytes = bytes
    }
  }

  @Test(arguments: [
    Line("not JSON", "{nonsense"),
    Line("invalid UTF-8", [0x22, 0xFF, 0xFE, 0x22]),
    Line("NUL bytes", [0, 0, 0]),
    Line("deep nesting", String(repeating: "[", count: 100_000)),
    Line("too long", String(repeating: "x", count: (4 << 20) + 1)),
    Line("an empty batch", "[]", code: -32600),
    Line("no object", "17", code: -32600),
  ])
  func `a bad line is answered and the server continues`(line: Line) throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    server.send(bytes: line.bytes + [0x0A])
    let answer = try server.anonymousAnswer()
    #expect(answer["id"] == .null)
    #expect(answer["error"]?["code"] == JSONValue(line.code))
    #expect(try server.ask(2, "ping")["result"] == [:])
  }

  @Test(arguments: ["{nonsense", #"{"id":7,"method":"tools/call","params":{"a":"\ud83d"}}"#])
  func `the log says why a line was not taken, without its text`(line: String) throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    server.send(line: line)
    try server.errorOutput(containing: " warning ")
    #expect(!server.errorOutput.contains("nonsense") && !server.errorOutput.contains("tools/call"))
  }

  @Test func `carriage returns, blank lines and partial lines are accepted`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    server.send(line: "\r\n\n" + JSONWriter.text(ServerProcess.request(1, "ping")) + "\r")
    #expect(try server.answer(1)["result"] == [:])
    for byte in JSONWriter.write(ServerProcess.request(2, "ping")) + [0x0A] { server.send(bytes: [byte]) }
    #expect(try server.answer(2)["result"] == [:])
  }

  @Test(.enabled(if: ProcessTable.isThere))
  func `many pipelined pings are answered in little memory`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    let table = ProcessTable(processID: server.processID)
    let before = try table.anonymousKilobytes()
    let count = 25_000
    var lines: [UInt8] = []
    for id in 1...count { lines += Array("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"ping\"}\n".utf8) }
    server.send(bytes: lines)
    _ = try server.answer(JSONValue(count))
    #expect(try table.anonymousKilobytes() - before < 3 << 10)
    // Plus the handshake.
    #expect(server.answerCounts.requests == count + 1)
    #expect(server.answerCounts.answers == count + 1)
  }
}
