import JSON
import Platform
import Rules
package import Safeguards

/// What the person reads before saying yes, in every channel: the rule's title, the transfers that a simulation made, every
/// argument, the payload that will be sent, who asks, and what happened before.
package enum ConfirmationText {
  /// - Parameters:
  ///   - client: what the client calls itself; nil if it does not say.
  ///   - isSandbox: whether no real money can move.
  static func message(of plan: TriggerPlan, client: String?, isSandbox: Bool) -> String {
    let intent = plan.intent
    return message(
      title: plan.title, ruleID: intent.ruleID, amount: intent.amount.map { DollarText.of($0) },
      transfers: intent.transferLines, arguments: intent.arguments, payload: intent.payload, client: client,
      notes: notes(of: plan), isSandbox: isSandbox)
  }

  /// A call that waits for its approval at the terminal.
  package static func message(of pending: PendingApproval, isSandbox: Bool) -> String {
    message(
      title: pending.title ?? pending.tool, ruleID: pending.ruleID, amount: pending.amount.map { DollarText.of($0) },
      transfers: pending.transfers, arguments: pending.arguments, payload: pending.payload, client: pending.clientName,
      notes: pending.notes, isSandbox: isSandbox)
  }

  /// What the person must know of earlier attempts.
  static func notes(of plan: TriggerPlan) -> [String] {
    var notes: [String] = []
    if plan.intent.repeatedKey != nil {
      notes.append(
        "An earlier attempt of this call may have run; it is repeated under the same key, so that it runs once.")
    }
    if let unresolved = plan.unresolved {
      let time = Timestamp.rfc3339(milliseconds: unresolved.sentAtMilliseconds)
      notes.append(
        "Nobody knows whether the same call, sent at \(time), has run. This is a new call: the rule may run twice.")
    }
    return notes
  }

  /// Values are written as JSON: `JSONWriter` escapes line breaks, invisible characters and direction marks, so that no value can
  /// imitate this program's own words.
  /// - Parameters:
  ///   - amount: as people write it, if it is known.
  ///   - transfers: what a simulation said, in visible lines.
  private static func message(
    title: String, ruleID: String, amount: String?, transfers: [String], arguments: JSONObject, payload: JSONValue,
    client: String?, notes: [String], isSandbox: Bool
  ) -> String {
    let what = "Trigger the Sequence rule \(JSONWriter.text(.string(title))) (\(VisibleText.line(ruleID)))?"
    var lines = [what + (isSandbox ? " This is the sandbox: no real money moves." : " This can move money.")]
    if let amount { lines.append("Amount: \(amount)") }
    // Anybody who can write to the state directory can edit an approval's file.
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
