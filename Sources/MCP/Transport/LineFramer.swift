import CSystem
import JSON

/// Cuts a stream of bytes into lines, wherever the reads happened to end (MCP 2026-07-28, basic/transports/stdio).
/// A pure value: give it chunks, take frames until there are none.
package struct LineFramer: Sendable {
  /// What a line came to.
  package enum Frame: Sendable, Hashable {
    /// A line that is not blank, without its newline; a carriage return before it stays, since JSON takes it for space.
    case line(ArraySlice<UInt8>)
    /// A line over the limit, reported once, as soon as that is known; the rest of it is skipped without being held.
    case tooLong
  }

  private let maxLineBytes: Int
  private var chunk: ArraySlice<UInt8> = []
  /// The start of a line whose end has not come yet.
  private var held: [UInt8] = []
  private var isSkipping = false

  package init(maxLineBytes: Int) { self.maxLineBytes = maxLineBytes }

  /// Takes the next chunk; call it when `next` has returned nil.
  package mutating func append(_ bytes: [UInt8]) { chunk = bytes[...] }

  /// The next frame of what was appended; nil if more must be read first.
  package mutating func next() -> Frame? {
    while !chunk.isEmpty {
      guard let newline = firstNewline() else {
        let rest = chunk
        chunk = []
        if isSkipping { return nil }
        guard held.count + rest.count <= maxLineBytes else { return tooLong(skippingOn: true) }
        held += rest
        return nil
      }
      let part = chunk[chunk.startIndex..<newline]
      chunk = chunk[(newline + 1)...]
      if isSkipping {
        isSkipping = false
      } else if held.count + part.count > maxLineBytes {
        return tooLong(skippingOn: false)
      } else if let line = line(endingWith: part) {
        return .line(line)
      }
    }
    return nil
  }

  /// The last line, where the stream ended without a newline.
  mutating func finish() -> Frame? { line(endingWith: []).map { .line($0) } }

  private mutating func tooLong(skippingOn: Bool) -> Frame {
    held = []
    isSkipping = skippingOn
    return .tooLong
  }

  /// The held part and this one, or nil for a blank line.
  private mutating func line(endingWith part: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var line = part
    if !held.isEmpty {
      held += part
      line = held[...]
      held = []
    }
    return line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } ? nil : line
  }

  private func firstNewline() -> Int? {
    chunk.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress, let found = memchr(start, 0x0A, buffer.count) else { return nil }
      return chunk.startIndex + (UnsafeRawPointer(found) - start)
    }
  }
}

/// Explains why a line is not a message, by what the client sent instead.
enum LineFault {
  /// - Parameter error: what the JSON reader met.
  static func words(for error: JSONParseError, in line: ArraySlice<UInt8>) -> String {
    if line.starts(with: [0xEF, 0xBB, 0xBF]) { return "a byte order mark before the message; send UTF-8 without one" }
    if line.starts(with: [0xFF, 0xFE]) || line.starts(with: [0xFE, 0xFF]) || line.prefix(2).contains(0) {
      return "the message is UTF-16; send UTF-8"
    }
    if isHeader(line) { return "a header; a message is one line of JSON, without headers before it" }
    let isOpen = error.reason == .unexpectedEnd && [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(line.first)
    return "\(error)" + (isOpen ? "; a message is one line of JSON" : "")
  }

  /// `Content-Length: 120`, as the Language Server Protocol frames its messages.
  private static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
    // The bit makes an ASCII letter lowercase and leaves `-` and `:`.
    let start = line.prefix("content-length:".utf8.count).map { $0 | 0x20 }
    return start.starts(with: "content-length:".utf8) || start.starts(with: "content-type:".utf8)
  }
}
