import JSON
import Platform
import Safeguards
import Sandbox
import Secrets

/// `sandbox`: the built-in mock of the Sequence API, as a separate process.
enum SandboxCommand: Subcommand {
  static let name = "sandbox"
  static let summary = "run a local mock of the Sequence API"
  static let operands = "[reset]"
  static let operandCount = 0...1
  static let operandChoices = ["reset"]
  static let details = """
    Listens on 127.0.0.1 and answers like the Sequence API, with made-up accounts and the rules of your configuration. It
    accepts the configuration's secrets that resolve, and made-up ones for the rest, which it prints. Point
    sequence.base_url at it, or let 'serve --sandbox' start its own. Each trigger it receives is printed, and GET
    /sandbox/moves lists them. Ctrl-C, or closing the terminal, stops it.

    Each configuration has its own sandbox, whose balances and ledger persist until 'sandbox reset'.

    Faults:
    \(faultLines)
    """
  static let examples = ["sandbox --port 8080", "sandbox --fault status-500:2", "sandbox reset"]

  static let port = Option.value("--port", "N", "the port to listen on (default: any free one)")
  static let fault = Option.value(
    "--fault", "NAME[:COUNT]", "misbehave for the first COUNT requests (default: 1; or 'always')",
    suggestions: SandboxFault.named.map(\.name))
  static let options = [Option.config, Option.stateDirectory, port, fault]

  private static var faultLines: String {
    let width = SandboxFault.named.map(\.name.count).max() ?? 0
    return SandboxFault.named.map { fault in
      "  " + fault.name + String(repeating: " ", count: width - fault.name.count + 2) + fault.summary
    }.joined(separator: "\n")
  }

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    for option in [port, fault] where !arguments.operands.isEmpty && arguments.has(option) {
      throw .usage("'\(option.name)' does not work with 'sandbox reset', which starts no sandbox")
    }
    let number = arguments[port].map { UInt16($0) } ?? 0
    guard let number else {
      throw .usage("'\(arguments[port] ?? "")' is not a port; write a number from 0 to 65535")
    }
    let steps = try faultSteps(arguments[fault])
    let input = try ConfigurationInput.load(arguments, console)
    if !arguments.operands.isEmpty { return try reset(input, console) }
    let secrets = SecretResolver(environment: console.environment, scrubber: SecretScrubber())
    let signals = try CommandError.using(SignalListener())
    let sandbox = try CommandError.using(
      BuiltInSandbox(
        configuration: input.configuration, secrets: secrets, port: number, directory: input.state.sandbox,
        log: { move in console.out(JSONWriter.text(move.json)) }),
      (1..<1024).contains(number) ? "cannot start on a port below 1024, which may be only for root" : "cannot start")
    sandbox.server.script(steps: steps)
    console.out("Sandbox of the Sequence API at \(sandbox.server.baseURL ?? "")")
    for credential in sandbox.credentials { console.out("  \(credential.use): \(credential.text)") }
    // Nobody could use it without the address.
    if !Console.isOutputLost { _ = signals.waitForEnd() }
    sandbox.server.stop()
    return .success
  }

  private static func reset(_ input: ConfigurationInput, _ console: Console) throws(CommandError) -> ExitCode {
    let directory = input.state.sandbox
    guard FilePath.exists(directory) else {
      console.say("Nothing to reset: this configuration's sandbox has not been used.")
      return .success
    }
    try CommandError.using(MoveFile.reset(in: directory), "the sandbox's moves cannot be reset")
    try CommandError.opening(
      Ledger(path: directory, clock: SystemClock(), notice: { console.note($0) }).reset(),
      "the sandbox's ledger cannot be reset")
    console.say("The sandbox was reset: the initial balances, and an empty ledger. It is in")
    console.out("  " + console.shown(path: directory))
    return .success
  }

  private static func faultSteps(_ text: String?) throws(CommandError) -> [FaultStep] {
    guard let text else { return [] }
    return try CommandError.mapping(try [FaultStep(parsing: text)]) { (error: FaultTextError) in
      guard let name = error.unknownName else { return .usage(error.message) }
      let names = SandboxFault.named.map(\.name)
      return CommandError(
        message: "unknown fault '\(name)'" + didYouMean(name, names),
        lines: ["there are: " + names.joined(separator: ", ") + "; and any other status from 400 to 599"],
        exitCode: .usage)
    }
  }
}
