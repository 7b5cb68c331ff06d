import Config
import Platform

/// `setup`: from an empty home to a client that calls a rule, in one sitting.
enum SetupCommand: Subcommand {
  static let name = "setup"
  static let summary = "set everything up step by step, until a client can call a rule"
  static let options = [Option.config, Option.stateDirectory]
  static let details = """
    Asks for what is missing, step by step: the configuration; the access token, which is tried at once; your rules; a trial
    with play money; and the clients that are installed here. At the end it checks everything. You can leave at any question
    with Ctrl-C; the next run continues where you left off. If standard input is not a terminal, each line of it is an
    answer.
    """
  static let examples = ["setup"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    try GuidedSetup(arguments, console).run()
  }
}
