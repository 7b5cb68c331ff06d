import JSON
import Platform
import Rules
package import Safeguards

/// The text that the person reads before saying yes, in every channel: the rule's title, the simulated transfers, every
/// argument, the payload that will be sent, the requesting client, and earlier attempts.
package enum ConfirmationText {
  /// - Parameters:
  ///   - client: the client's own name; nil if it sent none.
  ///   - isSandbox: whether no real money can move.
  static func message(of plan: TriggerPlan, client: String?, isSandbox: Bool) -> String {
    let intent = plan.intent
    return message(
      title: plan.title, ruleID: intent.ruleID, amount: intent.amount.map { DollarText.of($0) },
      transfers: intent.transferLines, arguments: intent.arguments, payload: intent.payload, client: client,
      notes: notes(of: plan), isSandbox: isSandbox)
  }

  /// Returns the text for a call that is pending approval at the terminal.
  package static func message(of pending: PendingApproval, isSandbox: Bool) -> String {
    message(
      title: pending.title ?? pending.tool, ruleID: pending.ruleID, amount: pending.amount.map { DollarText.of($0) },
      transfers: pending.transfers, arguments: pending.arguments, payload: pending.payload, client: pending.clientName,
      notes: pending.notes, isSandbox: isSandbox)
  }

  /// Returns what the person must know about earlier attempts.
  static func notes(of plan: TriggerPlan) -> [String] {
    var notes: [String] = []
    if plan.intent.repeatedKey != nil {
      notes.append(
        "An earlier attempt of this call may have run; it is repeated with the same key, so that it runs only once.")
    }
    if let unresolved = plan.unresolved {
      let time = Timestamp.rfc3339(milliseconds: unresolved.sentAtMilliseconds)
      notes.append(
        "It is not known whether the same call, sent at \(time), has run. This is a new call: the rule may run twice.")
    }
    return notes
  }

  /// Values are written as JSON: `JSONWriter` escapes line breaks, invisible characters and direction marks, so that no value
  /// can imitate this program's own text.
  /// - Parameters:
  ///   - amount: formatted for people; nil if unknown.
  ///   - transfers: the simulated transfers, as visible lines.
  private static func message(
    title: String, ruleID: String, amount: String?, transfers: [String], arguments: JSONObject, payload: JSONValue,
    client: String?, notes: [String], isSandbox: Bool
  ) -> String {
    let id = VisibleText.line(ruleID)
    // A rule that the configuration does not declare has no other name.
    let name = title.hasSameBytes(as: ruleID) ? id : "\(JSONWriter.text(.string(title))) (\(id))"
    let what = "Trigger the Sequence rule \(name)?"
    var lines = [what + (isSandbox ? " This is the sandbox: no real money moves." : " This can move money.")]
    if let amount { lines.append("Amount: \(amount)") }
    // Anyone who can write to the state directory can edit an approval's file.
    lines += transfers.map { ($0.utf8.starts(with: "  ".utf8) ? "  " : "") + VisibleText.line($0) }
    if arguments.isEmpty {
      lines.append("Arguments: none")
    } else {
      lines.append("Arguments:")
      lines += arguments.members.map { "  \(VisibleText.line($0.key)): \(JSONWriter.text($0.value))" }
    }
    lines.append("Will be sent: \(JSONWriter.text(payload))")
    if let client { lines.append("Asked for by the client \(JSONWriter.text(.string(client))).") }
    return (lines + notes.map { VisibleText.line($0) }).joined(separator: "\n")
  }
}
