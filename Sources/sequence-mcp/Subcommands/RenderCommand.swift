import JSON
import Platform
import Rules
import Secrets
import SequenceAPI

/// `render`: the exact request that a call would send, without sending it.
enum RenderCommand: Subcommand {
  static let name = "render"
  static let summary = "show the exact request that a call would send, without sending it"
  static let operands = "ALIAS [name=value...]"
  static let operandCount = 1...256
  static let operandsComplete: CompletionList? = .calls
  static let details = """
    Checks the arguments as a call does, renders the payload, and prints method, URL, headers and body. The secret is shown
    as <redacted>, wherever it is. Nothing is sent and nothing is recorded.
    """
  static let examples = ["render move_to_savings amount=50", "render move_to_savings --arguments '{\"amount\": 50}'"]

  static let options = [Option.config, Option.stateDirectory, CallArguments.option, .json]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let ruleArguments = try CallArguments(arguments.operands.dropFirst(), json: arguments[CallArguments.option])
    let input = try ConfigurationInput.load(arguments, console)
    let alias = arguments.operands[0]
    guard input.path != nil else {
      throw .noConfiguration(at: ConfigurationLocation(named: arguments[.config], console), arguments, console)
    }
    let rule = try CommandError.rule(alias, in: input.configuration)
    do throws(ArgumentFaults) {
      let schema = ParameterSchema.inputSchema(for: rule.parameters)
      let bound = try ArgumentBinder.bind(ruleArguments.object(for: schema), to: rule.parameters)
      let request = try describe(rule, bound, input)
      let scrubber = SecretScrubber(of: input.configuration, console)
      if arguments.has(.json) {
        var json = request.json.objectValue ?? JSONObject()
        json["account"] = .string(input.account)
        console.out(scrubber.scrub(JSONWriter.indentedText(.object(json))))
      } else {
        // On stderr, so that stdout contains only the request.
        if !rule.isEnabled { console.note("The rule '\(alias)' is disabled: it has no tool, and no call sends this.") }
        if let note = input.configuration.sandboxNote { console.note(note) }
        console.outRaw(scrubber.scrub(request.text))
      }
      return .success
    } catch {
      for fault in error.faults { console.error(fault.description) }
      return .failure
    }
  }

  private static func describe(
    _ rule: Rule, _ bound: BoundArguments, _ input: ConfigurationInput
  ) throws(ArgumentFaults) -> APIRequest {
    let context = RenderContext(alias: rule.alias, nowMilliseconds: SystemClock().wallMilliseconds())
    do {
      let client = try SequenceClient.configured(
        by: input.configuration, isSandbox: input.usesSandbox, environment: [:])
      return try client.request(
        rule.api == .platform ? .platform : .remote, ruleID: rule.ruleID, body: rule.body(bound, context),
        idempotencyKey: bound.idempotencyKey ?? "<made for each call>", tool: rule.alias)
    } catch {
      throw ArgumentFaults([ArgumentFault(argument: "rule_id", problem: "cannot be sent: \(error)", allowed: "-")])
    }
  }
}
