import JSON
import Platform
import Rules
import Secrets
import SourceYAML

/// A text that the model reads, with its key.
struct ModelText: Sendable {
  let key: String
  let source: SourceText
  /// The parameter that it describes; nil for the text of a rule or of the server.
  let parameter: String?

  /// Returns the text, or none if the file does not set it.
  static func of(_ key: String, _ located: Located<SourceText>?, ofParameter name: String? = nil) -> [ModelText] {
    if let source = located?.value { [ModelText(key: key, source: source, parameter: name)] } else { [] }
  }
}

/// An entry of `rules` as read: the rule, and the source ranges for the checks.
final class RuleDraft {
  var rule = Rule()
  var ruleID: Located<String>?
  var api: Located<SequenceAPIName>?
  var apiSecret: Located<SecretReference>?
  var title: Located<SourceText>?
  var description: Located<SourceText>?
  var parameters: Located<[Named<ParameterDraft>]>?
  var payload: Located<PayloadDraft>?
  var executeAmount: Located<AmountSource>?
  var simulate: Located<SimulationPolicy>?
  var follow: Located<Int>?
  var limits: Located<LimitsDraft>?
  var confirm: Located<ConfirmationDraft>?
  var annotations: Located<AnnotationsDraft>?
  var examples: Located<[Located<ExampleDraft>]>?
  /// Its place, once it was read.
  var scope: SectionScope?

  init(alias: String = "") { rule.alias = alias }

  /// Whether a mapping is a rule, wherever it is.
  static func isRule(_ node: YAMLNode) -> Bool {
    guard case .mapping(let entries) = node.content else { return false }
    return entries.contains { $0.key == "rule_id" }
  }

  /// Whether the entries are a rule's own keys, in place of rules by name.
  static func isRule(_ entries: [YAMLNode.Entry]) -> Bool {
    entries.contains { $0.key == "rule_id" && $0.value.scalarText != nil }
      && entries.first.map { section.key(named: $0.key) != nil } ?? false
  }

  /// What is wrong with such entries, and the help.
  static let withoutName = (
    message: "these are the keys of a rule, and the rule's name is missing above them",
    help: "write the name and a colon in a line above, and indent the keys by two more spaces"
  )

  /// Returns where a rule's key belongs that is in one of the rule's mappings; nil for other keys.
  /// - Parameter key: The key of that mapping.
  static func place(of entry: YAMLNode.Entry, beside key: String) -> String? {
    section.key(named: entry.key) == nil ? nil : "it belongs to the rule, in the column of '\(key)'"
  }

  /// The texts that are its own and that the model reads.
  var texts: [ModelText] { ModelText.of("title", title) + ModelText.of("description", description) }

  /// The entries of `parameters`, readable or not.
  var namedParameters: [Named<ParameterDraft>] { parameters?.value ?? [] }

  /// The caps on its amounts, the shortest window first.
  var amountCaps: [Cap] { limits?.value?.amountCaps ?? [] }

  /// What its limits name as the amount of a call.
  var namedAmount: Located<AmountSource>? { limits?.value?.amount }

  /// The strings of the payload.
  var payloadTexts: [PayloadDraft.Text] { payload?.value?.texts ?? [] }

  func parameter(named name: String) -> Named<ParameterDraft>? {
    namedParameters.first { $0.name.hasSameBytes(as: name) }
  }

  func note(ofParameter name: String) -> [(message: String, range: SourceRange)] {
    parameter(named: name).map { [("the parameter", $0.entry.keyRange)] } ?? []
  }

