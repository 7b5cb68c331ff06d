package import JSON
import Platform
package import Rules

/// The lines of the ledger: JSON objects whose `type` is their kind. The format is described in
/// `Sources/sequence-mcp/Documentation.docc/Internals.md`, section "The ledger". `ScannedLine` reads what limits and repeats
/// need, and the entries below the details that are shown.
enum LedgerEntry {
  /// The maximum nesting depth of an entry: the limit for a request, plus the entry around it.
  static let depthLimit = JSONParser.defaultDepthLimit + 8

  /// Returns the line of a value, including its newline.
  static func line(_ value: JSONValue) -> [UInt8] { JSONWriter.write(value) + [0x0A] }

  /// Parses a line of that type. Returns nil if it is another one.
  fileprivate static func parse(_ line: ArraySlice<UInt8>, _ type: String) -> JSONValue? {
    guard let value = try? JSONParser.parse(line, depthLimit: depthLimit), value["type"]?.stringValue == type,
      LedgerStamp(value) != nil
    else { return nil }
    return value
  }

  /// Returns the first line of a new file.
  /// - Parameters:
  ///   - rotateAt: The size above which the new file is rotated.
  ///   - generation: Greater than that of the file that it replaces, as no copy of that file is.
  static func first(now: Int64, rotateAt: Int = LedgerRotation.minBytes, generation: Int64 = 1) -> [UInt8] {
    line([
      "type": "ledger", "version": 1, "created": .string(Timestamp.rfc3339(milliseconds: now)),
      "rotate_at": JSONValue(rotateAt), "generation": JSONValue(Int(generation)),
    ])
  }

  /// Returns a note that the wall clock was set back, so that the time from there on is counted.
  static func clock(_ stamp: LedgerStamp) -> JSONValue { .object(JSONObject([("type", "clock")] + stamp.members)) }

  /// Returns a note that an intent's request is about to be sent again.
  static func attempt(_ intent: EntryID, _ stamp: LedgerStamp) -> JSONValue { .object(start("try", intent, stamp)) }

  fileprivate static func start(_ type: String, _ intent: EntryID, _ stamp: LedgerStamp) -> JSONObject {
    JSONObject([("type", .string(type)), ("intent", .string(intent.description))] + stamp.members)
  }

  /// Returns the record of a request that is about to be sent.
  /// - Parameters:
  ///   - trigger: Its caller is cleaned and truncated.
  ///   - server: The process that sends it.
  ///   - retryOf: The first attempt under the same key, if this is a later attempt.
  static func intent(
    _ trigger: TriggerIntent, _ call: SameCall, id: EntryID, stamp: LedgerStamp, server: EntryID,
    idempotencyKey: String, retryOf: EntryID?
  ) -> JSONValue {
    let (caller, consent) = (trigger.caller, trigger.consent)
    var object = JSONObject([("type", "intent"), ("id", .string(id.description))] + stamp.members)
    object.append("server", text: server.description)
    object.append("tool", text: trigger.tool)
    object.append("api", text: trigger.api.rawValue)
    object.append("rule_id", text: trigger.ruleID)
    if trigger.isSimulation { object.append("simulation", true) }
    object.append("service", text: trigger.service)
    object.append("amount_cents", cents: trigger.amount)
    object.append("idempotency_key", text: idempotencyKey)
    object.append("identity", text: call.identity.description)
    object.append("retry_of", text: retryOf?.description)
    var client = JSONObject()
    client.append("name", text: caller.clientName)
    client.append("version", text: caller.clientVersion)
    if !client.isEmpty { object.append("client", .object(client)) }
    object.append("call", text: caller.callID)
    object.append("request", text: call.request?.description)
    object.append("session", text: caller.session)
    object.append("consent", text: consent.channelName)
    object.append("approval", text: consent.approvalCode)
    if let milliseconds = consent.answerMilliseconds { object.append("answer_ms", JSONValue(Int(milliseconds))) }
    object.append("passed_over", texts: consent.passedOver)
    if let shown = trigger.shown { object.append("shown", shown.json) }
    object.append("arguments", .object(trigger.arguments))
    object.append("payload", trigger.payload)
    object.append("payload_sha256", text: digest(of: trigger.payload))
    return .object(object)
  }

