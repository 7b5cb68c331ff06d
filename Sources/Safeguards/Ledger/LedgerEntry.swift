package import JSON
import Platform
package import Rules

/// One line of the ledger: a JSON object whose `type` is its kind. The format is described in
/// `Sources/sequence-mcp/Documentation.docc/Internals.md`, section "The ledger".
package enum LedgerEntry: Sendable {
  case intent(IntentEntry)
  case outcome(OutcomeEntry)
  case run(RunEntry)
  case other

  /// The maximum nesting depth of an entry: the limit for a request, plus the entry around it.
  static let depthLimit = JSONParser.defaultDepthLimit + 8

  /// Parses one line. Returns nil if it is not an entry.
  init?(line: ArraySlice<UInt8>) {
    guard let value = try? JSONParser.parse(line, depthLimit: LedgerEntry.depthLimit) else { return nil }
    switch value["type"]?.stringValue {
    case "intent":
      guard let intent = IntentEntry(value) else { return nil }
      self = .intent(intent)
    case "outcome":
      guard let outcome = OutcomeEntry(value) else { return nil }
      self = .outcome(outcome)
    case "run":
      guard let run = RunEntry(value) else { return nil }
      self = .run(run)
    case "ledger", "try", "clock": self = .other
    default: return nil
    }
  }

  /// Returns the line of a value, including its newline.
  static func line(_ value: JSONValue) -> [UInt8] { JSONWriter.write(value) + [0x0A] }

  /// Returns a note that the wall clock was set back, so that the time from there on is counted.
  static func clock(_ stamp: LedgerStamp) -> JSONValue { .object(JSONObject([("type", "clock")] + stamp.members)) }

  /// Returns a note that an intent's request is about to be sent again.
  static func attempt(_ intent: EntryID, _ stamp: LedgerStamp) -> JSONValue {
    .object(JSONObject([("type", "try"), ("intent", .string(intent.description))] + stamp.members))
  }
}

/// The time at which an entry was written, on both clocks.
struct LedgerStamp: Sendable, Hashable {
  /// In wall-clock milliseconds.
  let timeMilliseconds: Int64
  let bootID: String?
  let bootMilliseconds: Int64

  init(timeMilliseconds: Int64, bootID: String? = nil, bootMilliseconds: Int64 = 0) {
    self.timeMilliseconds = timeMilliseconds
    self.bootID = bootID
    self.bootMilliseconds = bootMilliseconds
  }

  init(_ clock: any Clock) {
    self.init(
      timeMilliseconds: clock.wallMilliseconds(), bootID: clock.bootID, bootMilliseconds: clock.bootMilliseconds())
  }

  init?(_ value: JSONValue) {
    guard let time = value["time"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:)) else { return nil }
    self.init(
      timeMilliseconds: time, bootID: value["boot"]?.stringValue,
      bootMilliseconds: Int64(value["boot_ms"]?.numberValue?.intValue ?? 0))
  }

  var reading: ClockReading {
    ClockReading(
      wall: timeMilliseconds, boot: bootID.map { KeyHash.of($0) }, bootMilliseconds: bootMilliseconds)
  }

  var members: [(String, JSONValue)] {
    [("time", .string(Timestamp.rfc3339(milliseconds: timeMilliseconds)))]
      + (bootID.map { [("boot", .string($0)), ("boot_ms", JSONValue(Int(bootMilliseconds)))] } ?? [])
  }
}

