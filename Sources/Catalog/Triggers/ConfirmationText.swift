import Config
package import JSON
import Safeguards

/// What the person reads before saying yes: the rule's title, every argument, and the payload that will be sent.
package enum ConfirmationText {
  static func message(of plan: TriggerPlan) -> String {
    let intent = plan.intent
    let text = message(
      title: plan.title, ruleID: intent.ruleID, amount: intent.amount?.description, arguments: intent.arguments,
      payload: intent.payload, transfers: intent.transferLines)
    guard intent.repeatedKey != nil else { return text }
    return text
      + "\nAn earlier attempt of this call may have run; it is repeated under the same key, so that it runs once."
  }

  /// All values stand in JSON, in which `JSONWriter` escapes whatever breaks a line, cannot be seen or turns the direction, so
  /// that nothing in them can pass for words of ours.
  /// - Parameters:
  ///   - amount: in dollars, where the host knows it.
  ///   - transfers: what a simulation said, in visible lines.
  package static func message(
    title: String, ruleID: String, amount: String?, arguments: JSONObject, payload: JSONValue, transfers: [String] = []
  ) -> String {
    var lines = ["Trigger the Sequence rule \(JSONWriter.text(.string(title))) (\(ruleID))? This can move money."]
    if let amount { lines.append("Amount: $\(amount)") }
    lines += transfers
    if arguments.isEmpty {
      lines.append("Arguments: none")
    } else {
      lines.append("Arguments:")
      lines += arguments.members.map { "  \($0.key): \(JSONWriter.text($0.value))" }
    }
    lines.append("Will be sent: \(JSONWriter.text(payload))")
    return lines.joined(separator: "\n")
  }
}
