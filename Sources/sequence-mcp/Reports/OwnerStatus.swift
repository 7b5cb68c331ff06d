import Config
import JSON
import Platform
import Rules
import Safeguards
import Secrets
import SourceYAML

/// Everything that `status` reports, read once. A part that cannot be read becomes a fault.
struct OwnerStatus {
  let input: ConfigurationInput
  private(set) var pause: PauseFile?
  private(set) var limits: [LimitStatus] = []
  private(set) var lastCalls: [String: LastCall] = [:]
  private(set) var waiting: [PendingApproval] = []
  /// Calls that the owner has approved and that were not made again yet.
  private(set) var approved: [PendingApproval] = []
  private(set) var unsettled = 0
  /// The servers of this configuration.
  private(set) var servers: [RunningServer] = []
  /// Those that trigger real rules and that neither the pause nor the ledger shown here stops, as they have another state
  /// directory.
  private(set) var unstopped: [RunningServer] = []
  /// Servers of other configurations in the same state directory.
  private(set) var otherServers: [RunningServer] = []
  /// Whether there may be more servers.
  private(set) var mayMissServers = false
  let clients: [LaunchedServer]
  /// The number of secret files that cannot be used. Only files: the others depend on the server's environment, or would run a
  /// command.
  private(set) var unusableSecrets = 0
  /// Why runs through the Platform API are refused: a simulation may have moved money. nil if they are not.
  private(set) var simulationBlock: SimulationBlock?
  /// What could not be read.
  private(set) var faults: [String] = []
  /// Why the ledger cannot be used, so that every trigger is refused, as a phrase that follows "the ledger"; nil if it can.
  private(set) var ledgerFault: String?
  /// Whether the ledger could be read, so that the limits and last calls are known.
  private(set) var isLedgerRead = true

  /// nil if the file is not valid.
  var configuration: Configuration? { input.valid }
  /// The file's diagnostics, including warnings.
  var diagnostics: [Diagnostic] { input.loaded?.diagnostics ?? [] }
  var isValid: Bool { input.faulty == nil }
  var errorCount: Int { diagnostics.count { $0.severity == .error } }
  var warningCount: Int { diagnostics.count { $0.severity == .warning } }
  var firstError: Diagnostic? { diagnostics.first { $0.severity == .error } }

  init(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) {
    input = try ConfigurationInput.ofAnyFile(arguments, console)
    let survey = ClientSurvey(console)
    clients = survey.servers
    faults = survey.unread.map(\.text)
    if let loaded = input.loaded, let configuration, !input.usesSandbox {
      let secrets = CallSecrets(SecretResolver(configuration.secretReferences, console))
      unusableSecrets = loaded.secretPlaces.count {
        $0.isRequired && $0.reference.path != nil && (try? secrets.resolve($0.reference)) == nil
      }
    }
    if input.isStateUnknown {
      isLedgerRead = false
      faults.append("the ledger: the configuration's state_dir cannot be read")
    } else {
      readLedger(console)
    }
    readServers(in: input.state.real, console)
  }

  private mutating func readLedger(_ console: Console) {
    let (settings, stateDirectory) = (input.configuration, input.stateDirectory)
    let safeguards = TriggerGuard(
      ledger: Ledger(path: stateDirectory, clock: SystemClock(), notice: { console.note($0) }))
    OpenRunRefresh.run(input, safeguards, console)
    do throws(LedgerFault) {
      pause = try PauseFile.find(in: stateDirectory)
      limits = try safeguards.limits(of: settings).limits
      lastCalls = try safeguards.lastCalls(of: settings.rules.map(\.alias) + [GenericTool.triggerRule.name])
      let approvals = try safeguards.approvals.valid()
      (waiting, approved) = (approvals.filter { !$0.isApproved }, approvals.filter(\.isApproved))
      unsettled = try safeguards.unsettledCount()
      simulationBlock = try safeguards.simulationBlock()
    } catch {
      isLedgerRead = false
      (limits, lastCalls) = ([], [:])
      ledgerFault = error.kind == .unreadable ? "cannot be read" : "cannot be used"
      faults.append("the ledger \(ledgerFault ?? ""): \(error); \(error.help)")
      return
    }
    if let fault = StateCheck.fault(stateDirectory) {
      ledgerFault = "cannot be written"
      faults.append("the ledger cannot be written: \(fault.text); \(fault.help ?? "")")
    }
  }

  /// Whether triggers go out now, apart from their caps.
  enum Triggers: String {
    case goOut = "go_out"
    case paused, refused
    /// `read_only` leaves no tool that triggers anything.
    case none
  }

  var triggers: Triggers {
    if unstopped.isEmpty {
      if ledgerFault != nil { return .refused }
      if pause != nil { return .paused }
    }
    guard let configuration else {
      let goesOn = servers.contains { server in
        !server.isFaulty && !(isElsewhere(server) && OwnerStatus.isPaused(server.stateDirectory))
      }
      return goesOn ? .goOut : .refused
    }
    let isOverridden = servers.contains { $0.isOutdated && !$0.isFaulty && !$0.isReadOnly }
    return configuration.server.readOnly && !isOverridden ? .none : .goOut
  }

