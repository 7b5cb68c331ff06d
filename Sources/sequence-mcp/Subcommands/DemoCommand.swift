import SequenceAPI

/// `demo`: a whole session against the sandbox, told step by step.
enum DemoCommand: Subcommand {
  static let name = "demo"
  static let summary = "run a narrated session against the built-in sandbox"
  static let details = """
    Lists the tools, reads the accounts, triggers a rule, runs into a cap and a confirmation, simulates a run and follows it,
    and shows the ledger. It needs no account, no network and no configuration, and leaves nothing behind.
    """
  static let examples = ["demo"]
  static let options: [Option] = []

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    // Said before the story begins, which needs it at its second step.
    if let fault = Prerequisites.libraryFault() { throw .unusable("\(fault.message); \(fault.remedy)") }
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let script = try DemoScript(console: console, folder: folder.path)
    defer { script.end() }
    try script.play()
    return .success
  }
}
