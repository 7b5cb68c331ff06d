import Catalog
import Config
import Foundation
import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets
import SequenceAPI
import SourceYAML
import Synchronization
import TestSupport
import Testing

/// A tool list over a configuration's text, with its own state directory, a clock that does not move by itself, and a scripted
/// Sequence.
final class World: Sendable {
  static let savingsSecret = "not-a-real-secret-1"
  static let storedSecret = "not-a-real-secret-2"
  static let token = "not-a-real-token-1"
  static let environment = ["SAVINGS": savingsSecret, "RU_777": storedSecret, "SEQUENCE_ACCESS_TOKEN": token]

  let transport: FakeTransport
  let clock = ManualClock()
  let scrubber = SecretScrubber()
  let safeguards: TriggerGuard
  /// The tools of the first configuration.
  let catalog: ToolCatalog
  private let process: ProcessServices
  let platformState = SharedPlatformState()
  private let other: (any HTTPTransport)?
  private let current: Mutex<ToolCatalog>
  private let environment: [String: String]
  private let asking: Asking
  let directory: String
  private let logPath: String
  private let logFile: Int32

  /// The ways in which people can be asked.
  struct Asking {
    var dialog = DialogAvailability.unavailable("windows are disabled")
    var owner = OwnerPresence.elsewhere
    var isSandbox = false
    /// The state directory, if two worlds share one.
    var directory: String?
  }

  init(
    _ yaml: String, _ replies: [FakeTransport.Reply] = [], over other: (any HTTPTransport)? = nil,
    environment: [String: String] = World.environment, isDryRun: Bool = false, isReadOnly: Bool = false,
    asking: Asking = Asking()
  ) throws {
    let own = FileManager.default.temporaryDirectory.path + "/catalog-" + UUID().uuidString
    directory = asking.directory ?? own
    logPath = own + ".log"
    self.asking = asking
    logFile = open(logPath, O_RDWR | O_CREAT | O_EXCL, 0o600)
    transport = FakeTransport(replies)
    let scrubber = scrubber
    let clock = clock
    safeguards = TriggerGuard(
      ledger: Ledger(path: directory, clock: clock) { _ in }, scrub: { scrubber.scrub($0) })
    self.environment = environment
    var process = ProcessServices(
      safeguards: safeguards, clock: clock, log: Logger(descriptor: logFile, clock: clock))
    process.platformState = platformState
    (process.dialog, process.owner) = (asking.dialog, asking.owner)
    process.callTimeout = { World.callTimeouts[$0 ?? ""] ?? .oneMinute }
    (process.isDryRun, process.isSandbox) = (isDryRun, asking.isSandbox)
    self.process = process
    catalog = try World.catalog(
      yaml, isReadOnly: isReadOnly,
      CatalogParts(
        transport: other ?? transport, clock: clock, scrubber: scrubber, environment: environment, process: process))
    self.other = other
    current = Mutex(catalog)
    process.served.serve(catalog)
  }

  /// Serves another configuration from now on; nil serves no rules.
  func reload(_ yaml: String?, isReadOnly: Bool = false) throws {
    let catalog = try World.catalog(
      yaml ?? "version: 1", isReadOnly: isReadOnly,
      CatalogParts(
        transport: other ?? transport, clock: clock, scrubber: scrubber, environment: environment, process: process))
    current.withLock { $0 = catalog }
    process.served.serve(catalog)
  }

  private struct CatalogParts {
    let transport: any HTTPTransport
    let clock: ManualClock
    let scrubber: SecretScrubber
    let environment: [String: String]
    let process: ProcessServices
  }

  /// How long the clients of the tests wait.
  private static let callTimeouts: [String: CallTimeout] = [
    "copilot-cli": .threeMinutes, "Codex": .fiveMinutes, "claude-code": .twoHours,
  ]

