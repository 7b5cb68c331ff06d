package import JSON
package import Secrets

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

  /// What an alias reads like as a title. An alias is ASCII.
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

/// The owner's overrides of MCP's tool annotations; nil keeps this program's own.
package struct RuleAnnotations: Sendable {
  package var readOnlyHint: Bool?
  package var destructiveHint: Bool?
  package var idempotentHint: Bool?
  package var openWorldHint: Bool?

  package init() {}
}

/// One entry of `examples`: a call, and what must come of it.
package struct RuleExample: Sendable {
  package enum Outcome: Sendable {
    /// The payload that the arguments render to; `$now`, `$uuid` and `$today` match any value of that form.
    case payload(JSONValue)
    /// The call is refused; the name of the argument at fault, or nil for any.
    case error(argument: String?)
  }

  package var arguments = JSONObject()
  package var outcome = Outcome.error(argument: nil)

  package init() {}
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
