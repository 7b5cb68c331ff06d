import JSON
import Platform
import Testing

@testable import MCP

/// Hostile and broken input over real pipes.
@Suite struct FramingTests {
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

  @Test func `a request may arrive byte by byte`() throws {
    let wire = try Wire()
    for byte in Array(Lines.ping("1").utf8) + [0x0D, 0x0A] { try wire.send(bytes: [byte]) }
    #expect(wire.receive() == Lines.pong("1"))
  }

  /// Sizes around those of the server's buffers: the next message is read after any of them.
  @Test(arguments: [4094, 4095, 4096, 4097, 8192, 65_535, 65_536, 65_537, 200_000])
  func `a line of any size is answered and so is what follows`(size: Int) throws {
    let wire = try Wire()
    let padding = String(repeating: " ", count: size - 1 - Lines.ping("1").utf8.count)
    for _ in 0..<3 {
      #expect(try wire.ask(Lines.ping("1") + padding) == Lines.pong("1"))
      #expect(try wire.ask(Lines.ping("2")) == Lines.pong("2"))
    }
  }

  @Test func `the last line without a newline is answered`() throws {
    let wire = try Wire()
    try wire.send(bytes: Array(Lines.ping("1").utf8))
    #expect(wire.finish() == [Lines.pong("1")])
    #expect(wire.isFinished())
  }

  static let bad: [(bytes: [UInt8], reason: String)] = [
    ([0xFF, 0xFE, 0x0A], "the message is UTF-16; send UTF-8"),
    ([0xFE, 0xFF, 0x0A], "the message is UTF-16; send UTF-8"),
    (
      [0xEF, 0xBB, 0xBF, 0x7B, 0x7D, 0x0A], "a byte order mark before the message; send UTF-8 without one"
    ),
    ([0x22, 0xC3, 0x28, 0x22, 0x0A], "not UTF-8 at byte 0"),
    ([0x7B, 0x00, 0x7D, 0x0A], "the message is UTF-16; send UTF-8"),
    ([0x00, 0x7B, 0x00, 0x7D, 0x00, 0x0A], "the message is UTF-16; send UTF-8"),
    ([0x00, 0x0A], "unexpected character at byte 0"), ([0x00, 0x7B, 0x7D, 0x0A], "unexpected character at byte 0"),
    (Array("Content-Length: 120\r\n".utf8), "a header; a message is one line of JSON, without headers before it"),
    (
      Array("content-type: application/json\n".utf8),
      "a header; a message is one line of JSON, without headers before it"
    ),
    (Array("{\n".utf8), "unexpected end of input at byte 1; a message is one line of JSON"),
    (Array("\"method\": \"ping\",\n".utf8), "text after the value at byte 8"),
  ]

  @Test(arguments: bad) func `a bad line is a parse error and the server continues`(bytes: [UInt8], reason: String)
    throws
  {
    try expectParseError(bytes, reason)
  }

