package import JSON
import Rules

/// What was learned of a run after Sequence had accepted it. It renews no age and changes no count of calls.
package struct RunEntry: Sendable {
  let intent: EntryID
  let stamp: LedgerStamp
  /// As results show it: outcome, moved, pending, transfers.
  package let run: JSONObject
  /// Whether nothing more is to be learned of it.
  package let isFinal: Bool
  /// What the call counts by from now on; nil leaves it at what was asked for.
  let amount: Money?

  init(intent: EntryID, stamp: LedgerStamp, run: JSONObject, isFinal: Bool, amount: Money?) {
    self.intent = intent
    self.stamp = stamp
    self.run = run
    self.isFinal = isFinal
    self.amount = amount
  }

  init?(_ value: JSONValue) {
    guard let intent = value["intent"]?.stringValue.flatMap({ EntryID($0.utf8) }), let stamp = LedgerStamp(value),
      let run = value["run"]?.objectValue
    else { return nil }
    self.init(
      intent: intent, stamp: stamp, run: run, isFinal: value["final"]?.boolValue == true, amount: Money(entry: value))
  }

  var json: JSONValue {
    var object = JSONObject([("type", "run"), ("intent", .string(intent.description))] + stamp.members)
    if let amount { object.append("amount_cents", JSONValue(Int(amount.cents))) }
    if isFinal { object.append("final", true) }
    object.append("run", .object(run))
    return .object(object)
  }
}
