import Catalog
import Config
import JSON
import MCP

/// `call`: runs one tool the whole way, with the person at the terminal answering confirmations.
enum CallCommand: Subcommand {
  static let name = "call"
  static let summary = "run one tool, as a client would"
  static let operands = "TOOL [name=value...]"
  static let operandCount = 1...256
  static let details = """
    Starts the server inside this process, calls the tool through the protocol, and prints its result: for people at a
    terminal, as JSON into a pipe or a file. Limits, repeats and the ledger work as they always do; a confirmation is asked
    here, at the terminal. Exit code 1 means that the tool answered with an error.
    """
  static let examples = [
    "call get_accounts", "call move_to_savings amount=50", "call move_to_savings --sandbox amount=50",
  ]

  static let json = Option.flag("--json", "print the whole result as JSON")
  static let options = [
    Option.config, Option.stateDirectory, CallArguments.option, json, ServeCommand.sandbox, ServeCommand.dryRun,
    ServeCommand.readOnly,
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let toolArguments = try CallArguments.parse(arguments.operands.dropFirst(), json: arguments[CallArguments.option])
    let input = try ConfigurationInput.load(arguments, console)
    let host = try Host(
      configuration: input.configuration, state: input.state, console: console,
      usesSandbox: arguments.has(ServeCommand.sandbox),
      isReadOnly: arguments.has(ServeCommand.readOnly), isDryRun: arguments.has(ServeCommand.dryRun),
      isPersonPresent: true, logLevel: .warning)
    let catalogue = try host.catalogue(of: input.configuration)
    let tool = arguments.operands[0]
    let names = catalogue.names
    guard names.contains(tool) else {
      throw CommandError(
        message: "there is no tool '\(tool)'; there are \(names.joined(separator: ", "))" + didYouMean(tool, names),
        exitCode: .judgedBad)
    }
    let session = try LocalSession(host, catalogue, info: Host.info(of: input.configuration))
    defer { session.end() }
    let result = try session.call(tool, toolArguments) { message in
      console.note(message)
      let answer = Terminal.confirm("Go on?")
      if answer == nil { console.note("There is no terminal to ask at, so the call is not confirmed.") }
      return answer
    }
    if arguments.has(json) {
      console.out(JSONWriter.indentedText(result))
    } else if console.isTerminal {
      console.out(CallReport(result).text(console))
    } else {
      console.out(JSONWriter.indentedText(result["structuredContent"] ?? result))
    }
    return result["isError"]?.boolValue == true ? .judgedBad : .success
  }
}
