import Config
import Rules
import SourceYAML

/// `explain`: what a diagnostic means, with a bad and a good example.
enum ExplainCommand: Subcommand {
  static let name = "explain"
  static let summary = "explain a diagnostic of validate-config"
  static let operands = "RULE-ID"
  static let operandCount = 0...1
  static let details = """
    Prints what the diagnostic means, why it is judged so, and a bad and a good example. The id stands in brackets at the
    end of each diagnostic. Without an id it lists them all.
    """
  static let examples = ["explain unknown-key", "explain"]
  static let options: [Option] = []
  static var operandChoices: [String] { DiagnosticRules.all.map(\.id) }

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    guard let id = arguments.operands.first, let rule = DiagnosticRules.named(id) else {
      let rows = DiagnosticRules.all.map { [$0.id, $0.severity.rawValue, $0.summary] }
      console.out(TextTable.render([["ID", "SEVERITY", "MEANING"]] + rows, console))
      return .success
    }
    var parts = [
      console.styled("\(rule.id) (\(rule.severity.rawValue)): \(rule.summary)", .bold), rule.explanation,
    ]
    parts += ["Wrong:\n\n" + indented(rule.badExample), "Right:\n\n" + indented(rule.goodExample)]
    console.out(parts.joined(separator: "\n\n"))
    return .success
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    " + $0 }
      .joined(separator: "\n").trimmedEnd
  }
}

extension String {
  /// The text without the line breaks at its end.
  fileprivate var trimmedEnd: String {
    var text = self
    while text.last == "\n" { text.removeLast() }
    return text
  }
}
