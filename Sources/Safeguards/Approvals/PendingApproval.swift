package import JSON
import Platform
package import Rules

/// A call that waits for the person's approval at the terminal, or has it.
package struct PendingApproval: Sendable {
  /// What the person types: `K7QM-3XZP`.
  package let code: String
  package let tool: String
  package let title: String?
  package let ruleID: String
  /// The client that asks, cleaned.
  package let clientName: String?
  package let amount: Money?
  /// What the transfers that were shown come to; nil without them, and if an amount is not known.
  let shownTotal: Money?
  package let arguments: JSONObject
  /// What will be sent.
  package let payload: JSONValue
  /// What the question says of transfers, line by line.
  package let transfers: [String]
  /// What else the person must know: of an earlier attempt.
  package let notes: [String]
  /// The SHA-256 of the call and the configuration that it is bound to (`SameCall.binding(of:)`).
  let binding: String
  let created: LedgerStamp
  var approved: LedgerStamp?

  /// Whether the person has let it through already.
  package var isApproved: Bool { approved != nil }

  /// Until when it holds, in wall-clock milliseconds.
  package var expiresAtMilliseconds: Int64 { start.timeMilliseconds.addingSaturated(lifetimeMilliseconds) }

  var fileName: String { "approval-\(code).json" }

  private var start: LedgerStamp { approved ?? created }

  private var lifetimeMilliseconds: Int64 {
    isApproved ? Approvals.approvedMilliseconds : Approvals.pendingMilliseconds
  }

  /// From the code to the person's yes; nil before it.
  var answerMilliseconds: Int64? {
    approved.map { max(0, $0.bootMilliseconds.subtractingSaturated(created.bootMilliseconds)) }
  }

  /// Since when it waits, in wall-clock milliseconds.
  package var createdAtMilliseconds: Int64 { created.timeMilliseconds }

  /// Whether it still holds, by the wall clock and by the boot clock, which counts sleep: neither a clock that is set back nor a
  /// machine that sleeps or is started again makes it last longer.
  func holds(_ now: LedgerStamp) -> Bool {
    let age = now.timeMilliseconds.subtractingSaturated(start.timeMilliseconds)
    let bootAge = now.bootMilliseconds.subtractingSaturated(start.bootMilliseconds)
    let lifetime = 0..<lifetimeMilliseconds
    return now.bootID == start.bootID && lifetime.contains(age) && lifetime.contains(bootAge)
  }

  /// Whether it is for that call. The time and the random values in its payload may differ, since what the person saw is sent;
  /// not so if the call repeats an attempt whose body is settled.
  func lets(_ trigger: TriggerIntent, _ binding: Digest) -> Bool {
    self.binding == binding.hex && covers(trigger) && (trigger.repeatedKey == nil || shows(trigger.payload))
  }

  /// Whether the person let that much move: no more than the amount, and no more than the transfers that they saw.
  func covers(_ trigger: TriggerIntent) -> Bool {
    (trigger.amount?.cents ?? 0) <= (amount?.cents ?? 0)
      && (trigger.shown?.total?.cents ?? 0) <= (shownTotal?.cents ?? 0)
  }

  /// Whether the person saw that payload.
  func shows(_ payload: JSONValue) -> Bool { JSONWriter.write(self.payload) == JSONWriter.write(payload) }

  var json: JSONValue {
    var object: JSONObject = ["code": .string(code), "tool": .string(tool), "rule_id": .string(ruleID)]
    if let title { object.append("title", .string(title)) }
    if let clientName { object.append("client", .string(clientName)) }
    if let amount { object.append("amount_cents", JSONValue(Int(amount.cents))) }
    if let shownTotal { object.append("shown_cents", JSONValue(Int(shownTotal.cents))) }
    object.append("arguments", .object(arguments))
    object.append("payload", payload)
    if !transfers.isEmpty { object.append("transfers", .array(transfers.map { .string($0) })) }
    if !notes.isEmpty { object.append("notes", .array(notes.map { .string($0) })) }
    object.append("binding", .string(binding))
    object.append("created", PendingApproval.json(of: created))
    if let approved { object.append("approved", PendingApproval.json(of: approved)) }
    return .object(object)
  }

  /// Unlike in the ledger, the boot clock's time is there without a boot id, too.
  private static func json(of stamp: LedgerStamp) -> JSONValue {
    var object: JSONObject = [
      "time": .string(Timestamp.rfc3339(milliseconds: stamp.timeMilliseconds)),
      "boot_ms": JSONValue(Int(stamp.bootMilliseconds)),
    ]
    if let bootID = stamp.bootID { object.append("boot", .string(bootID)) }
    return .object(object)
  }
}

extension PendingApproval {
  init?(_ value: JSONValue) {
    guard let code = value["code"]?.stringValue, let tool = value["tool"]?.stringValue,
      let ruleID = value["rule_id"]?.stringValue, let arguments = value["arguments"]?.objectValue,
      let payload = value["payload"], let binding = value["binding"]?.stringValue,
      let created = value["created"].flatMap(LedgerStamp.init)
    else { return nil }
    self.init(
      code: code, tool: tool, title: value["title"]?.stringValue, ruleID: ruleID,
      clientName: value["client"]?.stringValue.map { VisibleText.line($0) }, amount: Money(entry: value),
      shownTotal: Money(entry: value, "shown_cents"), arguments: arguments, payload: payload,
      transfers: value["transfers"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      notes: value["notes"]?.arrayValue?.compactMap(\.stringValue) ?? [], binding: binding, created: created,
      approved: value["approved"].flatMap(LedgerStamp.init))
  }
}

/// Codes that a person reads off a chat and types into a terminal: eight characters without look-alikes, one of 656 thousand million.
package enum ApprovalCode {
  /// No 0 and O, no 1, I and L, no U (RFC 4648's alphabet with Crockford's cautions).
  private static let alphabet = Array("23456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let length = 8

  /// `K7QM-3XZP`.
  /// - Parameter bits: gives 64 random bits at each call.
  static func random(_ bits: () -> UInt64) -> String {
    dashed((0..<length).map { _ in alphabet[Int(bits() % UInt64(alphabet.count))] })
  }

  /// The code as it was given out; nil if the text cannot be one.
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
