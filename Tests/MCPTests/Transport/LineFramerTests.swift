import Testing

@testable import MCP

@Suite struct LineFramerTests {
  /// Returns the frames of the chunks: lines as text, `!` for a line that was too long.
  private func frames(_ chunks: [[UInt8]], limit: Int = 16) -> [String] {
    var framer = LineFramer(maxLineBytes: limit)
    var result: [String] = []
    func add(_ frame: LineFramer.Frame) {
      switch frame {
      case .line(let bytes): result.append(String(decoding: bytes, as: UTF8.self))
      case .tooLong: result.append("!")
      }
    }
    for chunk in chunks {
      framer.append(chunk)
      while let frame = framer.next() { add(frame) }
    }
    if let frame = framer.finish() { add(frame) }
    return result
  }

  static let streams: [(text: String, frames: [String])] = [
    ("", []),
    ("a\n", ["a"]),
    ("a\nb\n", ["a", "b"]),
    ("a\r\nb\r\n", ["a\r", "b\r"]),
    ("\n\n\r\n \t\na\n\n", ["a"]),
    ("a\nlast without newline", ["a", "!"]),
    ("a\nlast", ["a", "last"]),
    ("a\n\r", ["a"]),
    ("0123456789abcdef\n", ["0123456789abcdef"]),
    ("0123456789abcdefg\nb\n", ["!", "b"]),
    ("0123456789abcdefghijklmnopqrstuvwxyz0123456789\nb", ["!", "b"]),
    ("0123456789abcdefghijklmnopqrstuvwxyz0123456789", ["!"]),
    ("é\u{0}\n", ["é\u{0}"]),
  ]

  @Test(arguments: streams) func `a stream is cut into lines`(text: String, expected: [String]) {
    #expect(frames([Array(text.utf8)]) == expected)
  }

  @Test(arguments: streams) func `chunks may be cut anywhere`(text: String, expected: [String]) {
    let bytes = Array(text.utf8)
    #expect(frames(bytes.map { [$0] }) == expected)
    for cut in bytes.indices { #expect(frames([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected) }
  }
}
