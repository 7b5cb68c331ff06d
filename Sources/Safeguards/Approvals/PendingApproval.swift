package import JSON
import Platform
package import Rules

/// A call that is pending approval at the terminal, or approved.
package struct PendingApproval: Sendable {
  /// The code that the person types: `K7QM-3XZP`.
  package let code: String
  package let tool: String
  package let title: String?
  package let ruleID: String
  /// The requesting client, cleaned.
  package let clientName: String?
  package let amount: Money?
  /// The total of the transfers that were shown; nil without them, or if an amount is unknown.
  let shownTotal: Money?
  package let arguments: JSONObject
  /// The body that will be sent.
  package let payload: JSONValue
  /// The lines about transfers in the question.
  package let transfers: [String]
  /// Anything else the person must know, such as an earlier attempt.
  package let notes: [String]
  /// The SHA-256 of the call and the configuration that the approval is bound to (`SameCall.binding`).
  let binding: String
  /// The name that identical calls with the same key share, under any alias (`QuestionRegister.name`).
  let call: String
  /// The identity of the call, under any key.
  let identity: String
  let created: LedgerStamp
  var approved: LedgerStamp?

  /// Whether the person has already approved it.
  package var isApproved: Bool { approved != nil }

  /// When it expires, in wall-clock milliseconds.
  package var expiresAtMilliseconds: Int64 { start.timeMilliseconds.addingSaturated(lifetimeMilliseconds) }

  /// Until when it can be used, once it is approved.
  package var approvedUntil: ClockMoment? {
    approved.map { stamp in
      ClockMoment(wallMilliseconds: stamp.timeMilliseconds, bootMilliseconds: stamp.bootMilliseconds)
        .adding(milliseconds: Consent.lifetimeMilliseconds)
    }
  }

  var fileName: String { "approval-\(code).json" }

  private var start: LedgerStamp { approved ?? created }

  private var lifetimeMilliseconds: Int64 {
    isApproved ? Consent.lifetimeMilliseconds : Approvals.pendingMilliseconds
  }

  /// The time from the code to the person's yes; nil before it.
  var answerMilliseconds: Int64? {
    approved.map { max(0, $0.bootMilliseconds.subtractingSaturated(created.bootMilliseconds)) }
  }

  /// When it was created, in wall-clock milliseconds.
  package var createdAtMilliseconds: Int64 { created.timeMilliseconds }

  /// Whether it is still valid, by the wall clock and by the boot clock, which counts sleep. Neither setting the clock back nor
  /// sleeping or rebooting the machine extends it. Within one boot a wall clock that was set back does not end it either. Of
  /// two processes, perhaps only one can read the boot's id.
  func isValid(at now: LedgerStamp) -> Bool {
    let age = now.timeMilliseconds.subtractingSaturated(start.timeMilliseconds)
    let bootAge = now.bootMilliseconds.subtractingSaturated(start.bootMilliseconds)
    let isSameBoot = now.bootID != nil && now.bootID == start.bootID
    guard isSameBoot || now.bootID == nil || start.bootID == nil else { return false }
    let lifetime = 0..<lifetimeMilliseconds
    return lifetime.contains(bootAge) && lifetime.contains(isSameBoot ? max(0, age) : age)
  }

  /// Whether it is for that call. The time and the random values in the payload may differ, because the body that the person
  /// saw is sent; but not if the call repeats an attempt, whose body is fixed.
  func permits(_ trigger: TriggerIntent, _ binding: Digest) -> Bool {
    self.binding == binding.hex && coversAmounts(of: trigger)
      && (trigger.repeatedKey == nil || hasPayload(trigger.payload))
  }

  /// Whether the person approved that much: no more than the amount, and no more than the total of the transfers that they saw.
  func coversAmounts(of trigger: TriggerIntent) -> Bool {
    (trigger.amount?.cents ?? 0) <= (amount?.cents ?? 0)
      && (trigger.shown?.total?.cents ?? 0) <= (shownTotal?.cents ?? 0)
  }

  /// Whether the person saw that payload.
  func hasPayload(_ payload: JSONValue) -> Bool { JSONWriter.write(self.payload) == JSONWriter.write(payload) }

  var json: JSONValue {
    var object: JSONObject = ["code": .string(code), "tool": .string(tool), "rule_id": .string(ruleID)]
    object.append("title", text: title)
    object.append("client", text: clientName)
    object.append("amount_cents", cents: amount)
    object.append("shown_cents", cents: shownTotal)
    object.append("arguments", .object(arguments))
    object.append("payload", payload)
    object.append("transfers", texts: transfers)
    object.append("notes", texts: notes)
    object.append("binding", .string(binding))
    object.append("call", .string(call))
    object.append("identity", .string(identity))
    object.append("created", PendingApproval.json(of: created))
    if let approved { object.append("approved", PendingApproval.json(of: approved)) }
    return .object(object)
  }

  /// Returns the JSON of a stamp. Unlike in the ledger, the boot clock's time is also written without a boot id.
  private static func json(of stamp: LedgerStamp) -> JSONValue {
    var object: JSONObject = [
      "time": .string(Timestamp.rfc3339(milliseconds: stamp.timeMilliseconds)),
      "boot_ms": JSONValue(Int(stamp.bootMilliseconds)),
    ]
    object.append("boot", text: stamp.bootID)
    return .object(object)
  }
}

extension PendingApproval {
  init?(_ value: JSONValue) {
    guard let code = value["code"]?.stringValue, let tool = value["tool"]?.stringValue,
      let ruleID = value["rule_id"]?.stringValue, let arguments = value["arguments"]?.objectValue,
      let payload = value["payload"], let binding = value["binding"]?.stringValue,
      let call = value["call"]?.stringValue, let identity = value["identity"]?.stringValue,
      let created = value["created"].flatMap(LedgerStamp.init)
    else { return nil }
    self.init(
      code: code, tool: tool, title: value["title"]?.stringValue, ruleID: ruleID,
      clientName: value["client"]?.stringValue.map { VisibleText.line($0) }, amount: Money(entry: value),
      shownTotal: Money(entry: value, "shown_cents"), arguments: arguments, payload: payload,
      transfers: value["transfers"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      notes: value["notes"]?.arrayValue?.compactMap(\.stringValue) ?? [], binding: binding,
      call: call, identity: identity, created: created, approved: value["approved"].flatMap(LedgerStamp.init))
  }
}

/// Codes that a person copies from a chat to a terminal: eight characters without look-alikes, about 656 billion combinations.
package enum ApprovalCode {
  /// Crockford's base 32 without 0 and 1.
  private static let alphabet = Array("23456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let length = 8

  /// Returns a code such as `K7QM-3XZP`.
  /// - Parameter bits: Returns 64 random bits per call.
  static func random(_ bits: () -> UInt64) -> String {
    dashed((0..<length).map { _ in alphabet[Int(bits() % UInt64(alphabet.count))] })
  }

  /// Returns the code as it was issued, or nil if the text is not a code.
  package static func normalized(_ text: String) -> String? {
    let letters = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != 0x20 }.map { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 0x20 : byte
    }
    guard letters.count == length, letters.allSatisfy(alphabet.contains) else { return nil }
    return dashed(letters)
  }

  private static func dashed(_ letters: [UInt8]) -> String {
    String(decoding: letters[..<4] + [UInt8(ascii: "-")] + letters[4...], as: UTF8.self)
  }
}
