import Foundation
import JSON
import Testing

@testable import Sandbox

/// A home directory with a configuration, the sandbox that it points to, and the servers that use it.
final class Stage {
  /// Obviously made up. None of them may appear in anything that a server writes.
  static let secrets = ["not-a-real-secret-1", "not-a-real-secret-2", "not-a-real-token-1"]

  /// The sandbox's configuration: the rule `savings`, one that no alias names, and plenty of play money.
  static let bank = SandboxConfiguration(
    accessToken: secrets[2],
    rules: [
      SandboxRule(ruleID: "ru_savings", apiSecret: secrets[0], name: "Move to savings"),
      SandboxRule(ruleID: "ru_other", apiSecret: secrets[1], name: "Something else"),
    ],
    accounts: [
      SandboxAccount(id: "acc_1", name: "Checking", type: "Account", balanceCents: 100_000_000),
      SandboxAccount(id: "acc_2", name: "Savings", type: "Pod", balanceCents: 0),
    ])

  private(set) var program: Program
  let sandbox: SandboxServer
  private(set) var servers: [ServerProcess] = []

  /// - Parameters:
  ///   - rule: More keys of the rule `savings`, one line each.
  ///   - top: More sections of the file.
  ///   - onMove: Called with the home directory for each trigger, before the sandbox answers it.
  init(
    rule: [String] = [], top: String = "", timeout: String = "20s", baseURL: String? = nil,
    bank: SandboxConfiguration = Stage.bank, onMove: (@Sendable (URL, SandboxMove) -> Void)? = nil
  ) throws {
    var program = try Program()
    program.environment["SEQUENCE_MCP_STATE_DIR"] = program.home.path + "/state/sequence-mcp"
    program.environment["SEQUENCE_ACCESS_TOKEN"] = Stage.secrets[2]
    self.program = program
    let home = program.home
    var log: (@Sendable (SandboxMove) -> Void)?
    if let onMove { log = { move in onMove(home, move) } }
    sandbox = SandboxServer(configuration: bank, log: log)
    try sandbox.start()
    try program.write(Stage.secrets[0] + "\n", to: "secrets/savings")
    try program.write(Stage.secrets[1] + "\n", to: "secrets/other")
    try write(configuration(rule: rule, top: top, timeout: timeout, baseURL: baseURL))
  }

  deinit { cleanUp() }

  /// Ends every server, then the sandbox, and deletes the home directory, as the end of this object does.
  func cleanUp() {
    servers.forEach { $0.end() }
    sandbox.stop()
    program.cleanUp()
  }

  // MARK: The configuration

  var configurationPath: String { program.home.path + "/config.yaml" }
  var stateDirectory: URL { program.home.appendingPathComponent("state/sequence-mcp") }

  /// Returns a file with the rule `savings`, which takes an amount and a note, and the generic tools.
  func configuration(
    rule: [String] = [], top: String = "", timeout: String = "20s", baseURL: String? = nil
  ) -> String {
    """
    version: 1
    sequence: {base_url: \(baseURL ?? sandbox.baseURL ?? ""), timeout: \(timeout)}
    \(top)
    rules:
      savings:
        rule_id: ru_savings
        api_secret: {file: secrets/savings}
        description: Puts money aside.
        parameters:
          amount: {type: money, maximum: 500.00}
          note: {type: string, required: false}
        payload: {amountInCents: "{{ amount | cents }}", note: "{{ note }}"}
        \(rule.joined(separator: "\n    "))

    """
  }

  /// Replaces the configuration as an editor does: written next to it, then renamed.
  func write(_ text: String) throws {
    try program.write(text, to: "config.yaml.new")
    guard rename(configurationPath + ".new", configurationPath) == 0 else { throw POSIXError(.EIO) }
  }

  /// Makes `state_dir` determine the location of the ledger instead of the environment.
  func useConfiguredState() { program.environment["SEQUENCE_MCP_STATE_DIR"] = nil }

  /// Removes the servers' access token.
  func removeToken() { program.environment["SEQUENCE_ACCESS_TOKEN"] = nil }

  // MARK: Running

  /// Starts `serve` with the stage's configuration.
  func launch(_ options: [String] = [], readsOutput: Bool = true, launcher: [String] = []) throws -> ServerProcess {
    let server = try ServerProcess(
      ["serve", "--config", configurationPath] + options,
      environment: program.baseEnvironment.merging(program.environment) { $1 },
      readsOutput: readsOutput, launcher: launcher)
    servers.append(server)
    return server
  }

  /// Starts `serve` and performs the handshake of a legacy client.
  func launchInitialized(_ options: [String] = [], capabilities: JSONValue = [:]) throws -> ServerProcess {
    let server = try launch(options)
    try server.initialize(capabilities: capabilities)
    return server
  }

  /// The same, for a server that the owner's commands are to find: it lists itself after its first answer, and before it reads
  /// the next request.
  func launchListed(_ options: [String] = []) throws -> ServerProcess {
    let server = try launchInitialized(options)
    try server.ask("listed", "ping")
    return server
  }

  // MARK: Inspection

  /// The number of triggers that the sandbox carried out.
  var carriedOut: Int { sandbox.moves.count { $0.isCarriedOut } }

  /// Whether a server has created the ledger's directory.
  var hasState: Bool { FileManager.default.fileExists(atPath: stateDirectory.path) }

  /// The complete lines of the ledger.
  var ledger: [JSONValue] {
    let bytes = (try? Data(contentsOf: stateDirectory.appendingPathComponent("ledger.jsonl"))) ?? Data()
    return bytes.split(separator: 0x0A).compactMap { try? JSONParser.parse(Array($0)) }
  }

  func entries(_ type: String) -> [JSONValue] { ledger.filter { $0["type"]?.stringValue == type } }

  /// Returns the output of `audit --json`, which must succeed.
  func audit() throws -> JSONValue {
    let result = try program.run(["audit", "--json", "--config", configurationPath])
    try #require(result.exitCode == 0, "\(result.errorOutput)")
    return try JSONParser.parse(result.output)
  }

  /// Checks repeatedly until the condition holds.
  func wait(until what: String, _ look: () throws -> Bool) throws {
    let end = Date(timeIntervalSinceNow: ServerProcess.patience)
    while try !look() {
      guard Date() < end else { throw ServerProcess.Timeout(description: "never came to pass: \(what)") }
      usleep(5000)
    }
  }
}
