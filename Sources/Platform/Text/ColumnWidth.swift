/// The width of text in columns of a terminal.
package enum ColumnWidth {
  package static func of(_ text: some StringProtocol) -> Int {
    // Nearly every text is plain ASCII.
    let isPlain = text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy { $0 < 0x80 && $0 != 0x1B } }
    if isPlain == true { return text.utf8.count }
    // A style sequence has no width (ECMA-48, `ESC [ ... m`).
    if text.utf8.contains(0x1B) {
      return text.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated().reduce(0) { sum, part in
        sum + of(part.offset == 0 ? part.element : part.element.drop { $0 != "m" }.dropFirst())
      }
    }
    return text.unicodeScalars.reduce(0) { $0 + of($1) }
  }

  /// Returns the width of a scalar by Unicode Standard Annex 11, as terminals apply it: marks take no column, wide characters
  /// and emoji take two.
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x7F: return 1
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18DFF, 0x1B000...0x1B2FF, 0x1F200...0x1F2FF,
      0x20000...0x3FFFD:
      return 2
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }
}

/// The styles of text on a terminal (ECMA-48, SGR).
package enum TerminalStyle: String, Sendable {
  case bold = "1"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case blue = "34"
  case cyan = "36"
  case boldRed = "1;31"
  case boldYellow = "1;33"
  case boldCyan = "1;36"

  /// Returns the text in this style; what follows it is plain.
  package func applied(to text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}
