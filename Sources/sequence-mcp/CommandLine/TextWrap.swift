import Platform

/// Word wrapping at the width of a terminal.
enum TextWrap {
  /// Returns the lines of one paragraph. A word longer than a line is not broken, since it may be a path to copy. Nor is a
  /// command to paste: `'sequence-mcp ...'`, or `run: sudo ...` up to the next semicolon.
  /// - Parameter hanging: The indentation of the lines after the first, in columns.
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

  /// Returns the lines of one paragraph with text from outside, which may fill lines to make the terminal break them at its
  /// first column. So every word longer than a line is broken, a command too, and each character beyond Latin counts as two
  /// columns, since terminals differ.
  static func strictLines(_ paragraph: String, width: Int, hanging: Int) -> [String] {
    func mostColumns(_ scalar: Unicode.Scalar) -> Int { scalar.value < 0x300 ? 1 : 2 }
    var lines: [String] = []
    var (line, columns) = ("", 0)
    func breakLine() {
      lines.append(line)
      (line, columns) = (String(repeating: " ", count: hanging), hanging)
    }
    for (index, word) in paragraph.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      if index > 0 {
        if columns + 1 + word.unicodeScalars.reduce(0, { $0 + mostColumns($1) }) > width {
          breakLine()
        } else {
          (line, columns) = (line + " ", columns + 1)
        }
      }
      for scalar in word.unicodeScalars {
        if columns + mostColumns(scalar) > width, columns > hanging { breakLine() }
        line.unicodeScalars.append(scalar)
        columns += mostColumns(scalar)
      }
    }
    return lines + [line]
  }

  private static func words(of paragraph: String) -> [Substring] {
    let words = paragraph.split(separator: " ", omittingEmptySubsequences: false)
    var joined: [Substring] = []
    var index = 0
    while index < words.count {
      let end = endOfCommand(words, from: index) ?? index
      joined.append(paragraph[words[index].startIndex..<words[end].endIndex])
      index = end + 1
    }
    return joined
  }

  /// The programs that printed commands run.
  private static let programs: Set<String> = [
    "sequence-mcp", "sudo", "ssh", "chmod", "chown", "docker", "pass", "gopass", "op", "security", "secret-tool",
    "claude", "cursor-agent",
  ]

  /// Returns the index of the last word of a command that begins at that word; nil if none does.
  private static func endOfCommand(_ words: [Substring], from index: Int) -> Int? {
    let word = words[index].drop { $0 == "(" }
    if word.hasPrefix("'"), programs.contains(String(word.dropFirst().prefix { $0 != "'" })) {
      return endOfQuote(words, from: index) ?? words[index...].firstIndex(where: closesQuote)
    }
    guard index > 0, words[index - 1].hasSuffix(":"), programs.contains(String(word)) else { return nil }
    return words[index...].firstIndex { $0.hasSuffix(";") } ?? words.count - 1
  }

  /// Returns the index of the word that closes the quote. A path with spaces has quotes of its own.
  private static func endOfQuote(_ words: [Substring], from index: Int) -> Int? {
    var marks = 0
    return words[index...].firstIndex { word in
      marks += word.count { $0 == "'" }
      return marks.isMultiple(of: 2) && closesQuote(word)
    }
  }

  private static func closesQuote(_ word: Substring) -> Bool {
    word.reversed().first { !".,;:)".contains($0) } == "'"
  }

  /// Returns the text with each of its lines wrapped. A line that begins with a space is a command, a location or a table row,
  /// and stays as it is.
  static func text(_ text: String, width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      line.first == " " ? [String(line)] : lines(String(line), width: width)
    }.joined(separator: "\n")
  }
}