/// The record of a request that was about to be sent.
package struct IntentEntry: Sendable {
  let id: EntryID
  let stamp: LedgerStamp
  /// The process that sent it.
  let server: EntryID
  package let tool: String
  package let api: SequenceAPIName
  package let ruleID: String
  package let amount: Money?
  package let idempotencyKey: String
  let identity: ShortDigest
  /// See `SameCall.request`.
  let request: ShortDigest?
  /// The first attempt under the same key, if this is a later attempt.
  let retryOf: EntryID?
  /// Cleaned and truncated.
  package let caller: Caller
  package let consent: Consent
  /// The code under which the person approved the call at the terminal.
  let approvalCode: String?
  /// Whether it only simulates a run.
  package let isSimulation: Bool
  /// The transfers that a simulation reported; nil without one.
  package let shown: ShownTransfers?
  /// The base URL of the request.
  let service: String?
  package let arguments: JSONObject
  package let payload: JSONValue
  /// Whether the payload is unchanged since it was written. Only then may it be sent again.
  let isPayloadIntact: Bool

  /// In wall-clock milliseconds.
  package var timeMilliseconds: Int64 { stamp.timeMilliseconds }

  init(
    _ trigger: TriggerIntent, _ call: SameCall, id: EntryID, stamp: LedgerStamp, server: EntryID,
    idempotencyKey: String,
    retryOf: EntryID?, caller: Caller, consent: Consent, approvalCode: String? = nil
  ) {
    self.id = id
    self.stamp = stamp
    self.server = server
    tool = trigger.tool
    api = trigger.api
    ruleID = trigger.ruleID
    amount = trigger.amount
    self.idempotencyKey = idempotencyKey
    identity = call.identity
    request = call.request
    self.retryOf = retryOf
    self.caller = caller
    self.consent = consent
    self.approvalCode = approvalCode
    isSimulation = trigger.isSimulation
    shown = trigger.shown
    service = trigger.service
    arguments = trigger.arguments
    payload = trigger.payload
    isPayloadIntact = true
  }

  init?(_ value: JSONValue) {
    guard let id = value["id"]?.stringValue.flatMap({ EntryID($0.utf8) }), let stamp = LedgerStamp(value),
      let server = value["server"]?.stringValue.flatMap({ EntryID($0.utf8) }),
      let tool = value["tool"]?.stringValue, let ruleID = value["rule_id"]?.stringValue,
      let api = value["api"]?.stringValue.flatMap(SequenceAPIName.init(rawValue:)),
      let key = value["idempotency_key"]?.stringValue,
      let identity = value["identity"]?.stringValue.flatMap({ ShortDigest(hex: $0.utf8) }),
      let consent = Consent(
        channelName: value["consent"]?.stringValue ?? "",
        answerMilliseconds: value["answer_ms"]?.numberValue?.intValue.map { Int64($0) },
        passedOver: value["passed_over"]?.arrayValue?.compactMap(\.stringValue) ?? []),
      let arguments = value["arguments"]?.objectValue, let payload = value["payload"]
    else { return nil }
    self.id = id
    self.stamp = stamp
    self.server = server
    self.tool = tool
    self.api = api
    self.ruleID = ruleID
    amount = Money(entry: value)
    idempotencyKey = key
    self.identity = identity
    request = value["request"]?.stringValue.flatMap { ShortDigest(hex: $0.utf8) }
    retryOf = value["retry_of"]?.stringValue.flatMap { EntryID($0.utf8) }
    caller = Caller(
      clientName: value["client"]?["name"]?.stringValue, clientVersion: value["client"]?["version"]?.stringValue,
      callID: value["call"]?.stringValue, session: value["session"]?.stringValue)
    self.consent = consent
    approvalCode = value["approval"]?.stringValue
    isSimulation = value["simulation"]?.boolValue == true
    shown = ShownTransfers(value["shown"])
    service = value["service"]?.stringValue
    self.arguments = arguments
    self.payload = payload
    isPayloadIntact = value["payload_sha256"]?.stringValue == IntentEntry.digest(of: payload)
  }

  /// Returns the SHA-256 of the payload's JSON, in hexadecimal.
  private static func digest(of payload: JSONValue) -> String { Digest(JSONWriter.write(payload)).hex }

  var json: JSONValue {
    var object = JSONObject([("type", "intent"), ("id", .string(id.description))] + stamp.members)
    func append(_ name: String, _ text: String?) {
      if let text { object.append(name, .string(text)) }
    }
    append("server", server.description)
    append("tool", tool)
    append("api", api.rawValue)
    append("rule_id", ruleID)
    if isSimulation { object.append("simulation", true) }
    append("service", service)
    if let amount { object.append("amount_cents", JSONValue(Int(amount.cents))) }
    append("idempotency_key", idempotencyKey)
    append("identity", identity.description)
    append("retry_of", retryOf?.description)
    let client = [("name", caller.clientName), ("version", caller.clientVersion)]
    let known = client.compactMap { name, text in text.map { (name, JSONValue.string($0)) } }
    if !known.isEmpty { object.append("client", .object(JSONObject(known))) }
    append("call", caller.callID)
    append("request", request?.description)
    append("session", caller.session)
    append("consent", consent.channelName)
    append("approval", approvalCode)
    if let milliseconds = consent.answerMilliseconds { object.append("answer_ms", JSONValue(Int(milliseconds))) }
    if !consent.passedOver.isEmpty { object.append("passed_over", .array(consent.passedOver.map { .string($0) })) }
    if let shown { object.append("shown", shown.json) }
    object.append("arguments", .object(arguments))
    object.append("payload", payload)
    append("payload_sha256", IntentEntry.digest(of: payload))
    return .object(object)
  }
}