  static let section = Section(
    name: "rule", documentation: "A rule of the owner's Sequence account, which becomes one tool.",
    initial: { RuleDraft() },
    keys: identityKeys + toolKeys + platformKeys + safeguardKeys,
    absentKeys: {
      AbsentKey.keys(LimitsDraft.capKeys, below: "limits") + AbsentKey.keys(["above", "ask"], below: "confirm")
        + AbsentKey.keys(["base_url", "timeout", "access_token"], below: "sequence")
        + AbsentKey.keys(["read_only"], below: "server")
        + AbsentKey.keys(of: AnnotationsDraft.section, below: "annotations")
        + [("daily_limit", "per_day"), ("monthly_limit", "per_30_days"), ("max_amount", "per_call")].map { name, cap in
          AbsentKey(name: name) { _ in "write \(cap): with the amount, below 'limits'" }
        }
        + [
          AbsentKey(name: "api_key") { _ in "one key serves all rules: it belongs below sequence: {platform: ...}" },
          AbsentKey(name: "disabled") {
            isNo($0) ? "remove it: a rule is on unless it says enabled: false" : "write enabled: false"
          },
          AbsentKey(name: "sandbox") { _ in "it belongs to the top level of the file" },
          AbsentKey(name: "amount") { "it belongs below \($0 == nil ? "'parameters'" : "'limits'")" },
        ]
    },
    elsewhere: { entry in
      isRule(entry.value)
        ? "a rule belongs below 'rules:': put two fewer spaces before it and the lines that belong to it" : nil
    },
    keywords: {
      let platform: JSONValue = ["properties": ["api": ["const": "platform"]], "required": ["api"]]
      let ofRemote: JSONValue = ["anyOf": [["required": ["api_secret"]], ["required": ["payload"]]]]
      let ofPlatform = platformKeys.map { key -> JSONValue in ["required": [.string(key.name)]] }
      return [
        (
          "anyOf",
          [
            ["required": ["api_secret"], "not": ["anyOf": .array([platform] + ofPlatform)]],
            ["allOf": [platform], "not": ofRemote],
          ]
        )
      ]
    },
    finish: { draft, scope, context in
      draft.scope = scope
      RuleAPICheck.infer(draft, scope, &context)
      if case .none = draft.rule.limits.amount {
        draft.rule.limits.amount =
          draft.rule.api == .platform ? draft.rule.executeAmount : AmountCheck.impliedAmount(of: draft.rule)
      }
      RuleChecks.check(draft, scope, &context)
    })

  /// The rule's id, API and secret.
  private static let identityKeys: [Key<RuleDraft>] = [
    Key(
      "rule_id", { $1(&$0.rule.ruleID) }, at: { $1(&$0.ruleID) },
      .string(keywords: RuleIDCheck.schema.members.map { ($0.key, $0.value) }),
      required: true,
      sample: "YOUR_RULE_ID   # from the rule in Sequence",
      "The id of the Sequence rule that the tool triggers."),
    Key(
      "api", { $1(&$0.rule.api) }, at: { $1(&$0.api) }, .enumeration(SequenceAPIName.self),
      "Which API runs the rule: remote, with a payload, or platform, with an amount, which is simulated first and "
        + "followed afterwards."
    ),
    Key(
      "api_secret", at: { $1(&$0.apiSecret) }, .secretReference, sample: "{file: secrets/NAME}",
      "Where the rule's own API secret is kept; required unless api: platform, which has none."
    ) { $0.rule.apiSecret = $1 },
  ]

  /// The tool's description for clients, and its payload.
  private static let toolKeys: [Key<RuleDraft>] = [
    Key("title", at: { $1(&$0.title) }, .text, "The name that clients show; made from the alias unless set.") {
      $0.rule.title = $1.text
    },
    Key(
      "description", at: { $1(&$0.description) }, .text, required: true,
      sample: "What it does, and when the model should use it.",
      "What the tool does and when to use it, for the model; clients truncate it at \(LongTextCheck.longestText) "
        + "characters."
    ) { $0.rule.description = $1.text },
    Key("parameters", at: { $1(&$0.parameters) }, .parameters, "The tool's arguments, by name.") {
      $0.rule.parameters = $1.compactMap { $0.entry.value?.parameter }
    },
    Key(
      "payload", at: { $1(&$0.payload) }, .payload,
      "The request's JSON body with {{ placeholders }} for arguments; {} unless set."
    ) { $0.rule.payload = $1.template },
  ]

