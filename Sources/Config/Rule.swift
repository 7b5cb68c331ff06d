import JSON

/// One alias: a Sequence rule with the tool that it becomes.
package struct Rule: Sendable {
  package var alias = ""
  package var ruleID = ""
  /// Which of Sequence's APIs runs it.
  package var api = SequenceAPIName.remote
  /// The rule's own API secret; nil for the Platform API, whose one key is in `sequence.platform`.
  package var apiSecret: SecretReference?
  package var title: String?
  package var description = ""
  /// In the order of the file.
  package var parameters: [Parameter] = []
  /// The request body; nil sends `{}`.
  package var payload: PayloadTemplate?
  /// What the Platform API runs the rule on; none lets it work on the source's balance.
  package var executeAmount = AmountSource.none
  /// Whether the Platform API simulates a run before each live one.
  package var simulate = SimulationPolicy.always
  /// How long a call over the Platform API waits for the end of its run, 0 to 120 seconds.
  package var followSeconds = 20
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

/// One of Sequence's two APIs, as a configuration names it.
package enum SequenceAPIName: String, Sendable, Hashable, CaseIterable {
  case remote, platform
}

/// Whether a simulation goes before each live run of the Platform API.
package enum SimulationPolicy: String, Sendable, Hashable, CaseIterable {
  case always, never
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

/// When the person is asked, and what happens where nobody can be asked (CONFIG.md, Confirmation).
package struct ConfirmationPolicy: Sendable, Hashable {
  package enum When: Sendable, Hashable {
    /// Left to the client's own approval, which is asked for in the tool's annotations.
    case client
    case always
    case never
    /// The host asks where the call's amount is over this.
    case above(Money)
  }

  package enum Fallback: String, Sendable, Hashable, CaseIterable {
    case terminal, refuse, allow
  }

  package var when = When.client
  package var fallback = Fallback.terminal

  package init() {}
}
