import Rules
import SourceYAML

/// The file as read: the configuration, and the source ranges for the checks.
final class ConfigurationDraft {
  var configuration = Configuration()
  var sequence: Located<SequenceDraft>?
  var tools: Located<ToolsDraft>?
  var limits: Located<LimitsDraft>?
  var rules: Located<[Named<RuleDraft>]>?

  /// The settings of `trigger_rule`, if the file sets any.
  var triggerRule: TriggerRuleDraft? { tools?.value?.triggerRule?.value ?? nil }

  /// The rules that could be read, in file order, each with its entry.
  var readableRules: [(draft: RuleDraft, entry: Located<RuleDraft>)] {
    (rules?.value ?? []).compactMap { rule in rule.entry.value.map { ($0, rule.entry) } }
  }

  /// Returns where a key belongs that is in another mapping of the top level; nil for unknown keys.
  static func place(of entry: YAMLNode.Entry) -> String? {
    section.key(named: entry.key) != nil
      ? "it belongs to the top level of the file" : section.help(forAbsent: entry)
  }

  static let section = Section(
    name: "configuration", documentation: "The configuration of sequence-mcp.", initial: { ConfigurationDraft() },
    keys: [
      Key(
        "version", { $1(&$0.configuration.version) }, .version, required: true, sample: "1",
        "The version of this language; only 1 exists."),
      Key("sequence", at: { $1(&$0.sequence) }, .section(SequenceDraft.section), "How Sequence is reached.") {
        $0.configuration.sequence = $1.settings
      },
      Key(
        "server", { $1(&$0.configuration.server) }, ValueReader.section(ServerDraft.section).map(\.settings),
        "How this server presents itself to clients."),
      Key("tools", at: { $1(&$0.tools) }, .section(ToolsDraft.section), "The tools that exist without any rule.") {
        $0.configuration.tools = $1.settings
      },
      Key("limits", at: { $1(&$0.limits) }, .section(LimitsDraft.globalSection), "Caps over all rules together.") {
        $0.configuration.limits = $1.limits
      },
      Key(
        "state_dir", { $1(&$0.configuration.stateDirectory) }, .statePath,
        "The directory of the ledger; ~/.local/state/sequence-mcp unless set. '~/' is your home directory, regardless of HOME."
      ),
      Key(
        "sandbox", { $1(&$0.configuration.sandbox) }, .boolean,
        "true: always the built-in sandbox instead of Sequence, as with --sandbox; every output says so."),
      Key("rules", at: { $1(&$0.rules) }, .rules, "The aliases: each becomes one tool of that name.") {
        $0.configuration.rules = $1.compactMap { $0.entry.value?.rule }
      },
    ],
    absentKeys: {
      AbsentKey.keys(of: SequenceDraft.section, below: "sequence")
        + AbsentKey.keys(of: ServerDraft.section, below: "server")
        + AbsentKey.keys(of: ToolsDraft.section, below: "tools")
        + AbsentKey.keys(of: LimitsDraft.globalSection, below: "limits")
        + AbsentKey.keys(["api_key"], below: "platform")
        + AbsentKey.keys(["accept_api_secret", "api_secrets"], below: "trigger_rule")
        + ["confirm", "dedupe_window"].map { AbsentKey(name: $0) { _ in "it belongs to each rule" } }
        + ["above", "ask"].map { AbsentKey(name: $0) { _ in "it belongs to the 'confirm' of each rule" } }
        + [
          AbsentKey(name: "api_secret") { _ in "each rule has its own: it belongs to the rule" },
          AbsentKey(name: "dry_run") { _ in "it is an option of the program: serve --dry-run" },
          AbsentKey(name: "mcpServers", isOfOtherFile: true) { _ in
            "these are the settings of a client; the configuration is another file, which starts with the line: version: 1"
          },
          AbsentKey(name: "SEQUENCE_ACCESS_TOKEN") { _ in
            "it is a variable of the environment; the file may name it: sequence: {access_token: {env: SEQUENCE_ACCESS_TOKEN}}"
          },
        ]
    },
    elsewhere: { RuleDraft.isRule($0.value) ? "a rule belongs below 'rules:'" : nil }, allowsExtensions: true,
    finish: { draft, scope, context in ConfigurationChecks.check(draft, scope, &context) })
}