  private static func catalog(_ yaml: String, isReadOnly: Bool, _ parts: CatalogParts) throws -> ToolCatalog {
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: SourceFile(name: "config.yaml", bytes: Array(yaml.utf8)), directory: "/home/ann")
    let errors = loaded.diagnostics.filter { $0.severity == .error }.map(\.message)
    let configuration = try #require(loaded.configuration, "\(errors)")
    let remote = RemoteAPI(
      baseURL: try ServiceURL(configuration.sequence.baseURL), triggerPath: configuration.sequence.triggerPath,
      version: "1.2.3")
    let clock = parts.clock
    var connection = APIConnection(
      transport: parts.transport, limiter: RateLimiter(clock: clock), scrubber: parts.scrubber, notice: { _ in })
    connection.clock = clock
    connection.pause = { clock.advance(milliseconds: $0) }
    connection.jitter = { $0.lowerBound }
    return ToolCatalog(
      configuration: configuration,
      services: CatalogServices(
        process: parts.process,
        client: SequenceClient(
          remote: remote,
          platform: PlatformAPI(
            baseURL: try ServiceURL(configuration.sequence.platform.baseURL), version: "1.2.3"),
          timeoutMilliseconds: 30_000, over: connection),
        secrets: SecretResolver(
          environment: parts.environment, scrubber: parts.scrubber, references: configuration.secretReferences),
        questionSeconds: configuration.server.questionTimeoutSeconds,
        accountsAPI: configuration.accountsAPI { reference in
          reference.variable.map { parts.environment[$0] != nil } ?? false
        }),
      isReadOnly: isReadOnly)
  }

  deinit {
    process.served.serve(nil)
    close(logFile)
    if asking.directory == nil { try? FileManager.default.removeItem(atPath: directory) }
    try? FileManager.default.removeItem(atPath: logPath)
  }

  func tool(_ name: String) throws -> Tool { try #require(catalog.tools.first { $0.name == name }) }

  /// Calls a tool of the configuration that is served now.
  /// - Parameter arguments: A JSON text.
  func call(_ name: String, _ arguments: String = "{}", _ context: ToolCallContext = ToolCallContext()) throws
    -> ToolReply
  {
    current.withLock { $0 }.call(
      name, arguments: try #require(try JSONParser.parse(arguments).objectValue), context: context)
  }

  /// Returns the result of a call that asks nobody.
  func result(_ name: String, _ arguments: String = "{}", _ context: ToolCallContext = ToolCallContext()) throws
    -> ToolResult
  {
    try #require(try call(name, arguments, context).result)
  }

  /// Returns what is sent to the client: the structured content, which is checked against the tool's published schema.
  func answer(_ name: String, _ arguments: String = "{}") throws -> String {
    let result = try result(name, arguments)
    try expectConforming(result, name)
    return JSONWriter.text(.object(try #require(result.structuredContent)))
  }

  func expectConforming(
    _ result: ToolResult, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let content = JSONValue.object(try #require(result.structuredContent, sourceLocation: sourceLocation))
    let schema = JSONValue.object(try #require(try tool(name).outputSchema, sourceLocation: sourceLocation))
    #expect(SchemaChecker(schema).faults(of: content) == [], sourceLocation: sourceLocation)
    #expect((content["error"] == true) == result.isError, sourceLocation: sourceLocation)
  }

  /// Whether the ledger contains an intent, so that a call was about to be sent.
  var hasIntent: Bool { ledgerText.contains("\"intent\"") }
  var ledgerText: String { (try? String(contentsOfFile: directory + "/ledger.jsonl", encoding: .utf8)) ?? "" }
  var refusedText: String { (try? String(contentsOfFile: directory + "/refused.jsonl", encoding: .utf8)) ?? "" }
  var logText: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

  /// The bodies of the requests that were sent.
  var bodies: [String] { transport.requests.map { JSONWriter.text($0.body ?? .null) } }

  func keys() -> [String] {
    transport.requests.compactMap { $0.idempotencyKey }
  }

  func pause(_ text: String) throws {
    try text.write(toFile: directory + "/paused", atomically: false, encoding: .utf8)
  }
}

extension ToolReply {
  var result: ToolResult? { if case .result(let result) = self { result } else { nil } }
  var question: ToolQuestion? { if case .question(let question) = self { question } else { nil } }
}

extension ToolResult {
  var code: String? { structuredContent?["code"]?.stringValue }
  var status: String? { structuredContent?["status"]?.stringValue }
}

extension ToolQuestion {
  /// Returns the reply to a person's answer, five seconds after the question.
  func answered(_ answer: Answer) -> ToolReply { answered(answer, 5000) }

  /// Returns the reply if the client has not declared elicitation.
  func unaskable() -> ToolReply { answered(.undeclared, 0) }
}

extension ToolQuestion.Answer {
  /// Accepted, with the box ticked.
  static let confirmed = ToolQuestion.Answer.accepted(isTicked: true)
  /// Accepted, without the box ticked.
  static let notConfirmed = ToolQuestion.Answer.accepted(isTicked: false)
}

/// Clients that several suites use.
enum Callers {
  static let claudeCode = ToolCaller(
    client: ToolCaller.Client(name: "claude-code", version: "2.1.331"), callID: "toolu_01", session: "s-1")
}

/// Configurations that several suites use.
enum Fixtures {
  /// Returns one alias with two parameters. `more` are further lines of the rule, each indented by four spaces.
  static func savings(_ more: String = "") -> String {
    """
    version: 1
    tools: {trigger_rule: {api_secrets: {ru_777: {env: RU_777}}}}
    rules:
      move_to_savings:
        rule_id: ru_12345
        api_secret: {env: SAVINGS}
        title: Move to savings
        description: Puts money aside.
        parameters:
          amount: {type: money, minimum: 1.00, maximum: 500.00, description: "How much."}
          note: {type: string, maxLength: 80, required: false}
        payload:
          amountInCents: "{{ amount | cents }}"
          note: "{{ note }}"
          source: mcp

    """ + more
  }

  static let asksAlways = savings("    confirm: always\n")
}

/// A flag that a test sets while other code reads it.
final class Flag: Sendable {
  private let value = Mutex(false)

  var isSet: Bool { value.withLock { $0 } }
  func set() { value.withLock { $0 = true } }
  func unset() { value.withLock { $0 = false } }
}
