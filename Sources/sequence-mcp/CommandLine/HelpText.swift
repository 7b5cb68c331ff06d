/// The help, generated from the subcommands' own tables and wrapped at the terminal's width.
struct HelpText {
  let width: Int

  func overview() -> String {
    let nameWidth = Subcommands.all.map { $0.name.count }.max() ?? 0
    let lines = Subcommands.all.map { row($0.name, $0.summary, nameWidth) }
    let text = """
      sequence-mcp \(CommandLineInterface.version): your Sequence rules as MCP tools, with caps, confirmation and a ledger

      Usage: sequence-mcp [SUBCOMMAND] [options]
      Without a subcommand it serves MCP on stdin and stdout, since that is how clients launch it.

      Subcommands:
      \(lines.joined(separator: "\n"))

      'sequence-mcp SUBCOMMAND --help' describes one of them. '--version' prints the version.
      Exit codes: \(ExitCode.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: ", ")).
      """
    return TextWrap.text(text, width: width)
  }

  /// Returns one subcommand: usage, details, options, examples.
  func of(_ command: any Subcommand.Type) -> String {
    let options = command.allOptions
    let heads = options.map { $0.name + ($0.value.map { " " + $0 } ?? "") }
    let headWidth = min(34, heads.map(\.count).max() ?? 0)
    let lines = zip(heads, options).map { row($0, $1.summary, headWidth) }
    let usage = ["sequence-mcp", command.name, command.operands, "[options]"].filter { !$0.isEmpty }
    let text = """
      sequence-mcp \(command.name): \(command.summary)

      Usage: \(usage.joined(separator: " "))

      \(Self.paragraphs(command.details))

      Options:
      \(lines.joined(separator: "\n"))

      \(command.examples.count == 1 ? "Example" : "Examples"):
      \(command.examples.map { "  sequence-mcp " + $0 }.joined(separator: "\n"))
      """
    return TextWrap.text(text, width: width)
  }

  /// Returns a name and its meaning. The meaning starts on a new line if the name is too long for the column.
  private func row(_ name: String, _ meaning: String, _ nameWidth: Int) -> String {
    let isNarrow = width < 60
    let indent = isNarrow ? 6 : nameWidth + 4
    let lines = TextWrap.lines(meaning, width: max(20, width - indent))
    let newLine = "\n" + String(repeating: " ", count: indent)
    let space = String(repeating: " ", count: max(0, nameWidth - name.count) + 2)
    return "  " + name + (isNarrow || name.count > nameWidth ? newLine : space) + lines.joined(separator: newLine)
  }

  /// Joins the lines of each paragraph. Lines that begin with spaces stay as they are.
  private static func paragraphs(_ text: String) -> String {
    var lines: [String] = []
    var isOpen = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isProse = !line.isEmpty && line.first != " "
      if isOpen, isProse { lines[lines.count - 1] += " " + line } else { lines.append(String(line)) }
      isOpen = isProse
    }
    return lines.joined(separator: "\n")
  }
}
