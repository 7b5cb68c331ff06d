import JSON
import Rules
import SourceYAML

extension Rule {
  /// One alias below `rules`.
  static let section = Section(
    name: "rule", documentation: "A rule of the owner's Sequence account, which becomes one tool.", initial: Rule.init,
    keys: identityKeys + toolKeys + platformKeys + safeguardKeys,
    keywords: {
      let platform: JSONValue = ["properties": ["api": ["const": "platform"]], "required": ["api"]]
      return [("anyOf", [["required": ["api_secret"]], platform])]
    },
    finish: { rule, scope, context in
      if case .none = rule.limits.amount {
        rule.limits.amount = rule.api == .platform ? rule.executeAmount : AmountCheck.impliedAmount(of: rule)
      }
      RuleChecks.check(rule, scope, &context)
    })

  /// Which rule, by which API, with which secret.
  private static let identityKeys: [Key<Rule>] = [
    Key(
      "rule_id", \.ruleID, .string(keywords: RuleIDCheck.schema.members.map { ($0.key, $0.value) }), required: true,
      sample: "YOUR_RULE_ID   # from the rule in Sequence",
      "The id of the Sequence rule that the tool triggers."),
    Key(
      "api", \.api, .enumeration(SequenceAPIName.self),
      "Which API runs the rule: remote, with a payload, or platform, with an amount that is simulated before and followed after."
    ),
    Key(
      "api_secret", \.apiSecret, .secretReference, sample: "{file: secrets/NAME}",
      "Where the rule's own API secret is kept; required unless api: platform, which has none."),
  ]

  /// What the tool is like, and what it sends.
  private static let toolKeys: [Key<Rule>] = [
    Key("title", \.title, .string, "The name that clients show; made from the alias unless set."),
    Key(
      "description", \.description, .string, required: true,
      sample: "What it does, and when the model should use it.",
      "What the tool does and when to use it, for the model; clients cut it at 2048 bytes."),
    Key("parameters", \.parameters, .parameters, "The tool's arguments, by name."),
    Key(
      "payload", \.payload, .payload,
      "The request's JSON body with {{ placeholders }} for arguments; {} unless set."),
  ]

  /// What only the Platform API knows.
  private static let platformKeys: [Key<Rule>] = [
    Key(
      "execute_amount", \.executeAmount, .amountSource,
      "api: platform only: the amount that the rule is run on, a money parameter's name or a fixed sum; the source's balance unless set."
    ),
    Key(
      "simulate", \.simulate, .enumeration(SimulationPolicy.self),
      "api: platform only: whether each live run is simulated first."),
    Key(
      "follow", \.followSeconds, .duration(0...120),
      "api: platform only: how long a call waits for the end of its run, 0s to 120s."),
  ]

  /// What holds it back, and how it is tried out.
  private static let safeguardKeys: [Key<Rule>] = [
    Key("limits", \.limits, .section(Limits.ruleSection), "Caps on this rule, which this program enforces."),
    Key("confirm", \.confirm, .confirmation, "When the person is asked before the rule is triggered."),
    Key(
      "dedupe_window", \.dedupeWindowSeconds, .duration(0...86_400),
      "How long the same payload is not sent again; 0s turns it off."),
    Key("annotations", \.annotations, .section(RuleAnnotations.section), "Overrides of MCP's tool annotations."),
    Key("enabled", \.isEnabled, .boolean, "false: the tool is not offered, and trigger_rule refuses the rule too."),
    Key(
      "examples", \.examples, .list(of: RuleExample.section, kind: "example"),
      "Calls that validate-config tries out offline."),
  ]
}

extension ValueReader where Value == [Rule] {
  /// The section `rules`; a file whose aliases are all commented out has none.
  static var rules: ValueReader {
    .entries(
      of: Rule.section, kind: "rule", name: \.alias, nameSchema: AliasCheck.schema, allowsNull: true,
      checkName: { entry, context in AliasCheck.check(entry, &context) })
  }
}

extension RuleAnnotations {
  /// The section `annotations`.
  static let section = Section(
    name: "annotations", documentation: "Overrides of MCP's tool annotations.", initial: RuleAnnotations.init,
    keys: [
      Key("readOnlyHint", \.readOnlyHint, .boolean, "Whether the tool changes nothing."),
      Key("destructiveHint", \.destructiveHint, .boolean, "Whether clients should treat a call as hard to undo."),
      Key("idempotentHint", \.idempotentHint, .boolean, "Whether the same call twice has no further effect."),
      Key("openWorldHint", \.openWorldHint, .boolean, "Whether the tool reaches systems outside this machine."),
    ])
}
