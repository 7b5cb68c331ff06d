/// One option of a subcommand. Parsing, help and completions all come from this value.
struct Option: Sendable {
  /// With its dashes: `--config`.
  let name: String
  /// The placeholder of the value in help texts, such as `PATH`; nil for a flag.
  var value: String? { listChoices.map { $0().joined(separator: "|") } ?? placeholder }
  private var placeholder: String?
  private var listChoices: (@Sendable () -> [String])?
  var isFlag: Bool { placeholder == nil && listChoices == nil }
  /// The accepted values; empty if any value is accepted.
  var choices: [String] { listChoices?() ?? [] }
  /// Values that completions offer, although others are accepted too.
  var suggestions: [String] = []
  /// The values that this program itself offers when the shell asks, such as the configuration's aliases.
  var completes: CompletionList?
  let summary: String

  /// Whether a word of the command line looks like an option.
  static func isLike(_ word: String) -> Bool { word.utf8.first == UInt8(ascii: "-") }

  static func flag(_ name: String, _ summary: String) -> Option { Option(name: name, summary: summary) }

  static func value(
    _ name: String, _ value: String, _ summary: String, suggestions: [String] = [], completes: CompletionList? = nil
  ) -> Option {
    Option(name: name, placeholder: value, suggestions: suggestions, completes: completes, summary: summary)
  }

  static func choice(
    _ name: String, _ choices: @autoclosure @escaping @Sendable () -> [String], _ summary: String
  ) -> Option {
    Option(name: name, listChoices: choices, summary: summary)
  }
}

extension Option {
  static let config = Option.value("--config", "PATH", "the configuration file to use")
  static let stateDirectory = Option.value(
    "--state-dir", "PATH", "the directory of the ledger (default: ~/.local/state/sequence-mcp)")
  static let color = Option.choice("--color", ["auto", "always", "never"], "use color in the output (default: auto)")
  static let utc = Option.flag("--utc", "show times in UTC, not in this machine's time zone")
  static let wide = Option.flag("--wide", "show ids and keys in full, and every column")
  static let help = Option.flag("--help", "show this help")
  static let version = Option.flag("--version", "print the version of the program")

  static let everywhere = [color, help, version]
}
