import JSON
import Rules
import Secrets
import SourceYAML

extension GenericToolSettings {
  /// The section `tools`.
  static let section = Section(
    name: "tools", documentation: "The tools that exist without any rule.", initial: GenericToolSettings.init,
    keys: [
      Key(
        "get_accounts", \.getAccounts, .getAccounts,
        "Whether get_accounts, which lists accounts and balances, is offered; or a mapping with its settings."),
      Key(
        "get_limits", \.getLimits, .boolean,
        "Whether get_limits, which tells what is used and left of each limit, is offered; false unless set."),
      Key(
        "trigger_rule", \.triggerRule, .triggerRule,
        "Whether trigger_rule, which triggers any rule by its id, is offered; or a mapping with its settings."),
    ])
}

extension GetAccountsSettings {
  /// `tools.get_accounts` as a mapping.
  static let section = Section(
    name: "getAccounts", documentation: "The settings of the generic get_accounts.",
    initial: GetAccountsSettings.init,
    keys: [
      Key(
        "api", \.api, .enumeration(SequenceAPIName.self),
        "Over which API it reads; unless set, over the Platform API if there is a key for it and no access token.")
    ])
}

extension TriggerRuleSettings {
  /// `tools.trigger_rule` as a mapping.
  static let section = Section(
    name: "triggerRule", documentation: "The settings of the generic trigger_rule.", initial: TriggerRuleSettings.init,
    keys: [
      Key(
        "confirm", \.confirm, .confirmationWithoutAmount,
        "Whether this program asks a person before a call: client, always, never, or a mapping."),
      Key(
        "accept_api_secret", \.acceptAPISecret, .boolean,
        "Whether the caller may pass a rule's secret as an argument; the model then sees it."),
      Key(
        "api_secrets", \.apiSecrets, .secretsByRuleID,
        "The rules that it may trigger with a secret that the model never sees, by rule id."),
    ],
    finish: { settings, scope, context in TriggerRuleCheck.check(settings, scope, &context) })
}

extension ValueReader where Value == TriggerRuleSettings? {
  fileprivate static var triggerRule: ValueReader { .switchable(TriggerRuleSettings.section) }
}

extension ValueReader where Value == GetAccountsSettings? {
  fileprivate static var getAccounts: ValueReader { .switchable(GetAccountsSettings.section) }
}

extension ValueReader {
  /// A switch, or a mapping of settings; nil is off.
  private static func switchable<Settings: Sendable>(
    _ section: @autoclosure @escaping @Sendable () -> Section<Settings>
  ) -> ValueReader where Value == Settings? {
    ValueReader(
      type: "true, false or a mapping",
      schema: { definitions in
        let section = section()
        return ["anyOf": [["type": "boolean"], .object(definitions.reference(section.name, section.schema))]]
      },
      encode: { .bool($0 != nil) },
      read: { node, place, context in
        let section = section()
        if case .boolean(let isOn) = node.content { return .some(isOn ? section.initial() : nil) }
        guard case .mapping = node.content else {
          context.reportWrongType(
            node, subject: place.subject, expected: "true, false or a mapping", help: booleanHelp(node))
          return nil
        }
        return section.read(node, .section(place.key), ownerRange: node.range, &context)
      })
  }
}

extension ValueReader where Value == [(ruleID: String, secret: SecretReference)] {
  /// Secret references by rule id.
  fileprivate static var secretsByRuleID: ValueReader {
    ValueReader(
      type: "mapping of secret references",
      schema: { definitions in
        let reference = ValueReader<SecretReference>.secretReference.schema(&definitions)
        return [
          "type": "object", "propertyNames": .object(RuleIDCheck.schema), "additionalProperties": .object(reference),
        ]
      },
      read: { node, place, context in
        guard case .mapping(let entries) = node.content else {
          context.reportWrongType(
            node, subject: place.subject, expected: "a mapping from rule ids to secret references")
          return nil
        }
        return entries.compactMap { entry in
          RuleIDCheck.check(entry.key, entry.keyRange, &context)
          let valuePlace = ValuePlace(key: entry.key, owner: .section(place.key))
          let secret = SecretReferenceReader.read(entry.value, valuePlace, &context)
          return secret.map { (entry.key, $0) }
        }
      })
  }
}
