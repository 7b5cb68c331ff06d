import Rules

/// Breaks text between words, at a terminal's width.
enum TextWrap {
  /// The lines of one paragraph. A word that is longer than a line stays whole: it may be a path to copy. So does a command to paste,
  /// `'sequence-mcp ...'`.
  /// - Parameter hanging: how far lines after the first are moved to the right.
  static func lines(_ paragraph: String, width: Int, hanging: Int = 0) -> [String] {
    var lines: [String] = []
    var line = ""
    var isEmpty = true
    for word in words(of: paragraph) {
      if !isEmpty, !word.isEmpty, ColumnWidth.of(line) + 1 + ColumnWidth.of(word) > width {
        lines.append(line)
        line = String(repeating: " ", count: hanging) + word
      } else {
        line += (isEmpty ? "" : " ") + word
      }
      isEmpty = false
    }
    return lines + [line]
  }

  private static func words(of paragraph: String) -> [Substring] {
    let words = paragraph.split(separator: " ", omittingEmptySubsequences: false)
    var joined: [Substring] = []
    var index = 0
    while index < words.count {
      var end = index
      if words[index].hasPrefix("'sequence-mcp"), let last = words[index...].firstIndex(where: closesQuote) {
        end = last
      }
      joined.append(paragraph[words[index].startIndex..<words[end].endIndex])
      index = end + 1
    }
    return joined
  }

  private static func closesQuote(_ word: Substring) -> Bool {
    word.reversed().first { !".,;:)".contains($0) } == "'"
  }

  /// The text with each of its lines wrapped. A line that begins with blanks is a command, a place or a table, and stays as it is.
  static func text(_ text: String, width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      line.first == " " ? [String(line)] : lines(String(line), width: width)
    }.joined(separator: "\n")
  }
}

/// How many columns of a terminal a text takes.
enum ColumnWidth {
  static func of(_ text: some StringProtocol) -> Int {
    if text.utf8.withContiguousStorageIfAvailable({ $0.reduce(0, |) < 0x80 }) == true { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + of($1) }
  }

  /// Unicode Standard Annex 11, as terminals count: marks take no column, wide characters and emoji take two.
  private static func of(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x300: return 1
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return 1
    }
  }
}
