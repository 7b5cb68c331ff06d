/// One line of a file as a diagnostic shows it, with the place of the underline beneath it.
struct Excerpt {
  /// Counted from 1.
  let line: Int
  let text: String
  /// In terminal cells.
  let underlineStart: Int
  /// In terminal cells, at least 1.
  let underlineCount: Int

  /// More than this is cut, in cells; so is what stands more than that before the underline.
  private static let maximumCells = 160
  private static let maximumIndent = 100

  /// The first line of the range.
  /// - Parameter hidden: the spans of bytes that must not be shown.
  init(of range: SourceRange, in file: SourceFile, hiding hidden: [Range<Int>]) {
    line = range.start.line
    let bounds = file.lines.bytes(ofLine: line, in: file.bytes)
    let start = min(max(range.start.byte, bounds.lowerBound), bounds.upperBound)
    let end = max(start + 1, min(range.end.byte, bounds.upperBound))
    let first = Excerpt.windowStart(line: bounds, target: start, column: range.start.column, in: file.bytes)
    var text = first > bounds.lowerBound ? "…" : ""
    var cells = first > bounds.lowerBound ? 1 : 0
    var underline: (start: Int, end: Int)?
    var hidden = hidden.sorted { $0.lowerBound < $1.lowerBound }[...]
    var byte = first
    while byte < bounds.upperBound {
      while let span = hidden.first, span.upperBound <= byte { hidden.removeFirst() }
      let next = Excerpt.piece(at: byte, before: bounds.upperBound, in: file.bytes, hiding: hidden.first)
      if next.end > start, byte < end { underline = (underline?.start ?? cells, cells + next.cells) }
      text += next.text
      cells += next.cells
      byte = next.end
      if cells >= Excerpt.maximumCells, byte < bounds.upperBound {
        text += "…"
        break
      }
    }
    self.text = text
    underlineStart = underline?.start ?? cells
    underlineCount = max(1, underline.map { $0.end - $0.start } ?? 1)
  }

  /// The line's start, or a place a little before the target where that is far into the line.
  private static func windowStart(line: Range<Int>, target: Int, column: Int, in bytes: [UInt8]) -> Int {
    guard column > maximumIndent else { return line.lowerBound }
    var start = max(line.lowerBound, target - maximumIndent / 2)
    while start > line.lowerBound, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  /// What to print from that byte on: one character, one bad byte, or one hidden span.
  private static func piece(
    at byte: Int, before limit: Int, in bytes: [UInt8], hiding span: Range<Int>?
  ) -> (text: String, cells: Int, end: Int) {
    if let span, span.contains(byte) {
      let text = SecretGuess.replacement
      return (text, text.utf8.count, min(span.upperBound, limit))
    }
    var rest = bytes[byte..<min(byte + 4, limit)].makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    switch parser.parseScalar(from: &rest) {
    case .valid(let encoded):
      let piece = TerminalText.visible(Unicode.UTF8.decode(encoded))
      return (piece.text, piece.cells, byte + encoded.count)
    case .error, .emptyInput:
      let digits = String(bytes[byte], radix: 16, uppercase: true)
      let text = "<0x" + (digits.utf8.count < 2 ? "0" : "") + digits + ">"
      return (text, text.utf8.count, byte + 1)
    }
  }
}
