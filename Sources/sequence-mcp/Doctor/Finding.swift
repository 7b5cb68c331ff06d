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

  /// The line, in columns.
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
    return console.styled(name, style) + space(after: name, 9) + subject + space(after: subject, 17) + text
      + (remedy.map { "; \($0)" } ?? "")
  }
}
