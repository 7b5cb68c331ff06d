import Config
import Platform

/// `setup`: from an empty home to a client that calls a rule, in one sitting.
enum SetupCommand: Subcommand {
  static let name = "setup"
  static let summary = "set everything up by questions, from nothing to a client that calls a rule"
  static let options = [Option.config, Option.stateDirectory]
  static let details = """
    Asks for what is missing, one step after another: the configuration, the access token, which is tried at once, your
    rules, a try with play money, and the clients that are installed here. At the end it checks everything. Leave it at any
    question with Ctrl-C; the next run goes on where you were. If standard input is not a terminal, each of its lines is an
    answer.
    """
  static let examples = ["setup"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    try GuidedSetup(arguments, console).run()
  }
}
