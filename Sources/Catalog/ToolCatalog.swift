package import JSON
package import MCP
import Platform
package import Rules
package import Safeguards
import Secrets
import Synchronization

/// The tools of one configuration. A reload creates a new catalog. Running calls keep theirs, and are sent only if their terms
/// are unchanged (`ServedTools`).
package struct ToolCatalog: ToolProvider {
  package let instructions: String?
  /// The tools in the order clients see them.
  let list: [any CatalogTool]
  let services: CatalogServices
  /// Tools that are callable without being in the list, each with its only answer.
  package var former: [(tool: Tool, answer: ToolResult)] = []

  /// - Parameter isReadOnly: No tool that triggers anything is listed or callable; `server.read_only` has the same effect.
  package init(configuration: Configuration, services: CatalogServices, isReadOnly: Bool) {
    list = ToolCatalog.list(configuration, services, isReadOnly: isReadOnly || configuration.server.readOnly)
    instructions = Instructions.text(for: configuration, tools: list.map { $0.name })
    self.services = services
  }

  /// The published tools, made on each access, in the order of `list`.
  package var tools: [Tool] { list.map { $0.tool } }

  package var unlistedTools: [Tool] { former.map(\.tool) }

  /// The names of `tools`, without making them.
  package var names: [String] { list.map { $0.name } }

  /// Returns the generic tools, then the enabled aliases in the order of the file, then the tool that simulates them.
  private static func list(
    _ configuration: Configuration, _ services: CatalogServices, isReadOnly: Bool
  ) -> [any CatalogTool] {
    let (rules, apiKey) = (configuration.rules, configuration.sequence.platform.apiKey)
    let aliases = rules.indices.filter { rules[$0].isEnabled && !isReadOnly }.map { index in
      AliasTool(rules: rules, position: index, services: services, globalLimits: configuration.limits, apiKey: apiKey)
    }
    func make(_ tool: GenericTool) -> (any CatalogTool)? {
      switch tool {
      case .getAccounts: GetAccountsTool(services: services, sequence: configuration.sequence)
      case .getLimits: GetLimitsTool(configuration: configuration, services: services)
      case .getRun: GetRunTool(services: services, apiKey: apiKey)
      case .triggerRule:
        configuration.tools.triggerRule.map {
          TriggerRuleTool(settings: $0, configuration: configuration, services: services)
        }
      case .simulateTrigger:
        SimulateTriggerTool(tools: aliases.filter { $0.rule.api == .platform }, services: services)
      }
    }
    let generic = GenericTool.allCases.filter { $0.isOffered(by: configuration, isReadOnly: isReadOnly) }
    return generic.filter { $0 != .simulateTrigger }.compactMap(make) + aliases
      + generic.filter { $0 == .simulateTrigger }.compactMap(make)
  }

  // The answers to calls that were not begun have no status: an earlier attempt at the same call may have run, and the ledger
  // is not looked at for them.

  package func answerWhileWaiting(_ name: String, caller: ToolCaller) -> LateAnswer? {
    services.lateAnswer(.outOfTimeUnbegun, caller, endsCall: true)
  }

  package func refuse(_ name: String, _ reason: String, caller: ToolCaller) -> ToolResult {
    let failure = ToolFailure(
      code: .tooManyRequests, message: reason, help: "Make the same call again later, with fewer calls at once.",
      isRetryable: true)
    if list.contains(where: { $0.name.hasSameBytes(as: name) && $0 is any TriggerTool }) {
      services.recordRefusal(tool: name, code: failure.code, amount: nil, caller: Caller(caller))
    }
    return failure.result
  }

  package func noteSecret(caller: ToolCaller) {
    services.recordRefusal(
      tool: "(none)", code: CallCode.secretInArguments.rawValue, amount: nil, caller: Caller(caller))
  }

  package func call(_ name: String, arguments: JSONObject, context: ToolCallContext) -> ToolReply {
    guard let tool = list.first(where: { $0.name.hasSameBytes(as: name) }) else {
      let answer = former.first { $0.tool.name.hasSameBytes(as: name) }?.answer
      return .result(answer ?? ToolFailure.unknownTool(name).result)
    }
    let log = CallLog(
      tool: name, client: { [services] in services.clientName(of: context.caller) },
      log: services.process.log, clock: services.process.clock)
    // A trigger sets its own at each of its steps. The file of a secret may be on a volume that does not answer.
    if !(tool is any TriggerTool) { services.answerLate(.outOfTime, context, endsCall: true) }
    // Arguments, and answers of Sequence, may hold any secret of the configuration, disabled rules' too. Registered at each
    // call, because a file may have been replaced since. Before the first call, clients see only texts of the configuration.
    services.secrets.registerWithoutRunning()
    return log.observe {
      do throws(ToolFailure) {
        return try tool.call(arguments, context)
      } catch {
        let failure = services.screened(error, of: arguments)
        if failure.code != error.code {
          services.recordRefusal(tool: name, code: failure.code, amount: nil, caller: Caller(context.caller))
        }
        return .result(failure.result)
      }
    }
  }
}