/// The record of a trigger's outcome.
package struct OutcomeEntry: Sendable {
  let intent: EntryID
  let stamp: LedgerStamp
  package let outcome: CallOutcome
  /// Whether the caller received the answer.
  package let isDelivered: Bool
  /// Whether the outcome is the owner's statement, not Sequence's answer.
  let isByOwner: Bool
  /// What is not known about a simulation.
  let doubt: SimulationDoubt
  /// The amount that moved according to the owner; nil means the amount that was asked for.
  package let amount: Money?

  init(
    intent: EntryID, stamp: LedgerStamp, outcome: CallOutcome, isDelivered: Bool = true, isByOwner: Bool = false,
    doubt: SimulationDoubt = .none, amount: Money? = nil
  ) {
    self.intent = intent
    self.stamp = stamp
    self.outcome = outcome
    self.isDelivered = isDelivered
    self.isByOwner = isByOwner
    self.doubt = doubt
    self.amount = amount
  }

  init?(_ value: JSONValue) {
    guard let intent = value["intent"]?.stringValue.flatMap({ EntryID($0.utf8) }), let stamp = LedgerStamp(value),
      let status = value["status"]?.stringValue.flatMap(CallOutcome.Status.init(rawValue:)),
      let code = value["code"]?.stringValue, let message = value["message"]?.stringValue
    else { return nil }
    self.init(
      intent: intent, stamp: stamp,
      outcome: CallOutcome(
        status: status, codeText: code, message: message, statusCode: value["status_code"]?.numberValue?.intValue,
        requestID: value["request_id"]?.stringValue, executionID: value["execution_id"]?.stringValue),
      isDelivered: value["delivered"]?.boolValue ?? true, isByOwner: value["by"]?.stringValue == "owner",
      doubt: SimulationDoubt(
        isUnproven: value["unproven"]?.boolValue == true, isUnread: value["unread"]?.boolValue == true),
      amount: Money(entry: value))
  }

  /// Whether it must be on the disk before anything else happens. A call without an outcome counts as unknown, but a simulation
  /// without one does not count, and this one may have moved something.
  var mustLast: Bool { doubt.stopsService || outcome.status == .unknown }

  var json: JSONValue {
    var object = JSONObject([("type", "outcome"), ("intent", .string(intent.description))] + stamp.members)
    object.append("status", .string(outcome.status.rawValue))
    if isByOwner { object.append("by", "owner") }
    if let amount { object.append("amount_cents", JSONValue(Int(amount.cents))) }
    if !isDelivered { object.append("delivered", false) }
    if doubt.stopsService { object.append("unproven", true) }
    if doubt.isUnread { object.append("unread", true) }
    object.append("code", .string(outcome.code))
    object.append("message", .string(outcome.message))
    if let statusCode = outcome.statusCode { object.append("status_code", JSONValue(statusCode)) }
    if let requestID = outcome.requestID { object.append("request_id", .string(requestID)) }
    if let executionID = outcome.executionID { object.append("execution_id", .string(executionID)) }
    return .object(object)
  }
}

