import JSON
import Rules

/// The arguments of the generic tools, declared like an alias's parameters, so that validation and the published schema agree.
enum InputSchema {
  /// The maximum size of the payload that a caller passes to `trigger_rule`.
  static let payloadBytes = 32 << 10

  /// The parameters of `get_accounts`.
  static let accountsParameters = [
    text("type", "Only accounts of this type, such as 'Pod' or 'Income Source'; not case-sensitive."),
    text("name_contains", "Only accounts whose name contains this text; not case-sensitive."),
  ]

  /// The parameters of `trigger_rule`, besides the secret and the payload.
  static let triggerRuleParameters: [Parameter] = {
    var ruleID = text("rule_id", "The id of the Sequence rule.", isRequired: true)
    ruleID.constraints.minLength = RuleID.lengths.lowerBound
    ruleID.constraints.maxLength = RuleID.lengths.upperBound
    ruleID.constraints.pattern = RuleID.pattern
    return [ruleID]
  }()

  /// The parameters of `get_run`: exactly one of the two is required.
  static let runParameters = [
    text("execution_id", "The execution_id of a call's 'run'."),
    text("tool", "The name of a tool, for its last run."),
  ]

  /// Returns the schema of `simulate_trigger`.
  static func simulateTrigger(tools: [String]) -> JSONObject {
    [
      "type": "object",
      "properties": [
        "tool": [
          "type": "string", "enum": .array(tools.map { .string($0) }), "description": "The tool that would be called.",
        ],
        "arguments": ["type": "object", "description": "The arguments of that call."],
      ],
      "required": ["tool"], "additionalProperties": false,
    ]
  }

  static let accounts = ParameterSchema.inputSchema(for: accountsParameters, takesIdempotencyKey: false)

  /// - Parameter acceptsAPISecret: whether the caller may pass the rule's secret.
  static func triggerRule(acceptsAPISecret: Bool) -> JSONObject {
    var schema = ParameterSchema.inputSchema(for: triggerRuleParameters)
    var properties = schema["properties"]?.objectValue ?? [:]
    if acceptsAPISecret {
      properties[PassedSecret.argumentName] = [
        "type": "string", "minLength": JSONValue(PassedSecret.minLength), "pattern": "^[!-~]+$",
        "description": .string(
          """
          The rule's own API secret; leave it out if the owner has stored it for this rule. At most \
          \(PassedSecret.maxLength) characters.
          """),
      ]
    }
    properties["payload"] = [
      "type": "object",
      "description": .string(
        "The JSON object to send with the trigger; {} unless the rule expects more. At most \(payloadBytes) bytes."),
    ]
    schema["properties"] = .object(properties)
    return schema
  }

  private static func text(_ name: String, _ description: String, isRequired: Bool = false) -> Parameter {
    var parameter = Parameter()
    parameter.name = name
    parameter.description = description
    parameter.isRequired = isRequired
    parameter.constraints.maxLength = 128
    return parameter
  }
}
