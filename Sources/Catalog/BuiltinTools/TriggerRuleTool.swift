import Config
import JSON
import MCP
import Safeguards
import Secrets

/// The generic `trigger_rule`, as the original server has it: any rule by its id. A rule that the configuration declares is
/// refused here, so that no cap is walked around.
struct TriggerRuleTool: CatalogTool {
  static let name = "trigger_rule"

  let settings: TriggerRuleSettings
  let configuration: Configuration
  let services: CatalogServices

  var tool: Tool {
    Tool(
      name: Self.name, title: "Trigger a rule",
      description: """
        Triggers one automation rule of the user's Sequence account by its id. This can move money. Prefer a rule's own \
        named tool where there is one.
        """,
      inputSchema: InputSchema.triggerRule(acceptsAPISecret: settings.acceptAPISecret),
      outputSchema: OutputSchema.trigger,
      annotations: ToolAnnotations(
        readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true),
      meta: ["anthropic/requiresUserInteraction": true])
  }

  func call(_ arguments: JSONObject, _ context: ToolCallContext) -> ToolReply {
    // From here on nothing that leaves the process shows it, whatever becomes of the call.
    let passed = arguments["api_secret"]?.stringValue.map { Secret($0) }
    if let passed { services.secrets.register(passed) }
    var checked = arguments
    checked["api_secret"] = nil
    var faults = checkSecret(arguments["api_secret"])
    if let payload = arguments["payload"], payload.objectValue == nil {
      faults.append(
        ArgumentFault(argument: "payload", problem: "is no object", allowed: "a JSON object, or nothing for {}"))
    }
    checked["payload"] = nil
    let bound: BoundArguments
    do throws(ArgumentFaults) {
      bound = try ArgumentBinder.bind(checked, to: InputSchema.triggerRuleParameters)
      guard faults.isEmpty else { throw ArgumentFaults([]) }
    } catch {
      return ToolAnswer.failure(.invalidArguments(error.faults + faults, of: Self.name))
    }
    let ruleID = bound["rule_id"]?.value.stringValue ?? ""
    if let rule = configuration.rules.first(where: { $0.ruleID.utf8.elementsEqual(ruleID.utf8) }) {
      return ToolAnswer.failure(.declaredRule(rule))
    }
    guard let secret = secretSource(passed, ruleID: ruleID) else {
      return ToolAnswer.failure(.noSecret(ruleID: ruleID, acceptsAPISecret: settings.acceptAPISecret))
    }
    return TriggerPipeline(services: services).run(
      plan(bound, ruleID: ruleID, payload: arguments["payload"] ?? [:], secret), context)
  }

  /// The caller's own secret wins over a stored one.
  private func secretSource(_ passed: Secret?, ruleID: String) -> TriggerPlan.SecretSource? {
    if let passed { return .passed(passed) }
    return settings.apiSecrets.first { $0.ruleID.utf8.elementsEqual(ruleID.utf8) }.map { .reference($0.secret) }
  }

  /// Its faults never quote it.
  private func checkSecret(_ value: JSONValue?) -> [ArgumentFault] {
    guard let value else { return [] }
    guard settings.acceptAPISecret else {
      return [
        ArgumentFault(
          argument: "api_secret", problem: "is not taken here",
          allowed: "only secrets that the owner has stored in the configuration")
      ]
    }
    let isUsable = value.stringValue.map { text in
      (1...4096).contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }
    return isUsable == true
      ? [] : [ArgumentFault(argument: "api_secret", problem: "is no API secret", allowed: "one word of text")]
  }

  private func plan(
    _ bound: BoundArguments, ruleID: String, payload: JSONValue, _ secret: TriggerPlan.SecretSource
  ) -> TriggerPlan {
    var arguments = bound.object
    arguments["payload"] = payload
    var intent = TriggerIntent(tool: Self.name, ruleID: ruleID, arguments: arguments, payload: payload)
    intent.globalLimits = configuration.limits
    intent.explicitKey = bound.idempotencyKey
    intent.knownAliases = Set(configuration.rules.map(\.alias))
    var confirmation = ConfirmationPolicy()
    confirmation.when = .client
    return TriggerPlan(title: "rule \(ruleID)", secret: secret, confirmation: confirmation, intent: intent)
  }
}
