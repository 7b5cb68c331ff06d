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
