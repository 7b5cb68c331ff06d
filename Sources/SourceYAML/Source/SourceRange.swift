/// A place in a file. Lines and columns count from 1, columns in Unicode code points; `byte` counts UTF-8 bytes from 0.
package struct SourcePosition: Sendable, Hashable, Comparable {
  package let line: Int
  package let column: Int
  package let byte: Int

  package init(line: Int, column: Int, byte: Int) {
    self.line = line
    self.column = column
    self.byte = byte
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
