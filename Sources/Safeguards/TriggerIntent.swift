package import Config
package import JSON

/// One trigger that a caller wants to send: all that the safeguards judge it by, and all that the ledger keeps of it.
package struct TriggerIntent: Sendable {
  /// An alias of the configuration and the Sequence rule that it triggers.
  package typealias KnownAlias = (alias: String, ruleID: String)

  /// The tool's name: an alias, or a generic tool.
  package var tool: String
  /// The Sequence rule that it triggers.
  package var ruleID: String
  /// The checked arguments, without any secret and without the idempotency key.
  package var arguments: JSONObject
  /// The request body, just as it was shown to the person; where `check` gave a `Repetition`, its body.
  package var payload: JSONValue
  /// What makes two triggers of one tool the same: the payload, rendered with `$now`, `$today` and `$uuid` pinned to fixed
  /// values, so that a time in it does not make every repeat look new.
  package var identity: JSONValue
  /// What the call moves; nil where the host knows of no amount.
  package var amount: Money?
  /// The rule's own caps.
  package var limits = Limits()
  /// The caps over all rules together.
  package var globalLimits = Limits()
  /// How long an accepted trigger is not sent again; 0 turns it off.
  package var dedupeWindowSeconds = 0
  /// The key that the caller chose: 1 to 36 characters, already checked.
  package var explicitKey: String?
  /// Every alias of the configuration, enabled or not, with its rule id (see `LimitScope`).
  package var knownAliases: [KnownAlias] = []
  /// The key of the `Repetition` that `check` gave and the person was told of. `reserve` refuses to send under another one.
  package var repeatedKey: String?
  /// How the person agreed; `.terminal` uses up the approval of this very call.
  package var consent = Consent.notAsked
  package var caller = Caller()

  /// - Parameter identity: nil takes the payload itself.
  package init(
    tool: String, ruleID: String, arguments: JSONObject, payload: JSONValue, identity: JSONValue? = nil,
    amount: Money? = nil
  ) {
    self.tool = tool
    self.ruleID = ruleID
    self.arguments = arguments
    self.payload = payload
    self.identity = identity ?? payload
    self.amount = amount
  }
}

/// How the person agreed to a trigger, as the ledger records it.
package enum Consent: String, Sendable, Hashable, CaseIterable {
  /// The configuration leaves it to the client, or asks nobody.
  case notAsked = "not_asked"
  /// Accepted with the box ticked, through the client's elicitation.
  case elicitation
  /// Approved with `sequence-mcp approve`.
  case terminal
  /// Nobody could be asked, and `fallback: allow` lets it through.
  case fallbackAllow = "fallback_allow"
}

extension [Rule] {
  /// Each alias, enabled or not, with its rule id.
  package var knownAliases: [TriggerIntent.KnownAlias] { map { ($0.alias, $0.ruleID) } }
}
