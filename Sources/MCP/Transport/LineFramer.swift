import CSystem

/// Splits a stream of bytes into lines, independent of how the reads were chunked (MCP 2026-07-28, basic/transports/stdio). A
/// pure value: append a chunk, then take frames until there are none.
package struct LineFramer: Sendable {
  /// The result of reading one line.
  package enum Frame: Sendable, Hashable {
    /// A line that is not blank, without its newline. A carriage return before the newline stays, since JSON treats it as
    /// whitespace.
    case line(ArraySlice<UInt8>)
    /// A line over the limit. Reported once, as soon as the limit is exceeded; the rest of the line is skipped without being
    /// buffered.
    case tooLong
  }

  private let maxLineBytes: Int
  private var chunk: ArraySlice<UInt8> = []
  /// The start of a line whose end has not arrived yet.
  private var held: [UInt8] = []
  private var isSkipping = false

  package init(maxLineBytes: Int) { self.maxLineBytes = maxLineBytes }

  /// Appends the next chunk. Call it only after `next` has returned nil.
  package mutating func append(_ bytes: [UInt8]) { chunk = bytes[...] }

  /// Returns the next frame, or nil if more input is needed.
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

  /// Returns the last line if the stream ended without a newline.
  mutating func finish() -> Frame? { line(endingWith: []).map { .line($0) } }

  private mutating func tooLong(skippingOn: Bool) -> Frame {
    held = []
    isSkipping = skippingOn
    return .tooLong
  }

  /// Returns the buffered start of the line plus `part`, or nil for a blank line.
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
