import Config
import Rules
import SourceYAML
import Synchronization

/// One of the configurations that a schedule reloads: the choices of the dice, the file that expresses them, and the caps as
/// the reference model understands them.
struct ConfigurationChoice: Hashable, Sendable {
  /// The row of `Caps.rows` that applies to the rule of `save`.
  var caps = 0
  var globalCaps = 0
  /// Whether `save` is named `put`.
  var isRenamed = false
  /// Whether its rule id has another spelling.
  var isRespelled = false
  /// Whether it triggers another rule.
  var isOtherRule = false
  var isEnabled = true
  var isReadOnly = false
  /// Whether the amount is the parameter `fee`.
  var countsFee = false

  /// Caps in cents, calls and seconds; nil for none.
  struct Caps: Hashable, Sendable {
    var perCall: Int64?
    var perDay: Int64?
    var per30Days: Int64?
    var callsPerDay: Int64?
    var cooldownSeconds: Int64?

    static let rows = [
      Caps(perCall: 10_000, perDay: 20_000, per30Days: 50_000, callsPerDay: 5, cooldownSeconds: 10),
      Caps(perCall: 9_000, perDay: 10_000, per30Days: 20_000, callsPerDay: 2, cooldownSeconds: 60),
      Caps(perCall: nil, perDay: 50_000, per30Days: nil, callsPerDay: nil, cooldownSeconds: nil),
    ]
    static let globalRows = [
      Caps(perDay: 40_000, callsPerDay: 12), Caps(perDay: 12_000, callsPerDay: 4), Caps(),
    ]

    /// The caps as the file contains them; empty for none.
    var yaml: String {
      func money(_ name: String, _ cents: Int64?) -> [String] { cents.map { ["\(name): \($0 / 100).00"] } ?? [] }
      func number(_ name: String, _ value: Int64?, _ unit: String = "") -> [String] {
        value.map { ["\(name): \($0)\(unit)"] } ?? []
      }
      return
        (money("per_call", perCall) + money("per_day", perDay) + money("per_30_days", per30Days)
        + number("calls_per_day", callsPerDay) + number("cooldown", cooldownSeconds, "s")).joined(separator: ", ")
    }
  }

  var saveAlias: String { isRenamed ? "put" : "save" }

  /// The rule id as the configuration spells it.
  var saveRule: String {
    let id = isOtherRule ? "5d6e-7f80" : "0a1b-2c3d"
    return isRespelled ? id.uppercased().filter { $0 != "-" } : id
  }

  /// The tools that trigger anything, each with its rule id; nil if the caller passes it.
  var triggers: [(tool: String, rule: String?)] {
    if isReadOnly { return [] }
    return (isEnabled ? [(saveAlias, saveRule)] : [])
      + [
        ("twin", saveRule), ("rent", "ru_rent"), ("lease", "ru_rent"), ("bills", "ru_bills"), ("trigger_rule", nil),
        ("wages", SimulatedPlatform.wages), ("sweep", SimulatedPlatform.sweep),
      ]
  }

  /// Returns the caps of a tool's rule, by the reference model.
  func caps(of tool: String) -> Caps {
    switch tool {
    case saveAlias: Caps.rows[caps]
    case "rent", "lease", "bills": Caps(perDay: 30_000, callsPerDay: 3)
    case "wages", "sweep": ConfigurationChoice.platformCaps
    default: Caps()
    }
  }

  private static let platformCaps = Caps(perDay: 15_000, callsPerDay: 6)

  var allCaps: Caps { Caps.globalRows[globalCaps] }

  /// Returns the same text for every spelling of a rule id.
  static func canonical(_ rule: String) -> String { rule.lowercased().filter { $0.isLetter || $0.isNumber } }

  private var yaml: String {
    func rule(_ alias: String, _ id: String, _ secret: String, _ more: String) -> String {
      """
        \(alias):
          rule_id: \(id)
          api_secret: {env: \(secret)}
          description: Moves money.
          parameters:
            amount: {type: money, minimum: 1.00, maximum: 500.00, description: How much.}
            fee: {type: money, minimum: 1.00, maximum: 500.00, description: The fee.}
            note: {type: string, maxLength: 40, required: false, description: Why.}
          payload:
            amountInCents: "{{ amount | cents }}"
            feeInCents: "{{ fee | cents }}"
            note: "{{ note }}"
            at: "{{ $now }}"
          \(more)

      """
    }
    func run(_ alias: String, _ id: String, _ amount: String, _ confirm: String, follow: Int) -> String {
      """
        \(alias):
          api: platform
          rule_id: \(id)
          description: Runs the rule.
          \(amount)
          follow: \(follow)s
          limits: {\(ConfigurationChoice.platformCaps.yaml)}
          confirm: \(confirm)

      """
    }
    let parameter = "parameters: {amount: {type: money, minimum: 1.00, maximum: 500.00, description: How much.}}"
    let amount = "amount: \(countsFee ? "fee" : "amount")"
    let own = Caps(perDay: 30_000, callsPerDay: 3).yaml
    return """
      version: 1
      server: {read_only: \(isReadOnly)}
      tools: {get_accounts: true, trigger_rule: {accept_api_secret: true, api_secrets: {ru_777: {env: GENERIC}}}}
      \(allCaps == Caps() ? "" : "limits: {\(allCaps.yaml)}")
      rules:

      """
        + rule(
          saveAlias, saveRule, "SAVE",
          "limits: {\(amount), \(Caps.rows[caps].yaml)}\n    confirm: never\n    enabled: \(isEnabled)")
        + rule("twin", saveRule, "SAVE", "limits: {\(amount)}\n    confirm: never")
        + rule("rent", "ru_rent", "RENT", "limits: {\(amount), \(own)}\n    confirm: {when: always, ask: [client]}")
        + rule("lease", "ru_rent", "RENT", "limits: {\(amount), \(own)}\n    confirm: never")
        + rule(
          "bills", "ru_bills", "BILLS",
          "limits: {\(amount), \(own)}\n    confirm: {when: always, ask: [client, terminal]}")
        + run("wages", SimulatedPlatform.wages, parameter + "\n    execute_amount: amount", "never", follow: 20)
        + run("sweep", SimulatedPlatform.sweep, "simulate: always", "{when: always, ask: [client]}", follow: 5)
  }

  private static let read = Mutex<[ConfigurationChoice: Configuration]>([:])

  /// A configuration that serves nothing.
  static let withoutTools = load("version: 1\ntools: {get_accounts: false, trigger_rule: false}\n")

  /// The file, loaded by the real loader, once for each choice.
  var configuration: Configuration {
    if let known = ConfigurationChoice.read.withLock({ $0[self] }) { return known }
    let configuration = ConfigurationChoice.load(yaml)
    ConfigurationChoice.read.withLock { $0[self] = configuration }
    return configuration
  }

  private static func load(_ yaml: String) -> Configuration {
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: SourceFile(name: "config.yaml", bytes: Array(yaml.utf8)), directory: "/home/ann")
    let errors = loaded.diagnostics.filter { $0.severity == .error }.map(\.message)
    guard errors.isEmpty, let configuration = loaded.configuration else {
      fatalError("the simulation's configuration is not valid: \(errors)\n\(yaml)")
    }
    return configuration
  }
}
