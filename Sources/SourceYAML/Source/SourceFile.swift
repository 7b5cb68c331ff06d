import Platform

/// A configuration file's text, read once. Every diagnostic's excerpt is taken from it. Its lines end at LF, CR or CRLF, as in
/// editors and in YAML 1.2 section 5.4.
package struct SourceFile: Sendable {
  /// A line's first byte, and the number of code points before it. A byte order mark precedes the first line.
  private struct LineStart: Sendable {
    let byte: UInt32
    let codePoint: UInt32
  }

  /// The name to show: the path as given by the user, or `<stdin>`.
  package let name: String
  /// The UTF-8 text as read.
  package let bytes: [UInt8]
  /// Spans that may contain a secret's text. Excerpts show `<redacted>` instead.
  package var hiddenRanges: [SourceRange] = []
  private var starts: [LineStart]
  /// The offset of every 64th code point; empty if the text is ASCII.
  private var checkpoints: [UInt32] = []
  private static let checkpointDistance = 64

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    let first = TextEncoding.hasMark(bytes) ? 3 : 0
    starts = [LineStart(byte: UInt32(clamping: first), codePoint: 0)]
    // The parser refuses a larger file, which therefore needs no index.
    guard bytes.count <= YAMLDocument.maximumBytes else { return }
    let isASCII = bytes[first...].allSatisfy { $0 < 0x80 }
    var codePoint = 0
    for index in first..<bytes.count where bytes[index] & 0xC0 != 0x80 {
      if !isASCII, codePoint % SourceFile.checkpointDistance == 0 { checkpoints.append(UInt32(index)) }
      codePoint += 1
      let (byte, next) = (bytes[index], index + 1)
      let isBreak = byte == 0x0A || byte == 0x0D && (next == bytes.count || bytes[next] != 0x0A)
      if isBreak { starts.append(LineStart(byte: UInt32(next), codePoint: UInt32(codePoint))) }
    }
  }

  /// The number of lines. A final line break starts one more line.
  package var lineCount: Int { starts.count }

  /// Returns the bytes of a line, without its line break. Lines start at 1.
  package func line(_ number: Int) -> Range<Int> {
    guard (1...starts.count).contains(number) else { return bytes.count..<bytes.count }
    let start = Int(starts[number - 1].byte)
    guard number < starts.count else { return start..<bytes.count }
    let end = Int(starts[number].byte) - 1
    return start..<(bytes[end] == 0x0A && end > start && bytes[end - 1] == 0x0D ? end - 1 : end)
  }

  /// Returns a line's text without the white space around it, and how far it is indented. A long line is cut.
  func text(ofLine number: Int) -> (indentation: Int, text: ArraySlice<UInt8>) {
    let line = bytes[line(number)].prefix(4096)
    let text = line.drop { $0 == 0x20 }
    let end = text.lastIndex { !$0.isASCIISpace }.map { $0 + 1 } ?? text.startIndex
    return (text.startIndex - line.startIndex, text[..<end])
  }

  /// Returns the source range of those bytes.
  package func range(ofBytes range: Range<Int>) -> SourceRange {
    SourceRange(start: position(ofByte: range.lowerBound), end: position(ofByte: range.upperBound))
  }

  /// Returns the position of the byte at that offset, clamped to the end. A byte inside a character gets the column after that
  /// character.
  package func position(ofByte byte: Int) -> SourcePosition {
    let byte = min(max(byte, Int(starts[0].byte)), bytes.count)
    let line = starts.partitioningIndex { $0.byte > byte } - 1
    var column = byte - Int(starts[line].byte)
    if !checkpoints.isEmpty { column = codePoint(ofByte: byte) - Int(starts[line].codePoint) }
    return SourcePosition(line: line + 1, column: column + 1, byte: byte)
  }

  /// Returns the position of a code point, counted from 0 after the byte order mark, on a line, counted from 0.
  func position(ofCodePoint codePoint: Int, onLine line: Int) -> SourcePosition {
    let start = starts[line]
    let column = codePoint - Int(start.codePoint)
    let byte = checkpoints.isEmpty ? Int(start.byte) + column : self.byte(ofCodePoint: codePoint)
    return SourcePosition(line: line + 1, column: column + 1, byte: min(byte, bytes.count))
  }

  private func byte(ofCodePoint codePoint: Int) -> Int {
    let checkpoint = min(codePoint / SourceFile.checkpointDistance, checkpoints.count - 1)
    var byte = Int(checkpoints[checkpoint])
    var left = codePoint - checkpoint * SourceFile.checkpointDistance
    while left > 0, byte < bytes.count {
      byte += 1
      while byte < bytes.count, bytes[byte] & 0xC0 == 0x80 { byte += 1 }
      left -= 1
    }
    return byte
  }

  private func codePoint(ofByte byte: Int) -> Int {
    let checkpoint = checkpoints.partitioningIndex { $0 > byte } - 1
    guard checkpoint >= 0 else { return 0 }
    let characters = bytes[Int(checkpoints[checkpoint])..<byte].count { $0 & 0xC0 != 0x80 }
    return checkpoint * SourceFile.checkpointDistance + characters
  }
}

/// A position in a file. Lines and columns start at 1; columns count Unicode code points. `byte` is a UTF-8 offset from 0.
package struct SourcePosition: Sendable, Hashable, Comparable {
  // 32 bits each: a file of 10,000 rules has half a million ranges, and no file exceeds 8 MiB.
  private let storedLine: UInt32
  private let storedColumn: UInt32
  private let storedByte: UInt32

  package var line: Int { Int(storedLine) }
  package var column: Int { Int(storedColumn) }
  package var byte: Int { Int(storedByte) }

  // Always inlined: the YAML parser creates two per event, and the calls would cost more than the work.
  @inline(__always)
  package init(line: Int, column: Int, byte: Int) {
    storedLine = UInt32(clamping: line)
    storedColumn = UInt32(clamping: column)
    storedByte = UInt32(clamping: byte)
  }

  /// Returns the position further on the same line.
  func advanced(columns: Int, bytes: Int) -> SourcePosition {
    SourcePosition(line: line, column: column + columns, byte: byte + bytes)
  }

  package static func < (one: SourcePosition, other: SourcePosition) -> Bool { one.byte < other.byte }
}

/// A span of a file; `end` is exclusive.
package struct SourceRange: Sendable, Hashable {
  package let start: SourcePosition
  package let end: SourcePosition

  package init(start: SourcePosition, end: SourcePosition) {
    self.start = start
    self.end = end
  }
}

extension Array {
  /// Returns the index of the first element that `belongs` in the second part of the array, which is partitioned by it.
  package func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