extension Money {
  /// Reads the `amount_cents` of an entry, or another member. Returns nil if it is missing or negative.
  init?(entry value: JSONValue, _ key: String = "amount_cents") {
    guard let cents = value[key]?.numberValue?.intValue, cents >= 0 else { return nil }
    self.init(cents: Int64(cents))
  }
}

/// The state of a run, read after Sequence had accepted it. It does not change the age of the call or any count of calls.
package struct RunEntry: Sendable {
  let intent: EntryID
  let stamp: LedgerStamp
  /// As results show it: outcome, moved, pending, transfers.
  package let run: JSONObject
  /// Whether the run need not be read again.
  package let isFinal: Bool
  /// The amount that the call counts by if the run is final, otherwise the least amount; nil changes nothing.
  let amount: Money?
  /// The greatest amount that was ever reported as moved, by this answer even if it was not complete; nil if none was.
  let movedBefore: Money?

  /// The amount moved so far; nil if unknown.
  private var moved: Money? { run["moved"]?.numberValue.flatMap { try? Money($0) } }

  /// The greatest amount that was reported as moved so far; nil if none was.
  var mostMoved: Money? { [moved, movedBefore].compactMap { $0 }.max() }

  init(
    intent: EntryID, stamp: LedgerStamp, run: JSONObject, isFinal: Bool, amount: Money?, movedBefore: Money? = nil
  ) {
    self.intent = intent
    self.stamp = stamp
    self.run = run
    self.isFinal = isFinal
    self.amount = amount
    self.movedBefore = movedBefore
  }

  init?(_ value: JSONValue) {
    guard let intent = value["intent"]?.stringValue.flatMap({ EntryID($0.utf8) }), let stamp = LedgerStamp(value),
      let run = value["run"]?.objectValue
    else { return nil }
    self.init(
      intent: intent, stamp: stamp, run: run, isFinal: value["final"]?.boolValue == true, amount: Money(entry: value),
      movedBefore: Money(entry: value, "moved_before_cents"))
  }

  var json: JSONValue {
    var object = JSONObject([("type", "run"), ("intent", .string(intent.description))] + stamp.members)
    if let amount { object.append("amount_cents", JSONValue(Int(amount.cents))) }
    if let movedBefore, mostMoved != moved { object.append("moved_before_cents", JSONValue(Int(movedBefore.cents))) }
    if isFinal { object.append("final", true) }
    object.append("run", .object(run))
    return .object(object)
  }
}

/// The id of a ledger entry or of a server process: 64 random bits, written as 16 hexadecimal digits.
struct EntryID: Sendable, Hashable, CustomStringConvertible {
  let bits: UInt64

  init(bits: UInt64) { self.bits = bits }

  /// Returns nil if the text is not exactly 16 lower-case hexadecimal digits.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 16, let bits = UInt64(lowercaseHex: text) else { return nil }
    self.bits = bits
  }

  init?(_ text: String.UTF8View) {
    guard let id = Array(text).withUnsafeBufferPointer({ EntryID($0) }) else { return nil }
    self = id
  }

  var description: String { Hex.digits(bits) }
}

extension UInt64 {
  /// Returns nil if the text contains a byte other than `0`-`9` and `a`-`f`; at most 16 digits.
  init?(lowercaseHex text: UnsafeBufferPointer<UInt8>) {
    var bits: UInt64 = 0
    for byte in text {
      let (digit, letter) = (byte &- UInt8(ascii: "0"), byte &- UInt8(ascii: "a"))
      guard digit < 10 || letter < 6 else { return nil }
      bits = bits << 4 | UInt64(digit < 10 ? digit : letter + 10)
    }
    self = bits
  }
}
