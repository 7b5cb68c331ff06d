extension Shell {
  static let fish = Shell(
    name: "fish", installation: "sequence-mcp completions fish > ~/.config/fish/completions/sequence-mcp.fish",
    script: { commands in
      let top =
        commands.flatMap { command in
          [nil, "help"].map { "\(start($0)) -a \(command.name) -d \(fishQuoted(command.summary))" }
        } + ServeCommand.allOptions.map { line(start(nil), $0) }
      return """
        # Completions of sequence-mcp for fish, made by 'sequence-mcp completions fish'.
        # Whether the first word is that subcommand; without one, whether the first word is still to come.
        function __sequence_mcp_is
          set -l words (commandline -opc)
          test "$words[2]" = "$argv[1]"
        end
        # What only the program knows, such as aliases: asked with the line's own configuration.
        function __sequence_mcp_list
          set -l words (commandline -opc)
          command $words[1] completions --list $argv[1] --after (string join \\t -- $words[2..-1]) 2>/dev/null
        end
        complete -c sequence-mcp -f
        \((top + commands.flatMap(lines)).joined(separator: "\n"))
        """
    })

  private static func start(_ command: String?) -> String {
    "complete -c sequence-mcp -n '\((["__sequence_mcp_is"] + (command.map { [$0] } ?? [])).joined(separator: " "))'"
  }

  private static func line(_ start: String, _ option: Option) -> String {
    let value = option.isFlag ? "" : option.takesPath ? " -r -F" : " -x"
    let words = option.offers + (option.completes.map { ["(__sequence_mcp_list \($0.rawValue))"] } ?? [])
    let offers = words.isEmpty ? "" : " -a \(fishQuoted(words.joined(separator: " ")))"
    return "\(start) -l \(option.name.dropFirst(2))\(value)\(offers) -d \(fishQuoted(option.summary))"
  }

  private static func lines(_ command: any Subcommand.Type) -> [String] {
    let start = start(command.name)
    var lines = command.allOptions.map { line(start, $0) }
    let choices = command.offeredOperands
    if !choices.isEmpty {
      lines.append("\(start) -a \(fishQuoted(choices.joined(separator: " ")))")
    } else if let list = command.operandsComplete {
      lines.append("\(start) -a '(__sequence_mcp_list \(list.rawValue))'")
    } else if command.takesPaths {
      lines.append("\(start) -F")
    }
    return lines
  }

  /// In fish's single quotes, only the quote and the backslash are escaped.
  private static func fishQuoted(_ text: String) -> String {
    "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
  }
}
