package import JSON
import Platform
package import Rules

/// One trigger that a caller wants to send: everything that the safeguards check and the ledger records.
package struct TriggerIntent: Sendable {
  /// An alias of the configuration and the Sequence rule that it triggers.
  package typealias KnownAlias = (alias: String, ruleID: String)

  /// The earlier calls that `limits` count.
  package enum LimitOwner: Sendable, Hashable {
    /// The calls of the rule, under any alias.
    case rule
    /// The calls of the tool, for any rule: `trigger_rule`.
    case tool
  }

  /// The tool's name: an alias, or a generic tool.
  package var tool: String
  package var api = SequenceAPIName.remote
  /// The Sequence rule that it triggers.
  package var ruleID: String
  /// The validated arguments, without any secret, idempotency key or payload.
  package var arguments: JSONObject
  /// The request body, exactly as shown to the person; if `check` returned a `Repetition`, its body.
  package var payload: JSONValue
  /// The body with `$now`, `$today` and `$uuid` pinned to fixed values. With the rule, the API and the base URL, it determines
  /// whether two triggers are the same, so that a time in the payload does not make every repeat look new.
  package var identity: JSONValue
  /// The amount that the call moves; nil if unknown.
  package var amount: Money?
  /// Whether it only simulates a run. A simulation is recorded and checked like any trigger, but counts toward limits only
  /// while nothing proves that it was one.
  package var isSimulation = false
  /// The transfers that a simulation reported; nil without one.
  package var shown: ShownTransfers?
  /// The lines about transfers in the question; empty for an API without simulations.
  package var transferLines: [String] = []
  /// The base URL of the request. It tells calls apart: the word of one bank says nothing about another. For the Platform API,
  /// a run is read where it was started, and a base URL is blocked where a simulation was not proven to be one.
  package var service: String?
  /// The rule's own caps, or those of the generic tool.
  package var limits = Limits()
  package var limitOwner = LimitOwner.rule
  /// The caps over all rules together.
  package var globalLimits = Limits()
  /// How long an accepted trigger is not sent again, in seconds; 0 disables this.
  package var dedupeWindowSeconds = 0
  /// The caller's own key: 1 to 36 characters, already validated.
  package var explicitKey: String?
  /// Every alias of the configuration, enabled or not, with its rule id (see `LimitScope`).
  package var knownAliases: [KnownAlias] = []
  /// The key of the `Repetition` that `check` returned and the person was shown. `reserve` refuses to send under another key.
  package var repeatedKey: String?
  /// The identical call that `check` returned and the person was told about. A yes does not cover another one.
  package var earlier: EarlierCall?
  /// The rest of the configuration that an approval is bound to: base URL, trigger path, secret reference. Compared, but never
  /// shown or recorded.
  package var terms = JSONValue.null
  package var caller = Caller()
  /// How the person agreed; `.terminal` consumes the approval of exactly this call.
  package var consent = Consent.notAsked
  /// The question that the person said yes to; `reserve` consumes it.
  package var question: OpenQuestion?

  /// - Parameter identity: Nil means the payload itself.
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

  /// The payload if it is the caller's own, as a generic tool's is; null if the configuration makes it.
  var passedPayload: JSONValue { limitOwner == .tool ? payload : .null }

  /// The intent of the simulation that goes before this run. The run itself consumes the question.
  package var simulation: TriggerIntent {
    var intent = self
    intent.isSimulation = true
    intent.explicitKey = nil
    intent.repeatedKey = nil
    intent.shown = nil
    intent.transferLines = []
    intent.consent = .notAsked
    intent.question = nil
    var body = payload.objectValue ?? [:]
    body["simulation"] = true
    intent.payload = .object(body)
    intent.identity = intent.payload
    return intent
  }
}

/// Refuses calls that cannot be shown or recorded verbatim.
///
/// If a call contained a known secret, the call that is shown, compared and recorded would differ from the one that is sent.
/// Checked before anything else, so that all later steps handle the call's own text.
enum CallScreen {
  /// The maximum length of what the caller and the rule put into an intent's line, in bytes.
  static let limit = PayloadTemplate.longestCall
  /// The maximum length of the line, in bytes. Its rest takes at most 6 bytes for each of the caller's 512, and its fixed
  /// members.
  static let lineLimit = limit + (4 << 10)

  /// - Parameter scrub: Removes the known secrets from text.
  static func refusal(of trigger: TriggerIntent, scrub: (String) -> String) -> Refusal? {
    let written: [JSONValue] = [
      .string(trigger.tool), .string(trigger.ruleID), .string(trigger.explicitKey ?? ""), .object(trigger.arguments),
      trigger.payload, trigger.shown?.json ?? .null,
    ]
    guard JSONWriter.write(.array(written)).count <= limit else { return .callTooLarge }
    func isClean(_ values: [JSONValue]) -> Bool {
      // A text may have as many levels of escapes as the scrubber undoes, and the JSON around it adds one.
      let value = JSONValue.array(values)
      return [JSONWriter.text(value), value.texts.joined(separator: "|")].allSatisfy { scrub($0).hasSameBytes(as: $0) }
    }
    if isClean(written + [trigger.identity]) { return nil }
    let passed: [JSONValue] = [.string(trigger.explicitKey ?? ""), .object(trigger.arguments), trigger.passedPayload]
    return isClean(passed) ? .secretInConfiguration : .secretInArguments
  }
}

/// How the person agreed to a trigger.
package struct Consent: Sendable, Hashable {
  /// How long a yes can be used.
  package static let lifetimeMilliseconds: Int64 = 5 * 60_000

  /// The channel that asked the person. nil if this program asked nobody: the configuration leaves it to the client, or
  /// requires no question.
  package let channel: ConfirmationPolicy.Channel?
  /// The time from the question to its answer; nil if it was not measured.
  package let answerMilliseconds: Int64?
  /// The channels that failed to reach anyone before, each with its reason: `client: closed_unseen`.
  package let passedOver: [String]
  /// The code under which the person approved the call at the terminal.
  var approvalCode: String?

  package init(
    _ channel: ConfirmationPolicy.Channel?, answerMilliseconds: Int64? = nil, passedOver: [String] = []
  ) {
    self.channel = channel
    self.answerMilliseconds = answerMilliseconds
    self.passedOver = passedOver
  }

  func given(by approval: PendingApproval) -> Consent {
    var consent = Consent(channel, answerMilliseconds: approval.answerMilliseconds, passedOver: passedOver)
    consent.approvalCode = approval.code
    return consent
  }

  package static let notAsked = Consent(nil)
  package static let terminal = Consent(.terminal)

  /// The channel as the ledger names it; `none` if nobody was asked.
  var channelName: String { channel?.rawValue ?? Consent.noChannel }

  /// Whether the text is a channel as the ledger names it.
  static func isChannelName(_ text: String) -> Bool {
    text == noChannel || ConfirmationPolicy.Channel(rawValue: text) != nil
  }

  private static let noChannel = "none"
}

/// The caller of a trigger as the client describes it: recorded, never trusted. In the ledger each text is scrubbed, cleaned
/// and truncated to 128 bytes.
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

  /// Returns the caller as the ledger records it.
  /// - Parameter scrub: Removes the known secrets, before anything is truncated.
  func recorded(_ scrub: (String) -> String) -> Caller {
    func clean(_ text: String?) -> String? {
      text.map { Caller.cut(VisibleText.line(scrub($0), limit: Caller.textBytes)) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    return Caller(
      clientName: clean(clientName), clientVersion: clean(clientVersion), callID: clean(callID), session: clean(session)
    )
  }

  /// Returns the first 128 bytes, without a partial scalar at the end.
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
