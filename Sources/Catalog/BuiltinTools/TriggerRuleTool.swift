import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets

/// The generic `trigger_rule`, as in the original server: triggers any rule by its id. A rule that the configuration declares
/// is refused here, so that its caps cannot be bypassed.
struct TriggerRuleTool: TriggerTool {
  var name: String { GenericTool.triggerRule.name }

  /// The maximum size of the payload that a caller passes.
  private static let payloadBytes = 32 << 10

  /// The parameters, besides the secret and the payload.
  private static let parameters: [Parameter] = {
    var ruleID = Parameter.text("rule_id", "The id of the Sequence rule.", isRequired: true)
    ruleID.constraints.minLength = RuleID.lengths.lowerBound
    ruleID.constraints.maxLength = RuleID.lengths.upperBound
    ruleID.constraints.pattern = RuleID.pattern
    return [ruleID]
  }()

  let settings: TriggerRuleSettings
  let configuration: Configuration
  let services: CatalogServices

  var tool: Tool {
    Tool(
      name: name, title: "Trigger a rule",
      description: """
        Triggers one automation rule of the user's Sequence account by its id. This can move money. Prefer a rule's own \
        named tool if there is one.
        """,
      inputSchema: inputSchema,
      outputSchema: OutputSchema.trigger,
      annotations: ToolAnnotations(
        readOnlyHint: false, destructiveHint: settings.confirm.when != .never, idempotentHint: false,
        openWorldHint: settings.confirm.when != .never),
      meta: settings.confirm.when == .never ? nil : ["anthropic/requiresUserInteraction": true])
  }

  private var inputSchema: JSONObject {
    var schema = ParameterSchema.inputSchema(for: Self.parameters)
    var properties = schema["properties"]?.objectValue ?? [:]
    if settings.acceptAPISecret {
      properties[PassedSecret.argumentName] = [
        "type": "string", "minLength": JSONValue(PassedSecret.minLength),
        "maxLength": JSONValue(PassedSecret.maxLength), "pattern": "^[!-~]+$",
        "description": "The rule's own API secret; leave it out if the owner has stored it for this rule.",
      ]
    }
    properties["payload"] = [
      "type": "object",
      "description": .string(
        "The JSON object to send with the trigger; {} unless the rule expects more. At most \(Self.payloadBytes) bytes."
      ),
    ]
    schema["properties"] = .object(properties)
    return schema
  }

  func plan(_ arguments: JSONObject, isCancelled: () -> Bool) throws(RefusedCall) -> TriggerPlan {
    var arguments = arguments
    for name in [PassedSecret.argumentName, "payload"] where arguments[name] == .null { arguments[name] = nil }
    let passed = PassedSecret(arguments[PassedSecret.argumentName], isTaken: settings.acceptAPISecret)
    var others = arguments
    others[PassedSecret.argumentName] = nil
    let further = (settings.acceptAPISecret ? [PassedSecret.argumentName] : []) + ["payload"]
    let payload = arguments["payload"] ?? [:]
    let payloadFaults = checkPayload(payload)
    var faults = passed.faults + payloadFaults
    do throws(ArgumentFaults) {
      _ = try ArgumentBinder.bind(others, to: Self.parameters, alsoTaking: further)
    } catch {
      faults = passed.scrubbed(error.faults) + faults
    }
    // An earlier attempt cannot have had unknown arguments.
    let bound = try? ArgumentBinder.bind(others, to: Self.parameters, alsoTaking: others.keys)
    let intent = payloadFaults.isEmpty ? bound.map { self.intent($0, payload: payload) } : nil
    func refused(_ failure: ToolFailure) -> RefusedCall { RefusedCall(failure: failure, intent: intent) }
    // The values of unknown arguments are not shown anywhere, so they need not be searched.
    for (name, value) in others.members where ["rule_id", "payload", "idempotency_key"].contains(name) {
      guard !isCancelled() else { throw refused(.cancelled) }
      if passed.isRepeated(in: value) { throw refused(.refused(.secretInArguments)) }
    }
    guard faults.isEmpty, let intent else {
      throw refused(.invalidArguments(faults, of: name, status: .rejected))
    }
    let ruleID = intent.ruleID
    if let rule = configuration.rules.first(where: { RuleID.isSpelling(ruleID, of: $0.ruleID) }) {
      throw refused(.declaredRule(rule))
    }
    // A proxy that decodes a percent sign once more would find another rule's id behind it.
    guard RuleID.isValid(ruleID), !RuleID.isPlaceholder(ruleID), !ruleID.utf8.contains(UInt8(ascii: "%")) else {
      throw refused(.invalidArguments([Self.noRuleID], of: name, status: .rejected))
    }
    guard let secret = credential(passed.secret, ruleID: ruleID) else {
      throw refused(.noSecret(ruleID: ruleID, acceptsAPISecret: settings.acceptAPISecret))
    }
    return TriggerPlan(
      title: ruleID, arguments: arguments, secret: secret, confirmation: settings.confirm, intent: intent)
  }

