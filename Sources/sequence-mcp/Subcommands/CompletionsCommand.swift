/// `completions`: a script that lets a shell complete this program's command line.
enum CompletionsCommand: Subcommand {
  static let name = "completions"
  static let summary = "print completions for a shell"
  static let operands = "SHELL"
  static let operandCount = 0...1
  static let operandChoices = Shell.all.map(\.name)
  static let list = Option.choice(
    "--list", CompletionList.allCases.map(\.rawValue), "print the words that the script offers, one per line")
  static let after = Option.value("--after", "LINE", "with '--list': the words typed before, separated by tabs")
  static let options = [Option.config, Option.stateDirectory, list, after]
  static let details = """
    The script also offers what only the program knows, by running it: aliases, parameters, clients, codes, keys.
    SHELL is one of \(operandChoices.joined(separator: ", ")). The script comes from the same tables as this help. To install it:
    \(Shell.all.map { "  " + $0.installation }.joined(separator: "\n"))
    """
  static let examples = ["completions bash"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    if let list = arguments[list].flatMap(CompletionList.init) {
      for word in list.words(after: UnfinishedLine(arguments[after] ?? ""), arguments, console) { console.out(word) }
      return .success
    }
    guard let shell = Shell.all.first(where: { $0.name == arguments.operands.first }) else {
      throw .usage("'\(name)' needs \(operands)")
    }
    console.out(shell.script(Subcommands.all))
    return .success
  }
}
