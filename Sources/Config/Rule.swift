import JSON

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

  /// What an alias reads like as a title. An alias is ASCII (CONFIG.md, Names).
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

/// Caps on one rule, or on all rules together (CONFIG.md, Limits). nil means no such cap.
package struct Limits: Sendable, Hashable {
  package var perCall: Money?
  /// In any 24 hours.
  package var perDay: Money?
  /// In any 30 days.
  package var per30Days: Money?
  package var callsPerDay: Int?
  package var callsPer30Days: Int?
  /// The least time between two calls.
  package var cooldownSeconds: Int?
  /// What counts as the amount of a call.
  package var amount: AmountSource = .none

  package init() {}
}

/// Where a call's amount comes from.
package enum AmountSource: Sendable, Hashable {
  /// The rule moves no amount that the host knows of.
  case none
  /// The `money` parameter of that name.
  case parameter(String)
  /// The same amount at each call.
  case fixed(Money)
}

/// When a person is asked by this program, and how that person is reached.
package struct ConfirmationPolicy: Sendable, Hashable {
  package enum When: Sendable, Hashable {
    /// Left to the client's own approval, which is asked for in the tool's annotations.
    case client
    case always
    case never
    /// This program asks if the call's amount is over this.
    case above(Money)
  }

  /// A way to reach the person.
  package enum Channel: String, Sendable, Hashable, CaseIterable {
    /// The client's elicitation.
    case client
    /// A window on the person's own desktop.
    case dialog
    /// `sequence-mcp approve` in the person's own terminal.
    case terminal
  }

  package var when = When.client
  /// In the order in which they are tried, each at most once; never empty.
  package var ask = Channel.allCases

  package init() {}
}