  /// Returns the SHA-256 of a payload's JSON, in hexadecimal.
  fileprivate static func digest(of payload: JSONValue) -> String { Digest(JSONWriter.write(payload)).hex }
}

extension JSONObject {
  /// Appends a text unless it is nil.
  mutating func append(_ name: String, text: String?) {
    if let text { append(name, .string(text)) }
  }

  /// Appends texts unless there are none.
  mutating func append(_ name: String, texts: [String]) {
    if !texts.isEmpty { append(name, .array(texts.map { .string($0) })) }
  }

  /// Appends an amount in cents unless it is nil.
  mutating func append(_ name: String, cents amount: Money?) {
    if let amount { append(name, JSONValue(Int(amount.cents))) }
  }
}

extension Money {
  /// Reads the `amount_cents` of an entry, or another member. Returns nil if it is missing or negative.
  init?(entry value: JSONValue, _ key: String = "amount_cents") {
    guard let cents = value[key]?.numberValue?.intValue, cents >= 0 else { return nil }
    self.init(cents: Int64(cents))
  }
}

/// The time at which an entry was written, on both clocks.
struct LedgerStamp: Sendable, Hashable {
  /// In wall-clock milliseconds.
  let timeMilliseconds: Int64
  var bootID: String?
  var bootMilliseconds: Int64 = 0
}

extension LedgerStamp {
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

/// The details of a request that was about to be sent.
package struct IntentEntry: Sendable {
  /// When it was sent, in wall-clock milliseconds.
  package let timeMilliseconds: Int64
  package let tool: String
  package let api: SequenceAPIName
  package let ruleID: String
  package let amount: Money?
  package let idempotencyKey: String
  /// As in `Consent.channelName`.
  let consent: String
  /// The code under which the person approved the call at the terminal.
  let approvalCode: String?
  /// Whether it is only to simulate a run.
  package let isSimulation: Bool
  /// The transfers that a simulation reported; nil without one.
  package let shown: ShownTransfers?
  /// The base URL of the request; nil if the ledger does not tell.
  package let service: String?
  package let arguments: JSONObject
  package let payload: JSONValue
  /// Whether the payload is unchanged since it was written. Only then may it be sent again.
  let isPayloadIntact: Bool

  init?(line: ArraySlice<UInt8>) {
    guard let value = LedgerEntry.parse(line, "intent"), let stamp = LedgerStamp(value),
      let tool = value["tool"]?.stringValue, let ruleID = value["rule_id"]?.stringValue,
      let api = value["api"]?.stringValue.flatMap(SequenceAPIName.init(rawValue:)),
      let key = value["idempotency_key"]?.stringValue,
      let consent = value["consent"]?.stringValue, Consent.isChannelName(consent),
      let arguments = value["arguments"]?.objectValue, let payload = value["payload"]
    else { return nil }
    timeMilliseconds = stamp.timeMilliseconds
    self.tool = tool
    self.api = api
    self.ruleID = ruleID
    amount = Money(entry: value)
    idempotencyKey = key
    self.consent = consent
    approvalCode = value["approval"]?.stringValue
    isSimulation = value["simulation"]?.boolValue == true
    shown = ShownTransfers(value["shown"])
    service = value["service"]?.stringValue
    self.arguments = arguments
    self.payload = payload
    isPayloadIntact = value["payload_sha256"]?.stringValue == LedgerEntry.digest(of: payload)
  }

  /// The amount that the Platform API was asked to run the rule on.
  var executeAmount: Money? { api == .platform ? Money(entry: payload, "executeAmount") : nil }
}

/// How a trigger ended.
struct OutcomeEntry: Sendable {
  /// The attempt that ended.
  let intent: EntryID
  let outcome: CallOutcome
  /// Whether the caller received the answer.
  var isDelivered = true
  /// Whether the outcome is the owner's statement, not Sequence's answer.
  var isByOwner = false
  /// What is not known about a simulation; not read from a line, since the index knows it.
  var doubt = SimulationDoubt.none
  /// The amount that moved according to the owner; nil means the amount that was asked for.
  var amount: Money?