/// The tools that are currently served. Calls that began under an earlier configuration are checked against them. Outlives
/// reloads.
package final class ServedTools: Sendable {
  private let catalog = Mutex<ToolCatalog?>(nil)

  package init() {}

  /// Checks all calls against these tools from now on. Before the first catalog there are none, and nothing is sent.
  /// - Parameter catalog: Nil for none. A catalog refers back to this object, so only this ends both.
  package func serve(_ catalog: ToolCatalog?) { self.catalog.withLock { $0 = catalog } }

  /// Whether the served configuration is the one that these services were created for.
  func isServing(_ services: CatalogServices) -> Bool { catalog.withLock { $0?.services === services } }

  /// Returns the current terms of a call, or nil if the tool is not served, or refuses these arguments.
  func terms(of name: String, _ arguments: JSONObject) -> TriggerTerms? {
    let tool = catalog.withLock { $0?.list.first { $0.name.hasSameBytes(as: name) } }
    return (tool as? any TriggerTool)?.terms(of: arguments)
  }
}

extension Refusal {
  package static let configurationChanged = Refusal(
    code: .configurationChanged,
    reason: "the configuration of this call changed in the meantime.",
    help:
      "List the tools again. If the user still wants this, make the call again; it will be checked and shown again.",
    isRetryable: true)
}

/// The single log line of a call (tool, outcome, milliseconds, client, code or Sequence's request id), never an argument. If a
/// person was asked, it is written after the answer, and its milliseconds count from the answer.
private struct CallLog: Sendable {
  let tool: String
  /// Returns the client's own name, scrubbed once the call's secret is known; nil if it sent none.
  let client: @Sendable () -> String?
  let log: Logger
  let clock: any Clock

  /// Runs a step of the call and logs its result. The continuations of a question are separate steps.
  func observe(_ step: () -> ToolReply) -> ToolReply {
    let started = clock.monotonicNanoseconds()
    let reply = step()
    switch reply {
    case .result(let result), .missingCapability(let result):
      write(result, since: started)
      return reply
    case .question(let question):
      var logged = question
      logged.answered = { answer, milliseconds in observe { question.answered(answer, milliseconds) } }
      return .question(logged)
    }
  }

  private func write(_ result: ToolResult, since started: Int64) {
    let content = result.structuredContent ?? [:]
    let milliseconds = JSONValue(Int((clock.monotonicNanoseconds() - started) / 1_000_000))
    let outcome = content["status"] ?? (result.isError ? "error" : "ok")
    var fields: JSONObject = [
      "tool": .string(tool), "outcome": outcome, "ms": milliseconds,
      "client": client().map { .string($0) } ?? .null,
    ]
    var level = LogLevel.info
    if let requestID = content["request_id"]?.stringValue {
      fields["request_id"] = .string(VisibleText.line(requestID))
    } else if let code = content["code"]?.stringValue {
      fields["code"] = .string(VisibleText.line(code))
      // So that a model that probes for a secret's text stands out in the log.
      if code == CallCode.secretInArguments.rawValue { level = .warning }
    }
    log.log(level, "call", fields)
  }
}
