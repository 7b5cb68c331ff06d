import Platform

/// One line of `doctor`.
struct Finding {
  enum Status: String {
    case fine = "ok"
    case problem
    /// Nothing is wrong, and the person may want to know.
    case note
  }

  let status: Status
  /// What was looked at: `secrets`.
  let subject: String
  let text: String
  /// What to do about it; nil where there is nothing to do.
  let remedy: String?

  static func fine(_ subject: String, _ text: String) -> Finding {
    Finding(status: .fine, subject: subject, text: text, remedy: nil)
  }

  static func problem(_ subject: String, _ text: String, remedy: String) -> Finding {
    Finding(status: .problem, subject: subject, text: text, remedy: remedy)
  }

  static func note(_ subject: String, _ text: String, remedy: String? = nil) -> Finding {
    Finding(status: .note, subject: subject, text: text, remedy: remedy)
  }

  /// In columns: one line, or at a terminal as many as it needs, with `~/` for the home directory. A command to paste stays whole.
  func line(_ console: Console) -> String {
    let style: Console.Style =
      switch status {
      case .fine: .green
      case .problem: .red
      case .note: .yellow
      }
    func space(after text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.utf8.count))
    }
    let name = status.rawValue
    let head = console.styled(name, style) + space(after: name, 9) + subject + space(after: subject, 17)
    guard console.isTerminal else { return head + text + (remedy.map { "; \($0)" } ?? "") }
    let indent = 26
    let newLine = "\n" + String(repeating: " ", count: indent)
    var words = FilePath.abbreviated(within: text, home: console.homeDirectory)
    var command = ""
    if let remedy {
      let parts = Self.parts(of: remedy, around: "run: ")
      words += "; " + parts.before + (parts.after == nil ? "" : "run:")
      if let after = parts.after {
        let (line, rest) = Self.parts(of: after, around: "; or ")
        command = "\n  " + line + (rest.map { newLine + "or " + $0 } ?? "")
      }
    }
    return head + TextWrap.lines(words, width: max(20, console.width - indent)).joined(separator: newLine) + command
  }

  private static func parts(of text: String, around separator: String) -> (before: String, after: String?) {
    let bytes = text.utf8
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index...].starts(with: separator.utf8) {
        let after = bytes.index(index, offsetBy: separator.utf8.count)
        return (String(text[..<index]), String(text[after...]))
      }
      index = bytes.index(after: index)
    }
    return (text, nil)
  }
}
