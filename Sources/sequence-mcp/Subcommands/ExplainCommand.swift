import Config
import JSON
import Platform
import SourceYAML

/// `explain`: the meaning of a diagnostic or a result's code, with an example.
enum ExplainCommand: Subcommand {
  static let name = "explain"
  static let summary = "explain a diagnostic of validate-config, or a code of a result"
  static let operands = "ID|CODE"
  static let operandCount = 0...1
  static let details = """
    Prints what a diagnostic means, the reason for it, and a wrong and a right example. The id of a diagnostic is in brackets at
    its end. For the code of a tool's result it prints what the code means and what to do. Without an argument it lists all
    ids and codes.
    """
  static let examples = ["explain unknown-key", "explain LIMIT_PER_DAY", "explain"]
  static let options: [Option] = []
  static var operandChoices: [String] { DiagnosticKinds.all.map(\.id) + ResultCode.all.map(\.name) }

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    if let word = arguments.operands.first {
      if let kind = DiagnosticKinds.named(word) {
        explain(kind, console)
      } else if let code = ResultCode.named(word) {
        explain(code, console)
      }
      return .success
    }
    let kinds = DiagnosticKinds.all.map { [$0.id, $0.severity.rawValue, $0.summary] }
    let codes = ResultCode.all.map { [$0.name, plain($0.meaning)] }
    console.out(TextTable.render([["ID", "SEVERITY", "MEANING"]] + kinds, console) + "\n")
    console.out(TextTable.render([["CODE", "MEANING"]] + codes, console))
    return .success
  }

  private static func explain(_ kind: DiagnosticKind, _ console: Console) {
    console.say(console.styled("\(kind.id) (\(kind.severity.rawValue)): \(kind.summary)", .bold))
    console.say("\n" + kind.explanation)
    // The fault may be a character that cannot be seen.
    let wrong = kind.badExample.split(separator: "\n", omittingEmptySubsequences: false)
      .map { VisibleText.escaped(String($0)) }.joined(separator: "\n")
    console.out("\nWrong:\n\n" + indented(wrong) + "\n\nRight:\n\n" + indented(kind.goodExample))
  }

  private static func explain(_ code: ResultCode, _ console: Console) {
    console.say(console.styled("\(code.name): \(plain(code.meaning))", .bold))
    console.say("\nWhat to do: " + plain(code.help))
    if let example = code.example { console.out("\nExample:\n\n" + indented(JSONWriter.indentedText(example))) }
  }

  /// Returns the text with quotation marks in place of Markdown's backticks.
  private static func plain(_ text: String) -> String { String(text.map { $0 == "`" ? "'" : $0 }) }

  private static func indented(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    " + $0 }
    return lines[...(lines.lastIndex { !$0.isEmpty } ?? 0)].joined(separator: "\n")
  }
}
