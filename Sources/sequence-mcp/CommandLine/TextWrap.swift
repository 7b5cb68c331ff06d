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
