import CSystem
import Catalog
import Config
import JSON
import MCP
import Platform
import Rules
import Safeguards
import Sandbox
import SequenceAPI
import SourceYAML
import Synchronization

/// `demo`: a narrated session against the sandbox.
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
    // Checked before the story begins, whose second step needs the library.
    if let fault = Prerequisites.libraryFault() { throw .unusable("\(fault.message); \(fault.lineHelp)") }
    let signals = try CommandError.using(SignalListener())
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let script = try DemoScript(console: console, directory: directory.path)
    defer { script.end() }
    try CommandError.using(Thread { endBySignal(signals, directory) }).detach()
    try script.play()
    return .success
  }

  /// Held while the story uses the directory, so that it neither misses it nor makes it again after a signal.
  fileprivate static let directoryUse = Mutex(())

  /// Waits for a signal that ends the demo, and deletes the directory before the signal takes effect.
  private static func endBySignal(_ signals: SignalListener, _ directory: TemporaryDirectory) {
    let number = signals.waitForEnd()
    directoryUse.withLock { _ in
      directory.remove()
      system_set_default_action(number)
      kill(getpid(), number)
      // The signal may reach another thread, a moment later.
      while true { pause() }
    }
  }
}

/// The story of `demo`. Each step runs for real, through the protocol and over HTTP. A step with an unexpected outcome ends the
/// demo with an error.
private struct DemoScript {
  private let console: Console
  private let configuration: Configuration
  private let stateDirectory: String
  private let session: InProcessClient

  /// - Parameter directory: An empty directory for the ledger.
  init(console: Console, directory: String) throws(CommandError) {
    self.console = console
    let source = SourceFile(name: "demo.yaml", bytes: Array(SandboxCatalog.demonstrationYAML.utf8))
    guard
      let configuration = ConfigurationInput.loader(console).check(source: source, directory: directory).configuration
    else { throw .unusable("the demo's own configuration is not valid") }
    self.configuration = configuration
    let state = try StateLocation(option: directory, console)
    stateDirectory = state.path(isSandbox: true)
    let runtime = try ServerRuntime(
      configuration: configuration, state: state, console: console,
      mode: ServerMode(isSandbox: true, owner: .present(asksAlways: false), logLevel: .error))
    session = try InProcessClient(runtime, of: configuration)
  }

  func end() { session.end() }

  func play() throws(CommandError) {
    say("A client connects and lists the tools. Each rule of the configuration is one of them.")
    let tools = try DemoCommand.directoryUse.withLock { _ throws(CommandError) in try session.tools() }
    console.out(
      TextTable.render(
        [["TOOL", "TITLE"]] + tools.map { [$0["name"]?.stringValue ?? "", $0["title"]?.stringValue ?? ""] }, console))

    say("The model reads the accounts.")
    try showAccounts()

    say("The model asks for $250.00 to savings. The server checks the caps, records the intent, then sends it.")
    try call("move_to_savings", ["amount": 250], expecting: "accepted")

    say("The model asks for $400.00 more. The cap is $600.00 in 24 hours, so the server refuses.")
    try call("move_to_savings", ["amount": 400], expecting: CallCode.limitPerDay.rawValue)

    say("The model wants to put $150.00 into bills. Over $100.00 the server asks the person, who says no.")
    try call("fund_bills", ["amount": 150], expecting: CallCode.declined.rawValue, answer: false)

    say("It asks again, and this time the person ticks the box.")
    try call("fund_bills", ["amount": 150], expecting: "accepted", answer: true)

    say("The model repeats the very same call. The server recognizes it and does not send it twice.")
    try call("fund_bills", ["amount": 150], expecting: "duplicate", answer: true)

    say("This rule uses the Platform API: it is simulated first, and the person sees what would be transferred.")
    try call("profit_first", ["amount": 1000], expecting: "accepted", answer: true)

    say("The accounts afterwards.")
    try showAccounts()

    say("The ledger has recorded it all.")
    let report = try DemoCommand.directoryUse.withLock { _ throws(CommandError) in
      try CommandError.opening(
        AuditReport(Ledger(path: stateDirectory, clock: SystemClock()), limitsOf: configuration))
    }
    console.outRaw(
      AuditTable(
        report: report, console: console, time: TimeText(isUTC: false), isWide: false, isSandbox: true,
        now: SystemClock().wallMilliseconds()
      ).text)
    say("That was the sandbox. 'sequence-mcp setup' connects your own account.")
  }

  private func say(_ text: String) {
    let lines = TextWrap.lines("# " + text, width: console.width, hanging: 2)
    console.out("\n" + lines.map { console.styled($0, .cyan) }.joined(separator: "\n"))
  }

  private func showAccounts() throws(CommandError) {
    let result = try DemoCommand.directoryUse.withLock { _ throws(CommandError) in
      try session.call("get_accounts", [:]) { _, _ in nil }
    }
    let accounts = result["structuredContent"]?["accounts"]?.arrayValue ?? []
    guard !accounts.isEmpty else {
      throw .unusable("the demo's accounts could not be read: \(JSONWriter.text(result))")
    }
    console.out(AccountsTable.render(accounts, console))
  }

  /// - Parameters:
  ///   - outcome: The expected status, or the expected code of a refusal.
  ///   - answer: The person's answer, if asked.
  private func call(
    _ tool: String, _ arguments: JSONObject, expecting outcome: String, answer: Bool? = nil
  ) throws(CommandError) {
    console.out(console.styled("> \(tool) \(JSONWriter.text(.object(arguments)))", .bold))
    let result = try DemoCommand.directoryUse.withLock { _ throws(CommandError) in
      try session.call(tool, arguments) { message, _ in
        let answered = "\(message)\nThe person answers: \(answer == true ? "yes" : "no")"
        for line in answered.split(separator: "\n") {
          for line in TextWrap.lines(String(line), width: console.width - 4) { console.out("  ? " + line) }
        }
        return answer
      }
    }
    let content = result["structuredContent"]
    let isError = result["isError"]?.boolValue == true
    let actual = content?[isError ? "code" : "status"]?.stringValue ?? ""
    let answered = "< \(actual): " + (content?["message"]?.stringValue ?? "")
    let lines = console.wrapped(answered, hanging: 2)
    // A code contains no spaces, so it is whole on the first line.
    let head = "< \(actual):"
    console.out(console.styled(head, isError ? .yellow : .green) + lines.dropFirst(head.count))
    for line in RunReport(content?["run"])?.lines ?? [] { console.out("  " + line) }
    guard actual == outcome else {
      throw .unusable("the demo expected '\(outcome)' and got what is above")
    }
  }
}

/// A temporary directory of this run (mode 0700), under `$TMPDIR`, else `/tmp`.
private struct TemporaryDirectory {
  let path: String

  init() throws(CommandError) {
    let parent = ProcessEnvironment.capture()["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array((parent + "/sequence-mcp-XXXXXX").utf8CString)
    guard let made = mkdtemp(&template) else {
      throw .unusable(
        SystemError.last("make a directory in \(parent)").description
          + "; set TMPDIR to a directory that can be written")
    }
    path = String(cString: made)
  }

  /// Deletes the directory and everything in it. Links are not followed.
  func remove() { Self.remove(path) }

  private static func remove(_ path: String) {
    for child in (FileSystem.names(in: path) ?? []).map({ path + "/" + $0 }) {
      if (try? FileStatus(ofLink: child))?.kind == .directory { remove(child) } else { unlink(child) }
    }
    rmdir(path)
  }
}
