/// `completions`: a script that lets a shell complete this program's command line.
enum CompletionsCommand: Subcommand {
  static let name = "completions"
  static let summary = "print completions for a shell"
  static let operands = "SHELL"
  static let operandCount = 0...1
  static let operandChoices = Shell.all.map(\.name)
  static let list = Option.choice(
    "--list", CompletionList.allCases.map(\.rawValue), "print the names of one kind, one per line")
  static let after = Option.value(
    "--after", "LINE", "print what the last word of LINE may become, or with '--list' the next one; tabs separate them")
  static let options = [Option.config, Option.stateDirectory, list, after]
  static let details = """
    The script runs the program, which knows the subcommands and options of this help, and aliases, parameters, clients,
    codes and keys. SHELL is one of \(operandChoices.joined(separator: ", ")). To install it:
    \(Shell.all.map { "  " + $0.installation }.joined(separator: "\n"))
    """
  static let examples = ["completions bash"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let line = arguments[after]
    if let list = arguments[list].flatMap(CompletionList.init) {
      for word in list.words(after: UnfinishedLine((line ?? "") + "\t"), arguments, console) { console.out(word) }
      return .success
    }
    if let line {
      for word in UnfinishedLine(line).offers(arguments, console) { console.out(word) }
      return .success
    }
    guard let shell = Shell.all.first(where: { $0.name == arguments.operands.first }) else {
      throw .usage("'\(name)' needs \(operands)")
    }
    console.out(shell.script)
    return .success
  }
}