  /// Keys of the Platform API only.
  private static let platformKeys: [Key<RuleDraft>] = [
    Key(
      "execute_amount", { $1(&$0.rule.executeAmount) }, at: { $1(&$0.executeAmount) }, .amountSource,
      "api: platform only: the amount that the rule is run on, a money parameter's name or a fixed sum; the source's "
        + "balance unless set."
    ),
    Key(
      "simulate", { $1(&$0.rule.simulate) }, at: { $1(&$0.simulate) }, .enumeration(SimulationPolicy.self),
      "api: platform only: whether each live run is simulated first."),
    Key(
      "follow", { $1(&$0.rule.followSeconds) }, at: { $1(&$0.follow) }, .duration(0...120),
      "api: platform only: how long a call waits for the end of its run, 0s to 120s."),
  ]

  /// Safeguards and examples.
  private static let safeguardKeys: [Key<RuleDraft>] = [
    Key(
      "limits", at: { $1(&$0.limits) }, .section(LimitsDraft.ruleSection),
      "Caps on this rule, which this program enforces."
    ) {
      $0.rule.limits = $1.limits
    },
    Key(
      "confirm", at: { $1(&$0.confirm) }, .confirmation(), default: { _ in ConfirmationDraft() },
      "When the person is asked before the rule is triggered."
    ) { $0.rule.confirm = $1.policy },
    Key(
      "dedupe_window", { $1(&$0.rule.dedupeWindowSeconds) }, .duration(0...86_400),
      "How long the same payload is not sent again, up to 1d; 0s turns it off."),
    Key(
      "annotations", at: { $1(&$0.annotations) }, .section(AnnotationsDraft.section),
      "Overrides of MCP's tool annotations."
    ) { $0.rule.annotations = $1.annotations },
    Key(
      "enabled", { $1(&$0.rule.isEnabled) }, .boolean,
      "false: the tool is not offered, and trigger_rule refuses the rule too."),
    Key(
      "examples", at: { $1(&$0.examples) }, .list(of: ExampleDraft.section, kind: "example"),
      "Calls that validate-config tests offline."
    ) { $0.rule.examples = $1.compactMap(\.value?.example) },
  ]
}

extension ValueReader where Value == [Named<RuleDraft>] {
  /// Reads the section `rules`, which is null if all aliases are commented out.
  static var rules: ValueReader {
    NamedSections(
      kind: "rule", section: { RuleDraft.section }, make: { RuleDraft(alias: $0) }, nameSchema: { AliasCheck.schema },
      allowsNull: true, refusal: { RuleDraft.isRule($0) ? RuleDraft.withoutName : nil },
      checkName: { name, range, context in AliasCheck.check(name, range, &context) }
    ).reader
  }
}

/// `annotations` of a rule as read from the file.
final class AnnotationsDraft {
  var annotations = RuleAnnotations()
  var readOnlyHint: Located<Bool>?
  var destructiveHint: Located<Bool>?

  static let section = Section(
    name: "annotations", documentation: "Overrides of MCP's tool annotations.", initial: { AnnotationsDraft() },
    keys: [
      Key(
        "readOnlyHint", at: { $1(&$0.readOnlyHint) }, .boolean,
        "Whether the tool changes nothing; true causes a warning."
      ) { $0.annotations.readOnlyHint = $1 },
      Key(
        "destructiveHint", at: { $1(&$0.destructiveHint) }, .boolean,
        "Whether clients should treat a call as hard to undo; false causes a warning if the client is to ask."
      ) { $0.annotations.destructiveHint = $1 },
      Key(
        "idempotentHint", { $1(&$0.annotations.idempotentHint) }, .boolean,
        "Whether repeating the same call has no further effect."),
      Key(
        "openWorldHint", { $1(&$0.annotations.openWorldHint) }, .boolean,
        "Whether the tool reaches systems outside this machine."),
    ],
    elsewhere: { RuleDraft.place(of: $0, beside: "annotations") })
}
