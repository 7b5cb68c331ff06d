import Catalog
import JSON
import MCP
import Platform
import Rules

/// `call`: runs one tool like a client, with the person at the terminal answering confirmations.
enum CallCommand: Subcommand {
  static let name = "call"
  static let summary = "run one tool, as a client would"
  static let operands = "TOOL [name=value...]"
  static let operandCount = 1...256
  static let operandsComplete: CompletionList? = .calls
  static let details = """
    Starts the server inside this process, calls the tool through the protocol, and prints its result: for people at a
    terminal, as JSON into a pipe or a file, and the whole result with --json. Limits, duplicate detection and the ledger
    work as always. At a terminal, a trigger on your real account asks you once, and shows what a simulation moves if the
    rule has one. Without a terminal, a rule that this program would ask about is refused. Exit code 1 means that the tool
    answered with an error.
    """
  static let examples = [
    "call get_accounts", "call move_to_savings amount=50", "call move_to_savings --sandbox amount=50",
  ]

  static let yes = Option.flag("--yes", "do not ask before a trigger; a rule's own question is still asked")
  static let options = [
    Option.config, Option.stateDirectory, CallArguments.option, yes, .json, ServeCommand.sandbox, ServeCommand.dryRun,
    ServeCommand.readOnly, .wide,
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let toolArguments = try CallArguments(arguments.operands.dropFirst(), json: arguments[CallArguments.option])
    let input = try ConfigurationInput.load(arguments, console)
    let mode = ServerMode(
      isSandbox: input.usesSandbox, isReadOnly: arguments.has(ServeCommand.readOnly),
      isDryRun: arguments.has(ServeCommand.dryRun),
      // On the real account, the owner is asked once about every trigger, unless `--yes` leaves that to its rule.
      owner: Terminal.isAvailable
        ? .present(asksAlways: !input.usesSandbox && !arguments.has(yes)) : .unreachable,
      endingNotice: TextWrap.text(
        """

        Interrupted before the answer arrived: the rule may have run. Look at your accounts, then record what happened:
          \(arguments.next(SettleCommand.self))

        """, width: console.width),
      // At a terminal, the result describes what a log would.
      logLevel: console.isTerminal ? .error : .warning)
    let runtime = try ServerRuntime(
      configuration: input.configuration, state: input.state, console: console, mode: mode)
    let catalog = try runtime.catalog(of: input.configuration)
    let tool = arguments.operands[0]
    try requireTool(tool, among: catalog.names, arguments, input.configuration)
    let session = try InProcessClient(runtime, of: input.configuration, catalog)
    defer {
      session.end()
      EndingNotice.clear()
    }
    let schema = catalog.tools.first { $0.name == tool }?.inputSchema ?? [:]
    let seconds = input.configuration.sequence.timeoutSeconds
    let result = try session.call(tool, toolArguments.object(for: schema)) { message, label in
      let question = "Trigger it \(input.usesSandbox ? "in the sandbox" : "on your real account"): \(label)?"
      let answer = (try? Terminal.answer(question, about: message, width: console.width)).map { $0 == .yes }
      if answer == true { console.note("Sending; the answer may take \(seconds) s.") }
      return answer
    }
    print(result, input, arguments, console)
    return result["isError"]?.boolValue == true ? .failure : .success
  }

  /// Refuses a tool that is not offered, with the reason if it could be.
  private static func requireTool(
    _ tool: String, among names: [String], _ arguments: ParsedArguments, _ configuration: Configuration
  ) throws(CommandError) {
    if names.contains(tool) { return }
    let rule = configuration.rules.first { $0.alias == tool }
    if rule?.isEnabled == false {
      throw .failure(
        "the rule '\(tool)' is disabled; '\(arguments.next(RuleCommand.self, "enable", tool))' enables it")
    }
    let isGeneric = configuration.tools.triggerRule != nil && tool == GenericTool.triggerRule.name
    if rule != nil || isGeneric, arguments.has(ServeCommand.readOnly) || configuration.server.readOnly {
      throw .failure(
        "'\(tool)' triggers a rule, so "
          + (arguments.has(ServeCommand.readOnly)
            ? "\(ServeCommand.readOnly.name) hides it; leave that option out"
            : "'read_only: true' in the configuration hides it"))
    }
    throw .unknown("tool", tool, among: names, none: "there are none")
  }

  private static func print(
    _ result: JSONValue, _ input: ConfigurationInput, _ arguments: ParsedArguments, _ console: Console
  ) {
    if console.isTerminal, !arguments.has(.json) {
      console.say(CallReport(result: result, arguments: arguments).text(console))
      console.out("on: " + (input.usesSandbox ? "the sandbox" : "your real account"))
    } else {
      let part = arguments.has(.json) ? result : result["structuredContent"] ?? result
      var content = part.objectValue ?? JSONObject()
      content["account"] = .string(input.account)
      console.out(JSONWriter.indentedText(.object(content)))
    }
    let content = result["structuredContent"]
    if Console.isOutputLost, let status = content?["status"]?.shown() {
      let key = content?["idempotency_key"]?.shown().map { "; its idempotency key is \($0)" } ?? ""
      console.error("the result could not be printed; the status of the call is '\(status)'\(key)")
    }
  }
}
