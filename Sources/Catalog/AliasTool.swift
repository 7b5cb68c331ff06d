import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets
import SequenceAPI

/// The tool of one rule alias.
struct AliasTool: TriggerTool {
  /// All rules of the configuration, enabled or not; `position` is this tool's rule.
  let rules: [Rule]
  let position: Int
  let services: CatalogServices
  let globalLimits: Limits
  /// The key of the Platform API.
  let apiKey: SecretReference

  var rule: Rule { rules[position] }
  var name: String { rule.alias }

  var tool: Tool {
    Tool(
      name: name, title: rule.shownTitle, description: rule.description,
      inputSchema: ParameterSchema.inputSchema(for: rule.parameters),
      outputSchema: rule.api == .platform ? OutputSchema.platformTrigger : OutputSchema.trigger,
      annotations: ToolAnnotations(
        readOnlyHint: rule.annotations.readOnlyHint ?? false,
        destructiveHint: rule.annotations.destructiveHint ?? (rule.confirm.when != .never),
        idempotentHint: rule.annotations.idempotentHint ?? false,
        // Codex's automatic mode asks about a tool unless both hints are false.
        openWorldHint: rule.annotations.openWorldHint ?? (rule.confirm.when != .never)),
      meta: rule.confirm.when == .never ? nil : ["anthropic/requiresUserInteraction": true])
  }

  func plan(_ arguments: JSONObject, isCancelled: () -> Bool) throws(RefusedCall) -> TriggerPlan {
    do throws(ArgumentFaults) {
      return plan(intent(try ArgumentBinder.bind(arguments, to: rule.parameters)), arguments)
    } catch {
      throw RefusedCall(
        failure: .invalidArguments(error.faults, of: rule.alias, status: .rejected), intent: unconstrained(arguments))
    }
  }

  /// Returns the call without the constraints on its arguments, since an attempt may have been sent before they were set, and
  /// without unknown arguments and a malformed key, which an attempt cannot have had.
  private func unconstrained(_ arguments: JSONObject) -> TriggerIntent? {
    let parameters = rule.parameters.map { parameter in
      var free = parameter
      free.constraints = Constraints()
      return free
    }
    var keyless = arguments
    keyless[IdempotencyKey.argumentName] = nil
    let bound = [arguments, keyless].lazy.compactMap {
      try? ArgumentBinder.bind($0, to: parameters, alsoTaking: arguments.keys)
    }
    return bound.first.map(intent)
  }

  /// Returns a context with a fixed time and UUID: a time or a random value in a payload must not make a repeat look like a new
  /// call.
  private static func pinned(_ alias: String) -> RenderContext {
    RenderContext(alias: alias, nowMilliseconds: 0, uuid: { "" })
  }

  private func intent(_ bound: BoundArguments) -> TriggerIntent {
    let now = services.process.clock.wallMilliseconds()
    let payload = rule.body(bound, RenderContext(alias: rule.alias, nowMilliseconds: now))
    let identity = rule.body(bound, Self.pinned(rule.alias))
    var intent = TriggerIntent(
      tool: rule.alias, ruleID: rule.ruleID, arguments: bound.object, payload: payload, identity: identity,
      amount: rule.amount(of: bound))
    intent.limits = rule.limits
    intent.globalLimits = globalLimits
    intent.dedupeWindowSeconds = rule.dedupeWindowSeconds
    intent.explicitKey = bound.idempotencyKey
    intent.knownAliases = rules.knownAliases
    intent.api = rule.api
    intent.service = services.baseURL(rule.api)
    return intent
  }

  private func plan(_ intent: TriggerIntent, _ arguments: JSONObject) -> TriggerPlan {
    var plan = TriggerPlan(
      title: rule.shownTitle, arguments: arguments, secret: .reference(credential), confirmation: rule.confirm,
      intent: intent)
    if rule.api == .platform { plan.platform = platformTerms }
    return plan
  }

  /// The rule's own secret, or the API's key for a rule without one.
  private var credential: SecretReference {
    switch rule.api {
    case .platform: apiKey
    case .remote: rule.apiSecret ?? apiKey
    }
  }

  private var platformTerms: TriggerPlan.PlatformTerms {
    let isMoneyLimited = [rule.limits, globalLimits].contains { !$0.moneyCaps.isEmpty }
    let isAskedAbove = if case .above = rule.confirm.when { true } else { false }
    let countsAmounts = isAskedAbove || isMoneyLimited
    return TriggerPlan.PlatformTerms(
      simulates: rule.simulate == .always, followSeconds: rule.followSeconds, countsAmounts: countsAmounts,
      needsAmounts: rule.executeAmount == .none && countsAmounts)
  }
}
