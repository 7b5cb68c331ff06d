import Platform

/// A shell that can complete this program's command line, and how its script is made from the subcommands' tables.
struct Shell: Sendable {
  let name: String
  /// Where the script goes, for the help.
  let installation: String
  let script: @Sendable ([any Subcommand.Type]) -> String

  /// Every shell, in the order of the help.
  static let all: [Shell] = [.bash, .zsh, .fish]
}

/// What completions need to know of a table's line.
extension Option {
  /// Whether the value is a file or folder.
  var takesPath: Bool { value.map(CompletionWords.namesPath) ?? false }
  /// The values to offer.
  var offers: [String] { choices + suggestions }
}

/// Words for the scripts.
enum CompletionWords {
  /// Whether a placeholder of the help stands for a path: `PATH`, `[FILE...|-]`.
  static func namesPath(_ placeholder: String) -> Bool {
    ["PATH", "FILE", "FOLDER"].contains { placeholder.contains(part: $0) }
  }

  /// The text without what would end single quotes.
  static func quoted(_ text: String) -> String { ShellWord.quoted(text) }

  /// The summary as a zsh description: brackets and colons mean something there.
  static func zshDescription(_ text: String) -> String {
    String(text.map { "[]:".contains($0) ? " " : $0 })
  }
}
