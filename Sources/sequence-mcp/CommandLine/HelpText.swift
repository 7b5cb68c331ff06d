/// Help made from the subcommands' own tables.
enum HelpText {
  /// All subcommands, one line each.
  static func overview() -> String {
    let width = Subcommands.all.map { $0.name.count }.max() ?? 0
    let lines = Subcommands.all.map { "  " + pad($0.name, width) + "  " + $0.summary }
    return """
      sequence-mcp \(CommandLineInterface.version): your Sequence rules as MCP tools, with caps, confirmation and a ledger

      Usage: sequence-mcp [SUBCOMMAND] [options]
      Without a subcommand it serves MCP on stdin and stdout, since that is how clients launch it.

      Subcommands:
      \(lines.joined(separator: "\n"))

      'sequence-mcp SUBCOMMAND --help' tells more about one. '--version' prints the version.
      Exit codes: 0 done, 1 the input was judged bad, 2 usage, 3 a file or the network could not be used.
      """
  }

  /// One subcommand: usage, details, options, examples.
  static func of(_ command: any Subcommand.Type) -> String {
    let options = command.options + Option.everywhere
    let heads = options.map { $0.name + ($0.value.map { " " + $0 } ?? "") }
    let width = min(34, heads.map(\.count).max() ?? 0)
    let lines = zip(heads, options).map { head, option in
      head.count > width
        ? "  \(head)\n  " + pad("", width) + "  " + option.summary : "  " + pad(head, width) + "  " + option.summary
    }
    let usage = ["sequence-mcp", command.name, command.operands, "[options]"].filter { !$0.isEmpty }
    return """
      sequence-mcp \(command.name): \(command.summary)

      Usage: \(usage.joined(separator: " "))

      \(command.details)

      Options:
      \(lines.joined(separator: "\n"))

      \(command.examples.count == 1 ? "Example" : "Examples"):
      \(command.examples.map { "  sequence-mcp " + $0 }.joined(separator: "\n"))
      """
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
