import JSON
import Platform

/// `status`: how things stand, on one screen.
enum StatusCommand: Subcommand {
  static let name = "status"
  static let summary = "show the current state: pause, configuration, limits, approvals, clients"
  static let details = """
    Shows whether triggers are paused; whether the configuration is valid, and which servers have been running with it since
    when; each rule with its caps, what is used and left of them, who is asked, and its last call; what waits for your
    approval or your word; and which clients launch this program. Runs of the Platform API that had not finished are read
    again; nothing else is changed. Exit code 1 means that the configuration is not valid.
    """
  static let examples = ["status", "status --json"]

  static let json = Option.flag("--json", "print JSON")
  static let options = [Option.config, Option.stateDirectory, json, ServeCommand.sandbox, .utc]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let status = try OwnerStatus(arguments, console)
    if arguments.has(json) {
      console.out(JSONWriter.indentedText(status.json))
    } else {
      let screen = StatusScreen(
        status: status, arguments: arguments, console: console, time: TimeText(arguments),
        now: SystemClock().wallMilliseconds())
      console.out(screen.text)
    }
    return status.isValid ? .success : .judgedBad
  }
}
