extension Shell {
  static let fish = Shell(
    name: "fish", installation: "sequence-mcp completions fish > ~/.config/fish/completions/sequence-mcp.fish",
    script: { commands in
      let names = commands.map { $0.name }.joined(separator: " ")
      let top = commands.map { command in
        "complete -c sequence-mcp -f -n \(CompletionWords.quoted("not __fish_seen_subcommand_from \(names)"))"
          + " -a \(command.name) -d \(fishQuoted(command.summary))"
      }
      return """
        # Completions of sequence-mcp for fish, made by 'sequence-mcp completions fish'.
        \((top + commands.flatMap(lines)).joined(separator: "\n"))
        """
    })

  private static func lines(_ command: any Subcommand.Type) -> [String] {
    let start = "complete -c sequence-mcp -n '__fish_seen_subcommand_from \(command.name)'"
    var lines = (command.options + Option.everywhere).map { option in
      let value = option.isFlag ? "" : option.takesPath ? " -r -F" : " -x"
      let choices = option.choices.isEmpty ? "" : " -a \(fishQuoted(option.choices.joined(separator: " ")))"
      return "\(start) -l \(option.name.dropFirst(2))\(value)\(choices) -d \(fishQuoted(option.summary))"
    }
    if !command.operandChoices.isEmpty {
      lines.append("\(start) -f -a \(fishQuoted(command.operandChoices.joined(separator: " ")))")
    } else if CompletionWords.namesPath(command.operands) {
      lines.append("\(start) -F")
    } else {
      lines.append("\(start) -f")
    }
    return lines
  }

  /// In fish's single quotes only the quote and the backslash are escaped.
  private static func fishQuoted(_ text: String) -> String {
    "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
  }
}
