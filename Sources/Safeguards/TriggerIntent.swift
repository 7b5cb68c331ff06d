package import JSON
import Platform
package import Rules

/// One trigger that a caller wants to send: all that the safeguards judge it by, and all that the ledger keeps of it.
package struct TriggerIntent: Sendable {
  /// An alias of the configuration and the Sequence rule that it triggers.
  package typealias KnownAlias = (alias: String, ruleID: String)

  /// Which of Sequence's APIs a trigger goes to, as the ledger names it.
  package enum API: String, Sendable, Hashable, CaseIterable {
    case remote, platform
  }

  /// Which earlier calls `limits` count.
  package enum LimitOwner: Sendable, Hashable {
    /// Those of the rule, under any alias.
    case rule
    /// Those of the tool, no matter which rule they triggered: `trigger_rule`.
    case tool
  }

  /// The tool's name: an alias, or a generic tool.
  package var tool: String
  package var api = API.remote
  /// The Sequence rule that it triggers.
  package var ruleID: String
  /// The checked arguments, without any secret, idempotency key or payload.
  package var arguments: JSONObject
  /// The request body, exactly as shown to the person; if `check` gave a `Repetition`, its body.
  package var payload: JSONValue
  /// The body with `$now`, `$today` and `$uuid` pinned to fixed values. It decides, with the rule and the API, whether two triggers
  /// are the same, so that a time in the payload does not make every repeat look new.
  package var identity: JSONValue
  /// What the call moves; nil if no amount is known.
  package var amount: Money?
  /// Whether it only simulates a run: it is booked and judged like any trigger, and counts for nothing.
  package var isSimulation = false
  /// What a simulation said that it would transfer; nil without one.
  package var shown: ShownTransfers?
  /// What the question says of transfers, line by line; empty for an API that tells none.
  package var transferLines: [String] = []
  /// The base URL that it goes to; only the Platform API's is looked at, for simulations that proved to be none.
  package var service: String?
  /// The rule's own caps, or those of the generic tool.
  package var limits = Limits()
  package var limitOwner = LimitOwner.rule
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
  /// What else of the configuration an approval is bound to: base URL, trigger path, secret reference. Compared, never shown or
  /// recorded.
  package var terms = JSONValue.null
  package var caller = Caller()
  /// How the person agreed; `.terminal` uses up the approval of exactly this call.
  package var consent = Consent.notAsked
  /// The question that the person said yes to; `reserve` uses it up.
  package var question: OpenQuestion?

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

/// How the person agreed to a trigger.
package struct Consent: Sendable, Hashable {
  /// Who brought the question to the person, as the ledger names it.
  package enum Channel: String, Sendable, Hashable, CaseIterable {
    /// This program asked nobody: the configuration leaves it to the client, or to nobody.
    case none
    /// The client, by MCP elicitation.
    case client
    /// A window on the person's desktop.
    case dialog
    /// `sequence-mcp approve`.
    case terminal
  }

  package let channel: Channel
  /// From the question to its answer; nil if it was not measured.
  package let answerMilliseconds: Int64?
  /// The channels that did not reach anybody before, each with its reason: `client: closed_unseen`.
  package let passedOver: [String]

  package init(_ channel: Channel, answerMilliseconds: Int64? = nil, passedOver: [String] = []) {
    self.channel = channel
    self.answerMilliseconds = answerMilliseconds
    self.passedOver = passedOver
  }

  func answered(afterMilliseconds milliseconds: Int64?) -> Consent {
    Consent(channel, answerMilliseconds: milliseconds, passedOver: passedOver)
  }

  package static let notAsked = Consent(.none)
  package static let terminal = Consent(.terminal)
}

/// Who asked for a trigger, in the client's own words: recorded, never trusted. The ledger gets each text scrubbed, cleaned and cut
/// to 128 bytes.
package struct Caller: Sendable, Hashable {
  static let textBytes = 128

  package var clientName: String?
  package var clientVersion: String?
  /// The client's own id of the call, which stays the same when the client sends the call again.
  package var callID: String?
  /// The conversation that the call belongs to.
  package var session: String?

  package init(
    clientName: String? = nil, clientVersion: String? = nil, callID: String? = nil, session: String? = nil
  ) {
    self.clientName = clientName
    self.clientVersion = clientVersion
    self.callID = callID
    self.session = session
  }

  /// As the ledger records it.
  /// - Parameter scrub: removes the known secrets, before anything is cut.
  func recorded(_ scrub: (String) -> String) -> Caller {
    func clean(_ text: String?) -> String? {
      text.map { Caller.cut(VisibleText.line(scrub($0), limit: Caller.textBytes)) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    return Caller(
      clientName: clean(clientName), clientVersion: clean(clientVersion), callID: clean(callID), session: clean(session)
    )
  }

  /// The first 128 bytes, without a scalar that the cut falls into.
  private static func cut(_ text: String) -> String {
    var scalars = text.unicodeScalars
    while String(scalars).utf8.count > textBytes { scalars.removeLast() }
    return String(scalars)
  }
}

extension [Rule] {
  /// Each alias, enabled or not, with its rule id.
  package var knownAliases: [TriggerIntent.KnownAlias] { map { ($0.alias, $0.ruleID) } }
}