  // Only the opening of a level is an argument, since a report repeats its arguments.
  @Test(arguments: [("[", "nested too deeply at byte 128"), (#"{"a":"#, "nested too deeply at byte 640")])
  func `a line of 100,000 levels is a parse error and the server continues`(level: String, reason: String) throws {
    try expectParseError(Array(String(repeating: level, count: 100_000).utf8) + [0x0A], reason)
  }

  private static let nested = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)

  /// The id stands before or after, in any spelling; a text that looks like one does not count.
  @Test(arguments: [
    (#"{"id":7,"method":"tools/call","params":{"name":"echo","arguments":{"a":"pizza \ud83d","id":8}}}"#, "7"),
    (#"{"method":"x","params":{"a":"\ude00, \"id\":8,","method":1} , "\u0069d" : "a}\"b"} "#, #""a}\"b""#),
    (#"{"id":7,"method":"tools/call","params":{"a":\#(nested)}}"#, "7"),
    (#"{"id":7,"method":"tools/call","params":{"a":1,"a":2}}"#, "7"),
    (#"{"id":7,"method":"x","params":{"a":"\ud83d"},"result":null,"error": null }"#, "7"),
    (#"{"id":7,"method":"x","params":{"a":\#(nested)},"error":null}"#, "7"),
  ])
  func `a request that the parser refuses is answered under its id`(line: String, id: String) throws {
    let wire = try Wire()
    let answer = try wire.ask(line)
    let code = line.contains("[[") ? -32700 : -32602
    #expect(
      answer?.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":""#) == true,
      "\(answer ?? "")")
    #expect(try wire.ask(Lines.ping("1")) == Lines.pong("1"))
  }

  @Test(arguments: [
    #"{"id":7,"method":"x","result":{"a":"\ud83d"}}"#, #"{"id":7,"method":null,"a":"\ud83d"}"#,
    #"{"id":7,"method":"x","result":null,"error":"\ud83d"}"#, #"{"id":7,"method":"x","result":null,"result":"\ud83d"}"#,
    #"{"id":7,"id":8,"method":"x"}"#,
    #"{"id":7,"method":"x","method":"y"}"#, #"{"id":7,"a":"\ud83d"}"#,
    #"{"id":7,"method":"x","params":{"a":"\ud83d""#, #"[{"id":7,"method":"x","params":{"a":"\ud83d"}}]"#,
    #"{"id":null,"method":"x","params":{"a":"\ud83d"}}"#, #"{"id":7,"method":"x","a":"\ud83d"}}"#,
    #"{"id":"\ud83d","method":"x"}"#, #"{"id":7:8,"method":"x","a":"\ud83d"}"#,
  ])
  func `a refused line without one clear id is a parse error`(line: String) throws {
    #expect(try Wire().ask(line)?.hasPrefix(#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"#) == true)
  }

  private func expectParseError(_ bytes: [UInt8], _ reason: String) throws {
    let wire = try Wire()
    try wire.send(bytes: bytes)
    #expect(
      wire.receive()
        == #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error: \#(reason)"}}"#)
    #expect(try wire.ask(Lines.ping("1")) == Lines.pong("1"))
  }

  @Test func `a line over the limit is refused once and skipped`() throws {
    let wire = try Wire()
    for _ in 0..<96 { try wire.send(bytes: Array(repeating: UInt8(ascii: "x"), count: 65536)) }
    let refusal =
      #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error: a line is at most 4194304 bytes long"}}"#
    #expect(wire.receive() == refusal)
    try wire.send("", Lines.ping("1"))
    #expect(wire.finish() == [Lines.pong("1")])
  }

  @Test func `a line of exactly the limit is read`() throws {
    var options = ServerOptions()
    options.maxLineBytes = Lines.ping("1").utf8.count
    let wire = try Wire(options: options)
    #expect(try wire.ask(Lines.ping("1")) == Lines.pong("1"))
    #expect(try wire.ask(Lines.ping("12"))?.contains("-32700") == true)
  }

  @Test func `a batch of a whole line of rubbish is refused at once`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-03-26"))
    try wire.send("[" + Array(repeating: "1", count: 1001).joined(separator: ",") + "]")
    #expect(
      wire.receive()
        == #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"A batch may contain at most 1000 messages"}}"#
    )
  }

  @Test func `a huge list without a reader does not grow the queue`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    // The answers are megabytes of lists: the server stops reading requests long before it has queued them all.
    let sender = try Thread { [input = SendBox(wire)] in
      for id in 0..<2000 {
        try? input.wire.send(bytes: Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"tools/list"}"#.utf8) + [0x0A])
      }
    }
    for id in 0..<2000 {
      #expect(wire.receive()?.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"result":{"tools""#) == true)
    }
    sender.join()
  }

  private static let longIDs = [
    (##"{"jsonrpc":"2.0","id":"#","method":"ping"}"##, "null", "id"),
    (##"{"jsonrpc":"2.0","id":"#","method":"subscriptions/listen","params":{}}"##, "null", "id"),
    (
      ##"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":{"progressToken":"#"}}}"##, "1",
      "progressToken"
    ),
  ]

  @Test(arguments: longIDs)
  func `an id or a token over a kibibyte is refused without being sent back`(
    _ line: String, id: String, name: String
  ) throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    let answer = try wire.ask(line.replacing("#", with: String(repeating: "i", count: 1025)))
    let error = #"{"code":-32600,"message":"\#(name) may have at most 1024 bytes"}"#
    #expect(answer == #"{"jsonrpc":"2.0","id":\#(id),"error":\#(error)}"#)
  }

  @Test func `a version that is not one is sent back cleaned and cut`() throws {
    let version = "\u{202E}" + String(repeating: "9", count: 200_000)
    let line = Lines.modern("1", "tools/list").replacing("2026-07-28", with: version)
    let answer = try #require(try Wire().ask(line))
    #expect(answer.contains("-32022") && answer.utf8.count < 1000 && !answer.unicodeScalars.contains("\u{202E}"))
  }

  @Test func `a notification with a token over a kibibyte is not answered`() throws {
    let wire = try Wire()
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    let token = String(repeating: "t", count: 1025)
    try wire.send(##"{"jsonrpc":"2.0","method":"notifications/x","params":{"_meta":{"progressToken":"\##(token)"}}}"##)
    #expect(try wire.ask(Lines.ping("1")) == Lines.pong("1"))
  }

  @Test func `an id of a kibibyte is echoed`() throws {
    let id = "\"" + String(repeating: "i", count: 1024) + "\""
    #expect(try Wire().ask(Lines.ping(id)) == Lines.pong(id))
    let digits = String(repeating: "7", count: 1024)
    #expect(try Wire().ask(Lines.ping(digits)) == Lines.pong(digits))
    #expect(try Wire().ask(Lines.ping(digits + "7"))?.contains("-32600") == true)
  }

  @Test func `what a call keeps of its request counts against the memory budget`() throws {
    var options = ServerOptions()
    options.heldArgumentBytes = 2000
    let wire = try Wire(options: options)
    _ = try wire.ask(Lines.initialize("2025-11-25"))
    let (id, token) = (String(repeating: "i", count: 700), String(repeating: "t", count: 700))
    let call = Lines.legacyCall("\"\(id)\"", "echo", meta: #"{"progressToken":"\#(token)"}"#)
    #expect(try wire.ask(call)?.contains("would take more than") == true)
    #expect(try wire.ask(Lines.legacyCall("1", "echo"))?.contains("would take more than") == false)
  }
}

/// Lets one other thread send while the test reads: the two use different descriptors.
struct SendBox: @unchecked Sendable {
  let wire: Wire
  init(_ wire: Wire) { self.wire = wire }
}
