import JSON
import Rules
import Secrets
import SourceYAML

/// `tools` as read from the file.
final class ToolsDraft {
  var settings = GenericToolSettings()
  // The value is nil if the tool is disabled.
  var getAccounts: Located<GetAccountsDraft?>?
  var triggerRule: Located<TriggerRuleDraft?>?

  static let section = Section(
    name: "tools", documentation: "The tools that exist without any rule.", initial: { ToolsDraft() },
    keys: [
      Key(
        "get_accounts", at: { $1(&$0.getAccounts) }, .switchable(GetAccountsDraft.section),
        default: { _ in GetAccountsDraft() },
        "Whether get_accounts, which lists accounts and balances, is offered; or a mapping with its settings."
      ) { $0.settings.getAccounts = $1?.settings },
      Key(
        "get_limits", { $1(&$0.settings.getLimits) }, .boolean,
        "Whether get_limits, which reports what is used and left of each limit, is offered; false unless set."),
      Key(
        "trigger_rule", at: { $1(&$0.triggerRule) }, .switchable(TriggerRuleDraft.section),
        default: { _ in TriggerRuleDraft() },
        "Whether trigger_rule, which triggers any rule by its id, is offered; or a mapping with its settings."
      ) { $0.settings.triggerRule = $1?.settings },
    ],
    elsewhere: { RuleDraft.isRule($0.value) ? "a rule belongs below 'rules:'" : ConfigurationDraft.place(of: $0) })
}

/// `tools.get_accounts` as read from the file.
final class GetAccountsDraft {
  var settings = GetAccountsSettings()

  static let section = Section(
    name: "getAccounts", documentation: "The settings of the generic get_accounts.",
    initial: { GetAccountsDraft() },
    keys: [
      Key(
        "api", { $1(&$0.settings.api) }, .enumeration(SequenceAPIName.self),
        "The API that it reads from; unless set, the Platform API if there is a key for it and no access token.")
    ])
}

/// `tools.trigger_rule` as read from the file.
final class TriggerRuleDraft {
  var settings = TriggerRuleSettings()
  var limits: Located<LimitsDraft>?
  var acceptAPISecret: Located<Bool>?
  var apiSecrets: Located<[Named<SecretReference>]>?

  static let section = Section(
    name: "triggerRule", documentation: "The settings of the generic trigger_rule.", initial: { TriggerRuleDraft() },
    keys: [
      Key(
        "confirm", { $1(&$0.settings.confirm) },
        ValueReader<ConfirmationDraft>.confirmation(hasAmount: false).map(
          \.policy, back: { ConfirmationDraft(policy: $0) }),
        "Whether this program asks a person before a call: client, always, never, or a mapping."),
      Key(
        "limits", at: { $1(&$0.limits) }, .section(LimitsDraft.triggerRuleSection),
        "Caps on its calls, whichever rules they trigger."
      ) { $0.settings.limits = $1.limits },
      Key(
        "accept_api_secret", { $1(&$0.settings.acceptAPISecret) }, at: { $1(&$0.acceptAPISecret) }, .boolean,
        "Whether the caller may pass a rule's secret as an argument; the model then sees it."),
      Key(
        "api_secrets", at: { $1(&$0.apiSecrets) }, .secretsByRuleID,
        "The rules that it may trigger with a secret that the model never sees, by rule id."
      ) { draft, secrets in
        draft.settings.apiSecrets = secrets.compactMap { named in named.entry.value.map { (named.name, $0) } }
      },
    ],
    absentKeys: { AbsentKey.keys(of: LimitsDraft.triggerRuleSection, below: "limits") },
    finish: { draft, scope, context in
      LostCapsCheck.check(scope, &context)
      TriggerRuleCheck.check(draft, scope, &context)
    })

  /// Returns where a key of these settings belongs that is in one of their mappings; nil for other keys.
  /// - Parameter key: The key of that mapping.
  static func place(of entry: YAMLNode.Entry, beside key: String) -> String? {
    section.key(named: entry.key) == nil ? nil : "it belongs to 'trigger_rule', in the column of '\(key)'"
  }
}

extension ValueReader {
  /// Reads a switch or a mapping of settings; nil is off.
  fileprivate static func switchable<Settings>(
    _ section: @autoclosure @escaping @Sendable () -> Section<Settings>
  ) -> ValueReader where Value == Settings? {
    ValueReader(
      schema: { ["anyOf": [["type": "boolean"], .object($0.reference(section()))]] },
      encode: { .bool($0 != nil) }, isMapping: true,
      read: { node, place, context in
        let section = section()
        if case .boolean(let isOn) = node.content { return .some(isOn ? section.initial() : nil) }
        guard case .mapping = node.content else {
          return context.refuseType(node, place, expected: "true, false or a mapping", help: booleanHelp(node))
        }
        return section.read(node, .section(place.key), ownerRange: node.range, &context)
      })
  }
}

extension ValueReader where Value == [Named<SecretReference>] {
  fileprivate static var secretsByRuleID: ValueReader {
    ValueReader(
      schema: { definitions in
        let reference = ValueReader<SecretReference>.secretReference.schema(&definitions)
        return [
          "type": "object", "propertyNames": .object(RuleIDCheck.schema), "additionalProperties": .object(reference),
        ]
      },
      read: { node, place, context in
        guard case .mapping(let entries) = node.content else {
          context.hideInlineSecret(node)
          return context.refuseType(
            node, place, expected: "a mapping from rule ids to secret references",
            help: "write \(place.key): {RULE_ID: {file: PATH}}")
        }
        let first = entries.map { RuleID.plain($0.key) }.firstPositions
        for index in entries.indices where first[index] != index {
          context.report(
            .sharedRuleID, "\(quoted(entries[index].key)) is the same rule as \(quoted(entries[first[index]].key))",
            help: "keep one of them: case does not tell rule ids apart", at: entries[index].keyRange)
        }
        return entries.map { entry in
          RuleIDCheck.check(entry.key, entry.keyRange, &context)
          return Named(entry, SecretReferenceReader.read(entry.value, KeyContext(key: entry.key), &context))
        }
      })
  }
}
