/// `completions`: a script that lets a shell complete this program's command line.
enum CompletionsCommand: Subcommand {
  static let name = "completions"
  static let summary = "print completions for a shell"
  static let operands = "SHELL"
  static let operandCount = 1...1
  static let operandChoices = Shell.all.map(\.name)
  static let options: [Option] = []
  static let details = """
    SHELL is one of \(operandChoices.joined(separator: ", ")). The script comes from the same tables as this help. To install it:
    \(Shell.all.map { "  " + $0.installation }.joined(separator: "\n"))
    """
  static let examples = ["completions bash"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    guard let shell = Shell.all.first(where: { $0.name == arguments.operands[0] }) else {
      throw .usage("unknown shell")
    }
    console.out(shell.script(Subcommands.all))
    return .success
  }
}
