package import Config
package import JSON
import Platform

/// What was about to be sent (`LedgerEntry`, `intent`).
package struct IntentEntry: Sendable {
  let id: EntryID
  /// In wall-clock milliseconds.
  package let timeMilliseconds: Int64
  /// The process that sent it.
  let server: EntryID
  package let tool: String
  package let ruleID: String
  package let amount: Money?
  package let idempotencyKey: String
  let identity: ShortDigest
  /// The first attempt under the same key, where this is a later one.
  let retryOf: EntryID?
  package let consent: Consent
  package let caller: Caller
  package let arguments: JSONObject
  package let payload: JSONValue
  /// Whether the payload is what was written: only then it may be sent again.
  let isPayloadIntact: Bool

  init(
    id: EntryID, timeMilliseconds: Int64, server: EntryID, tool: String, ruleID: String, amount: Money?,
    idempotencyKey: String, identity: ShortDigest, retryOf: EntryID?, consent: Consent, caller: Caller = Caller(),
    arguments: JSONObject, payload: JSONValue, isPayloadIntact: Bool = true
  ) {
    self.id = id
    self.timeMilliseconds = timeMilliseconds
    self.server = server
    self.tool = tool
    self.ruleID = ruleID
    self.amount = amount
    self.idempotencyKey = idempotencyKey
    self.identity = identity
    self.retryOf = retryOf
    self.consent = consent
    self.caller = caller
    self.arguments = arguments
    self.payload = payload
    self.isPayloadIntact = isPayloadIntact
  }

  init?(_ value: JSONValue) {
    guard let id = value["id"]?.stringValue.flatMap({ EntryID($0.utf8) }),
      let time = value["time"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:)),
      let server = value["server"]?.stringValue.flatMap({ EntryID($0.utf8) }),
      let tool = value["tool"]?.stringValue, let ruleID = value["rule_id"]?.stringValue,
      let key = value["idempotency_key"]?.stringValue,
      let identity = value["identity"]?.stringValue.flatMap({ ShortDigest(hex: $0.utf8) }),
      let arguments = value["arguments"]?.objectValue, let payload = value["payload"]
    else { return nil }
    self.init(
      id: id, timeMilliseconds: time, server: server, tool: tool, ruleID: ruleID,
      amount: value["amount_cents"]?.numberValue?.intValue.map { Money(cents: Int64($0)) }, idempotencyKey: key,
      identity: identity, retryOf: value["retry_of"]?.stringValue.flatMap { EntryID($0.utf8) },
      consent: value["consent"]?.stringValue.flatMap(Consent.init(rawValue:)) ?? .notAsked,
      caller: Caller(entry: value), arguments: arguments, payload: payload,
      isPayloadIntact: value["payload_sha256"]?.stringValue == IntentEntry.digest(of: payload))
  }

  /// The SHA-256 of the payload's JSON, in hexadecimal.
  private static func digest(of payload: JSONValue) -> String { Digest(JSONWriter.write(payload)).hex }

  var json: JSONValue {
    var object: JSONObject = [
      "type": "intent", "id": .string(id.description),
      "time": .string(Timestamp.rfc3339(milliseconds: timeMilliseconds)),
      "server": .string(server.description), "tool": .string(tool), "rule_id": .string(ruleID),
    ]
    if let amount { object.append("amount_cents", JSONValue(Int(amount.cents))) }
    object.append("idempotency_key", .string(idempotencyKey))
    object.append("identity", .string(identity.description))
    if let retryOf { object.append("retry_of", .string(retryOf.description)) }
    object.append("consent", .string(consent.rawValue))
    caller.append(to: &object)
    object.append("arguments", .object(arguments))
    object.append("payload", payload)
    object.append("payload_sha256", .string(IntentEntry.digest(of: payload)))
    return .object(object)
  }
}