  /// Whether the server has another state directory than the one that is shown.
  func isElsewhere(_ server: RunningServer) -> Bool { !FilePath.isSame(server.stateDirectory, input.state.real) }

  /// Whether servers with that state directory refuse every trigger, also because the directory cannot be searched.
  private static func isPaused(_ stateDirectory: String) -> Bool {
    do throws(LedgerFault) {
      return try PauseFile.find(in: stateDirectory) != nil
    } catch {
      return true
    }
  }

  private mutating func readServers(in directory: String, _ console: Console) {
    // A running server may use another directory than the file now names.
    let registered = RegisteredServers(in: [directory, StateLocation.standard(console)])
    faults += registered.faults(besides: ledgerFault == nil ? [] : [directory])
    mayMissServers = !registered.faults().isEmpty
    let path = FilePath.absolute(input.path ?? ConfigurationLocation(named: nil, console).path)
    servers = registered.servers.filter { $0.uses(path) }
    otherServers = registered.servers.filter { !$0.uses(path) && !isElsewhere($0) }
    guard !input.usesSandbox else { return }
    unstopped = servers.filter { $0.triggersRealRules && isElsewhere($0) && !OwnerStatus.isPaused($0.stateDirectory) }
  }
}

extension OwnerStatus {
  var json: JSONValue {
    [
      "triggers": .string(triggers.rawValue),
      "paused": pause.map { ["path": .string($0.path), "reason": .string($0.text)] } ?? .null,
      "config": [
        "path": input.path.map { .string($0) } ?? .null, "valid": .bool(isValid), "error_count": JSONValue(errorCount),
        "warning_count": JSONValue(warningCount), "unusable_secrets": JSONValue(unusableSecrets),
        "first_error": firstError.map { error in
          ["line": error.range.map { JSONValue($0.start.line) } ?? .null, "message": .string(error.message)]
        } ?? .null,
      ],
      "account": input.usesSandbox ? "sandbox" : input.isUnreadable ? .null : "real",
      "state_dir": input.isStateUnknown ? .null : .string(input.stateDirectory),
      "servers": .array((servers + otherServers).map { $0.json(isOutdated: $0.isOutdated) }),
      "rules": .array((configuration?.rules ?? []).map(json)),
      "limits": .array(limits.filter { $0.tool.map { $0 == GenericTool.triggerRule.name } ?? true }.map(\.json)),
      "approvals": .array(waiting.map(OwnerStatus.json)), "approved": .array(approved.map(OwnerStatus.json)),
      "unsettled": JSONValue(unsettled), "stopped_by_simulation": .bool(simulationBlock != nil),
      "simulation_stop": simulationBlock.map { .string($0.rawValue) } ?? .null,
      "clients": .array(clients.map(OwnerStatus.json)), "faults": .array(faults.map { .string($0) }),
    ]
  }

  private func json(_ rule: Rule) -> JSONValue {
    let call = lastCalls[rule.alias].map { call -> JSONValue in
      [
        "time": .string(Timestamp.rfc3339(milliseconds: call.timeMilliseconds)),
        "amount": call.amount.map { .string($0.description) } ?? .null, "outcome": .string(call.outcome.rawValue),
        "run": call.run.map(\.json) ?? .null,
      ]
    }
    return [
      "alias": .string(rule.alias), "title": .string(rule.shownTitle), "rule_id": .string(rule.ruleID),
      "enabled": .bool(rule.isEnabled), "asks": .string(RuleText.asks(rule.confirm)),
      "limits": .array(limits.filter { $0.tool == rule.alias }.map(\.json)), "last_call": call ?? .null,
    ]
  }

  private static func json(_ approval: PendingApproval) -> JSONValue {
    [
      "code": .string(approval.code), "tool": .string(approval.tool),
      "amount": approval.amount.map { .string($0.description) } ?? .null,
      "client": approval.clientName.map { .string($0) } ?? .null,
      "expires": .string(Timestamp.rfc3339(milliseconds: approval.expiresAtMilliseconds)),
    ]
  }

  private static func json(_ server: LaunchedServer) -> JSONValue {
    var object: JSONObject = [
      "client": .string(server.client.name), "settings": .string(server.file.path), "entry": .string(server.entry.key),
      "project": server.project.map { .string($0) } ?? .null,
      "command": .array(server.entry.shownWords.map { .string($0) }),
      "switched_off": .bool(server.entry.switchedOffBy != nil),
    ]
    if let paths = server.paths {
      object["config"] = .string(ServerEntry.shown(path: paths.configuration))
      object["state_dir"] = .string(ServerEntry.shown(path: paths.state))
    }
    return .object(object)
  }
}
