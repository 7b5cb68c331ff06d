import JSON

/// One line of the ledger: a JSON object whose `type` says which kind it is.
///
/// ```
/// {"type":"ledger","version":1,"created":"2026-11-22T15:56:12.034Z","rotate_at":33554432}
/// {"type":"intent","id":"0f3c...","time":"...","server":"91ab...","tool":"move_to_savings","rule_id":"ru_12345","amount_cents":5000,
///  "idempotency_key":"7d0c...","identity":"5b1e...","retry_of":"0f3c...","consent":"elicitation","arguments":{...},"payload":{...},
///  "payload_sha256":"9c1f..."}
/// {"type":"outcome","intent":"0f3c...","time":"...","status":"accepted","code":"OK","message":"...","status_code":200,"request_id":"..."}
/// {"type":"clock","time":"..."}
/// ```
///
/// - `ledger` is the first line of each file. `rotate_at` is the size in bytes above which the file is rotated.
/// - `intent` is on the disk before its request leaves. `id` and `server` are 16 random hexadecimal digits; `server` names the process,
///   which holds a lock on `session-SERVER.lock` while it lives. `amount_cents` is left out where no amount is known, `retry_of` but for
///   a repeat under the key of an attempt with unknown outcome, whose first attempt it names: the two count once.
///   `identity` is the first half of the SHA-256 of what makes two calls the same. `payload_sha256` is the payload's own, without which it
///   is not sent again. Secrets stand nowhere: a call that holds one is refused.
/// - `outcome` follows its intent, when there is one: an intent without it may have been carried out. A later one corrects `unknown`.
/// - `clock` notes that the clock was set back, so that the time that goes on from there is counted.
///
/// Times are RFC 3339 in UTC, as the clock showed them. A member that is not known is passed over; one that is missing or of another
/// form makes the line unreadable.
package enum LedgerEntry: Sendable {
  case intent(IntentEntry)
  case outcome(OutcomeEntry)
  case other

  /// How deep a payload may nest inside an entry: as deep as a request may, and the entry around it.
  static let depthLimit = JSONParser.defaultDepthLimit + 8

  /// Reads one line; nil where it is no entry.
  init?(line: ArraySlice<UInt8>) {
    guard let value = try? JSONParser.parse(line, depthLimit: LedgerEntry.depthLimit) else { return nil }
    switch value["type"]?.stringValue {
    case "intent":
      guard let intent = IntentEntry(value) else { return nil }
      self = .intent(intent)
    case "outcome":
      guard let outcome = OutcomeEntry(value) else { return nil }
      self = .outcome(outcome)
    case "ledger", "clock": self = .other
    default: return nil
    }
  }

  /// The line of a value, its newline included.
  static func line(_ value: JSONValue) -> [UInt8] { JSONWriter.write(value) + [0x0A] }
}