  /// The fault of a placeholder from an example, and of `.`, `..` and `%`, which the parameter's pattern matches.
  private static let noRuleID = ArgumentFault(
    argument: "rule_id", problem: "is not a rule id", allowed: "the id of a rule in the user's Sequence account")

  /// Returns the caller's own secret if one was passed, otherwise the stored one.
  private func credential(_ passed: Secret?, ruleID: String) -> TriggerPlan.Credential? {
    if let passed { return .passed(passed) }
    return settings.apiSecrets.first { $0.ruleID.hasSameBytes(as: ruleID) }.map { .reference($0.secret) }
  }

  private func checkPayload(_ payload: JSONValue) -> [ArgumentFault] {
    let problem: String
    if payload.objectValue == nil {
      problem = "is not an object"
    } else if JSONWriter.write(payload).count > Self.payloadBytes {
      problem = "is too long"
    } else {
      return []
    }
    return [
      ArgumentFault(
        argument: "payload", problem: problem,
        allowed: "a JSON object of at most \(Self.payloadBytes) bytes, or nothing for {}")
    ]
  }

  private func intent(_ bound: BoundArguments, payload: JSONValue) -> TriggerIntent {
    let ruleID = bound["rule_id"]?.value.stringValue ?? ""
    var intent = TriggerIntent(tool: name, ruleID: ruleID, arguments: bound.object, payload: payload)
    intent.limits = settings.limits
    intent.limitOwner = .tool
    intent.globalLimits = configuration.limits
    intent.explicitKey = bound.idempotencyKey
    intent.knownAliases = configuration.rules.knownAliases
    intent.service = services.baseURL(.remote)
    return intent
  }
}

/// A rule's secret that a caller passes to `trigger_rule`. It is used for that one call and never stored. Because the caller
/// chose it, it affects only the text of that call's answer. Its faults never quote it.
private struct PassedSecret {
  static let argumentName = "api_secret"
  /// In bytes. A shorter secret could not be scrubbed from Sequence's answers.
  static let minLength = SecretScrubber.minLength
  /// In bytes. Sequence's secrets have about 40; every answer is searched for the whole text.
  static let maxLength = 512

  /// nil if none was passed, or if the passed value cannot be a secret.
  let secret: Secret?
  let faults: [ArgumentFault]
  /// Scrubs the passed value, valid or not, unless it is too short or too long to be a secret.
  private let scrubber: SecretScrubber?

  /// - Parameter isTaken: Whether the owner allows callers to pass secrets.
  init(_ value: JSONValue?, isTaken: Bool) {
    let text = value?.stringValue.flatMap { PassedSecret.lengths ~= $0.utf8.count ? $0 : nil }
    scrubber = text.map { SecretScrubber(of: Secret($0)) }
    let isSecret = text?.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } == true
    secret = isTaken && isSecret ? text.map { Secret($0) } : nil
    let (problem, allowed) =
      isTaken
      ? (
        "is not an API secret",
        "one word of \(PassedSecret.minLength) to \(PassedSecret.maxLength) visible ASCII characters"
      ) : ("is not accepted here", "only secrets that the owner has stored in the configuration")
    let fault = ArgumentFault(argument: PassedSecret.argumentName, problem: problem, allowed: allowed)
    faults = value == nil || secret != nil ? [] : [fault]
  }

  /// Whether the secret also occurs in the value of another argument, which is shown in answers, in the ledger and to the
  /// person. Takes time linear in the value.
  func isRepeated(in value: JSONValue) -> Bool { scrubber?.finds(in: JSONWriter.text(value)) == true }

  /// Returns the faults without the secret, which may occur in the names of unknown arguments.
  func scrubbed(_ faults: [ArgumentFault]) -> [ArgumentFault] {
    guard let scrubber else { return faults }
    return faults.map {
      ArgumentFault(
        argument: scrubber.scrub($0.argument), problem: scrubber.scrub($0.problem), allowed: $0.allowed)
    }
  }

  private static let lengths = minLength...maxLength
}
