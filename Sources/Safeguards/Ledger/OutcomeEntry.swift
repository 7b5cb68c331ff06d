import JSON
import Platform

/// How a trigger ended (`LedgerEntry`, `outcome`).
package struct OutcomeEntry: Sendable {
  let intent: EntryID
  /// In wall-clock milliseconds.
  package let timeMilliseconds: Int64
  package let outcome: CallOutcome

  init(intent: EntryID, timeMilliseconds: Int64, outcome: CallOutcome) {
    self.intent = intent
    self.timeMilliseconds = timeMilliseconds
    self.outcome = outcome
  }

  init?(_ value: JSONValue) {
    guard let intent = value["intent"]?.stringValue.flatMap({ EntryID($0.utf8) }),
      let time = value["time"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:)),
      let status = value["status"]?.stringValue.flatMap(CallOutcome.Status.init(rawValue:)),
      let code = value["code"]?.stringValue, let message = value["message"]?.stringValue
    else { return nil }
    self.init(
      intent: intent, timeMilliseconds: time,
      outcome: CallOutcome(
        status: status, code: code, message: message, statusCode: value["status_code"]?.numberValue?.intValue,
        requestID: value["request_id"]?.stringValue))
  }

  var json: JSONValue {
    var object: JSONObject = [
      "type": "outcome", "intent": .string(intent.description),
      "time": .string(Timestamp.rfc3339(milliseconds: timeMilliseconds)), "status": .string(outcome.status.rawValue),
      "code": .string(outcome.code), "message": .string(outcome.message),
    ]
    if let statusCode = outcome.statusCode { object.append("status_code", JSONValue(statusCode)) }
    if let requestID = outcome.requestID { object.append("request_id", .string(requestID)) }
    return .object(object)
  }
}
