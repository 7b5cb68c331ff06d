import JSON
import Platform
import Rules
package import Safeguards

/// What the person reads before saying yes, in every channel: the rule's title, the simulated transfers, every argument, the
/// payload that will be sent, the requesting client, and earlier attempts.
package struct ConfirmationText {
  private let title: String
  private let ruleID: String
  private let amount: String?
  private let transfers: [String]
  private let arguments: JSONObject
  private let payload: JSONValue
  private let client: String?
  private let notes: [String]

  /// - Parameter client: The client's own name; nil if it sent none.
  init(of plan: TriggerPlan, client: String? = nil) {
    let intent = plan.intent
    (title, ruleID, amount) = (plan.title, intent.ruleID, intent.amount.map { DollarText.of($0) })
    (transfers, arguments, payload) = (intent.transferLines, intent.arguments, intent.payload)
    (self.client, notes) = (client, ConfirmationText.notes(of: plan))
  }

  /// Creates the text for a call that is pending approval at the terminal.
  package init(of pending: PendingApproval) {
    (title, ruleID) = (pending.title ?? pending.tool, pending.ruleID)
    (amount, transfers) = (pending.amount.map { DollarText.of($0) }, pending.transfers)
    (arguments, payload) = (pending.arguments, pending.payload)
    (client, notes) = (pending.clientName, pending.notes)
  }

  /// What the call triggers, and its amount: `"Move to savings", $25.00`. The question itself repeats it, since the text above
  /// it may have scrolled away.
  package var subject: String { "\(JSONWriter.shownText(.string(title))), \(amount ?? "amount not known")" }

  /// Returns what the person must know about earlier attempts.
  static func notes(of plan: TriggerPlan) -> [String] {
    var notes: [String] = []
    if plan.intent.repeatedKey != nil {
      notes.append(
        "An earlier attempt of this call may have run; it is repeated with the same key, so that it runs only once.")
    }
    if let earlier = plan.intent.earlier { notes.append(earlier.note) }
    return notes
  }

  /// Returns the text. Values are written as JSON: `JSONWriter.shownText` escapes line breaks, invisible characters, direction
  /// marks and runs of blanks, so that no value can imitate this program's own text.
  /// - Parameter isSandbox: Whether no real money can move.
  package func message(isSandbox: Bool) -> String {
    // A rule that the configuration does not declare has only its id.
    let id = title.hasSameBytes(as: ruleID) ? "" : " (\(VisibleText.line(ruleID)))"
    let what = "Trigger the Sequence rule \(JSONWriter.shownText(.string(title)))\(id)?"
    var lines = [what + (isSandbox ? " This is the sandbox: no real money moves." : " This can move money.")]
    if let amount { lines.append("Amount: \(amount)") }
    // Anyone who can write to the state directory can edit an approval's file.
    lines += transfers.map { ($0.utf8.starts(with: "  ".utf8) ? "  " : "") + VisibleText.line($0) }
    if arguments.isEmpty {
      lines.append("Arguments: none")
    } else {
      lines.append("Arguments:")
      lines += arguments.members.map { "  \(VisibleText.line($0.key)): \(JSONWriter.shownText($0.value))" }
    }
    lines.append("Will be sent: \(JSONWriter.shownText(payload))")
    if let client { lines.append("Asked for by the client \(JSONWriter.shownText(.string(client))).") }
    return (lines + notes.map { VisibleText.line($0) }).joined(separator: "\n")
  }
}

extension EarlierCall {
  /// What the person and the caller must know about it.
  var note: String {
    let day = Timestamp.localDate(milliseconds: sentAtMilliseconds)
    let time = day + " " + Timestamp.localTime(milliseconds: sentAtMilliseconds)
    if isRunning {
      return
        "The same call, sent at \(time), had no answer yet when this one was checked. This is a new call: the rule may run "
        + "twice."
    }
    if isAccepted { return "The same call was accepted at \(time). This is a new call: the rule runs again." }
    return isElsewhere
      ? "It is not known whether the same call, sent to another base URL at \(time), has run: the rule may run twice."
      : "It is not known whether the same call, sent at \(time), has run. This is a new call: the rule may run twice."
  }
}
