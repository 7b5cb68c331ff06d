package import Secrets

/// One alias: a Sequence rule with the tool that it becomes.
package struct Rule: Sendable {
  package var alias = ""
  package var ruleID = ""
  package var apiSecret = SecretReference.environment("")
  package var title: String?
  package var description = ""
  /// In the order of the file.
  package var parameters: [Parameter] = []
  /// The request body; nil sends `{}`.
  package var payload: PayloadTemplate?
  package var limits = Limits()
  package var confirm = ConfirmationPolicy()
  /// How long the same payload is not sent again; 0 turns it off.
  package var dedupeWindowSeconds = 120
  package var annotations = RuleAnnotations()
  package var isEnabled = true
  /// Calls that validate-config tries out offline.
  package var examples: [RuleExample] = []

  package init() {}

  /// The title, or one made from the alias: `move_to_savings` becomes `Move to savings`.
  package var shownTitle: String { title ?? Rule.title(for: alias) }

  /// What an alias reads like as a title. An alias is ASCII.
  package static func title(for alias: String) -> String {
    let words = alias.split { $0 == "_" || $0 == "-" }.joined(separator: " ")
    return words.isEmpty ? alias : words.prefix(1).uppercased() + words.dropFirst()
  }
}

/// The owner's overrides of MCP's tool annotations; nil keeps the host's own.
package struct RuleAnnotations: Sendable {
  package var readOnlyHint: Bool?
  package var destructiveHint: Bool?
  package var idempotentHint: Bool?
  package var openWorldHint: Bool?

  package init() {}
}
