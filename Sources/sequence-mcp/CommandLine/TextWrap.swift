import Rules

/// Breaks text between words, at a terminal's width.
enum TextWrap {
  /// The lines of one paragraph. A word that is longer than a line stays whole: it may be a path to copy.
  /// - Parameter hanging: how far lines after the first are moved to the right.
  static func lines(_ paragraph: String, width: Int, hanging: Int = 0) -> [String] {
    var lines: [String] = []
    var line = ""
    var isEmpty = true
    for word in paragraph.split(separator: " ", omittingEmptySubsequences: false) {
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

  /// The text with each of its lines wrapped. A line that begins with blanks is a command, a place or a table, and stays as it is.
  static func text(_ text: String, width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      line.first == " " ? [String(line)] : lines(String(line), width: width)
    }.joined(separator: "\n")
  }
}
