/// A configuration file's text, read once. Every diagnostic's excerpt is taken from it.
package struct SourceFile: Sendable {
  /// The name to show: the path as given by the user, or `<stdin>`.
  package let name: String
  /// The UTF-8 text as read.
  package let bytes: [UInt8]
  /// Spans that may contain a secret's text. Excerpts show `<redacted>` instead.
  package var hiddenRanges: [SourceRange] = []
  /// The index of the text's lines.
  package let lines: SourceLines

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    lines = SourceLines(of: bytes)
  }

  /// Returns the position of the byte at that offset, clamped to the end.
  package func position(ofByte byte: Int) -> SourcePosition { lines.position(ofByte: byte, in: bytes) }

  /// Returns the source range of those bytes.
  package func range(ofBytes range: Range<Int>) -> SourceRange {
    SourceRange(start: position(ofByte: range.lowerBound), end: position(ofByte: range.upperBound))
  }
}

/// An index of line starts in bytes and code points. Lines end at LF, CR or CRLF, as in editors and in YAML 1.2 section 5.4.
/// libyaml's own line numbers also count NEL, LS and PS.
package struct SourceLines: Sendable {
  /// A line's first byte, and the number of code points before it. A byte order mark precedes the first line.
  private struct Start: Sendable {
    let byte: UInt32
    let codePoint: UInt32
  }

  private var starts: [Start]
  /// The offset of every 64th code point; empty if the text is ASCII.
  private var checkpoints: [UInt32] = []
  private static let checkpointDistance = 64

  init(of bytes: [UInt8]) {
    let first = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    starts = [Start(byte: UInt32(clamping: first), codePoint: 0)]
    // The parser refuses a larger file, which therefore needs no index.
    guard bytes.count <= YAMLDocument.maximumBytes else { return }
    var isASCII = true
    bytes.withUnsafeBufferPointer { bytes in
      var codePoint = 0
      var index = first
      while true {
        let run = bytes.printableRun(from: index)
        index += run
        codePoint += run
        guard index < bytes.count else { break }
        let byte = bytes[index]
        index += 1
        if byte >= 0x80 { isASCII = false }
        if byte & 0xC0 == 0x80 { continue }
        codePoint += 1
        let isBreak = byte == 0x0A || (byte == 0x0D && (index == bytes.count || bytes[index] != 0x0A))
        if isBreak { starts.append(Start(byte: UInt32(index), codePoint: UInt32(codePoint))) }
      }
      if isASCII { return }
      codePoint = 0
      for index in first..<bytes.count where bytes[index] & 0xC0 != 0x80 {
        if codePoint % SourceLines.checkpointDistance == 0 { checkpoints.append(UInt32(index)) }
        codePoint += 1
      }
    }
  }

  /// The number of lines. A final line break starts one more line.
  package var count: Int { starts.count }

  /// Returns the bytes of a line, without its line break. Lines start at 1.
  package func bytes(ofLine line: Int, in bytes: [UInt8]) -> Range<Int> {
    guard (1...starts.count).contains(line) else { return bytes.count..<bytes.count }
    let start = Int(starts[line - 1].byte)
    var end = line < starts.count ? Int(starts[line].byte) : bytes.count
    if line < starts.count {
      end -= 1
      if bytes[end] == 0x0A, end > start, bytes[end - 1] == 0x0D { end -= 1 }
    }
    return start..<end
  }

  /// Returns the position of a byte. A byte inside a character gets the column after that character.
  func position(ofByte byte: Int, in bytes: [UInt8]) -> SourcePosition {
    let byte = min(max(byte, Int(starts[0].byte)), bytes.count)
    let line = lineIndex { $0.byte <= byte }
    var column = byte - Int(starts[line].byte)
    if !checkpoints.isEmpty { column = codePoint(ofByte: byte, in: bytes) - Int(starts[line].codePoint) }
    return SourcePosition(line: line + 1, column: column + 1, byte: byte)
  }

  /// Returns the position of a code point, counted from 0 after the byte order mark.
  /// - Parameter hint: The probable line index.
  func position(ofCodePoint codePoint: Int, hint: Int, in bytes: [UInt8]) -> SourcePosition {
    let isHintRight =
      hint < starts.count && starts[hint].codePoint <= codePoint
      && (hint + 1 == starts.count || starts[hint + 1].codePoint > codePoint)
    let line = isHintRight ? hint : lineIndex { $0.codePoint <= codePoint }
    let start = starts[line]
    let column = codePoint - Int(start.codePoint)
    let byte = checkpoints.isEmpty ? Int(start.byte) + column : self.byte(ofCodePoint: codePoint, in: bytes)
    return SourcePosition(line: line + 1, column: column + 1, byte: min(byte, bytes.count))
  }

  /// Returns the index of the last line that satisfies `startsBefore`.
  private func lineIndex(where startsBefore: (Start) -> Bool) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if startsBefore(starts[middle]) { low = middle } else { high = middle }
    }
    return low
  }

  private func byte(ofCodePoint codePoint: Int, in bytes: [UInt8]) -> Int {
    let checkpoint = min(codePoint / SourceLines.checkpointDistance, checkpoints.count - 1)
    var byte = Int(checkpoints[checkpoint])
    var left = codePoint - checkpoint * SourceLines.checkpointDistance
    while left > 0, byte < bytes.count {
      byte += 1
      while byte < bytes.count, bytes[byte] & 0xC0 == 0x80 { byte += 1 }
      left -= 1
    }
    return byte
  }

  private func codePoint(ofByte byte: Int, in bytes: [UInt8]) -> Int {
    var low = 0
    var high = checkpoints.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if checkpoints[middle] <= byte { low = middle } else { high = middle }
    }
    let start = Int(checkpoints[low])
    guard start <= byte else { return 0 }
    let characters = bytes[start..<byte].count { $0 & 0xC0 != 0x80 }
    return low * SourceLines.checkpointDistance + characters
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Returns the length of the run of printable ASCII at `start`, which is nearly all of a file. Checks eight bytes at a time.
  func printableRun(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = start
    if let bytes = UnsafeRawPointer(baseAddress) {
      while index + 8 <= count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        // Sets a byte's top bit if it is under 0x20, over 0x7E or over 0x7F. A carry affects only higher bytes.
        let others = ((word &- ones &* 0x20) | (word &+ ones) | word) & (ones &* 0x80)
        if others != 0 { return index - start + others.trailingZeroBitCount / 8 }
        index += 8
      }
    }
    while index < count, self[index] >= 0x20, self[index] < 0x7F { index += 1 }
    return index - start
  }
}