  /// Whether it must be on the disk before anything else happens. A call without an outcome counts as unknown, but a simulation
  /// without one does not count, and this one may have moved something.
  var mustLast: Bool { isByOwner || doubt.blocksService || outcome.status == .unknown }

  func json(_ stamp: LedgerStamp) -> JSONValue {
    var object = LedgerEntry.start("outcome", intent, stamp)
    object.append("status", text: outcome.status.rawValue)
    if isByOwner { object.append("by", "owner") }
    object.append("amount_cents", cents: amount)
    if !isDelivered { object.append("delivered", false) }
    if doubt.blocksService { object.append("unproven", true) }
    if doubt.isUnread { object.append("unread", true) }
    object.append("code", text: outcome.code)
    object.append("message", text: outcome.message)
    if let statusCode = outcome.statusCode { object.append("status_code", JSONValue(statusCode)) }
    object.append("request_id", text: outcome.requestID)
    object.append("execution_id", text: outcome.executionID)
    return .object(object)
  }
}

extension OutcomeEntry {
  init?(line: ArraySlice<UInt8>) {
    guard let value = LedgerEntry.parse(line, "outcome"),
      let intent = value["intent"]?.stringValue.flatMap(EntryID.init),
      let status = value["status"]?.stringValue.flatMap(CallOutcome.Status.init(rawValue:)),
      let code = value["code"]?.stringValue, let message = value["message"]?.stringValue
    else { return nil }
    self.init(
      intent: intent,
      outcome: CallOutcome(
        status: status, codeText: code, message: message, statusCode: value["status_code"]?.numberValue?.intValue,
        requestID: value["request_id"]?.stringValue, executionID: value["execution_id"]?.stringValue),
      isDelivered: value["delivered"]?.boolValue ?? true, isByOwner: value["by"]?.stringValue == "owner",
      amount: Money(entry: value))
  }
}

/// The state of a run, read after Sequence had accepted it. It does not change the age of the call or any count of calls.
struct RunEntry {
  /// As results show it: outcome, moved, pending, transfers.
  let run: JSONObject
  /// Whether the run need not be read again.
  let isFinal: Bool
  /// The amount that the call counts by if the run is final, otherwise the least amount; nil changes nothing.
  let amount: Money?
  /// The greatest amount that was ever reported as moved, by this answer even if it was not complete; nil if none was.
  var movedBefore: Money?

  /// The amount moved so far; nil if unknown.
  private var moved: Money? { run["moved"]?.numberValue.flatMap { try? Money($0) } }

  /// The greatest amount that was reported as moved so far; nil if none was.
  var mostMoved: Money? { [moved, movedBefore].compactMap { $0 }.max() }

  func json(_ intent: EntryID, _ stamp: LedgerStamp) -> JSONValue {
    var object = LedgerEntry.start("run", intent, stamp)
    object.append("amount_cents", cents: amount)
    if mostMoved != moved { object.append("moved_before_cents", cents: movedBefore) }
    if isFinal { object.append("final", true) }
    object.append("run", .object(run))
    return .object(object)
  }
}

extension RunEntry {
  init?(line: ArraySlice<UInt8>) {
    guard let value = LedgerEntry.parse(line, "run"), let run = value["run"]?.objectValue else { return nil }
    self.init(
      run: run, isFinal: value["final"]?.boolValue == true, amount: Money(entry: value),
      movedBefore: Money(entry: value, "moved_before_cents"))
  }
}

/// The id of a ledger entry or of a server process: 64 random bits, written as 16 hexadecimal digits.
struct EntryID: Sendable, Hashable, CustomStringConvertible {
  let bits: UInt64

  var description: String { Hex.digits(bits) }
}

extension EntryID {
  /// Returns nil if the text is not exactly 16 lower-case hexadecimal digits.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 16, let bits = Hex.lowercaseValue(text) else { return nil }
    self.init(bits: bits)
  }

  init?(_ text: String) {
    guard let id = Array(text.utf8).withUnsafeBufferPointer({ EntryID($0) }) else { return nil }
    self = id
  }
}
