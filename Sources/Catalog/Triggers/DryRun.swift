import JSON
import MCP
import Rules
import Safeguards
import SequenceAPI

/// Answers a trigger with what would be sent and what the safeguards would do. Sends, asks and records nothing.
enum DryRun {
  static let duplicate = answer(["The same call was made before; it would not be sent again."])

  static func report(_ plan: TriggerPlan, over client: SequenceClient) -> ToolReply {
    var notes: [String] = []
    if plan.repetition != nil {
      notes.append("An earlier attempt had an unknown outcome; this call would use its idempotency key again.")
    }
    if let earlier = plan.intent.earlier { notes.append(earlier.note) }
    if plan.platform != nil {
      notes.append("No simulation was made either: a dry run sends nothing at all, so what would move is not known.")
    }
    if plan.confirmation.asksPerson(amount: plan.intent.amount) {
      notes.append("The person would be asked for confirmation first.")
    }
    let key = plan.repetition?.idempotencyKey ?? plan.intent.explicitKey ?? "<made for each call>"
    do throws(SequenceAPIError) {
      return answer(notes, wouldSend: try client.request(plan.intent, idempotencyKey: key))
    } catch {
      return .result(ToolFailure(error, status: .rejected).result)
    }
  }

  /// - Parameter wouldSend: Nil if nothing would be sent.
  private static func answer(_ notes: [String], wouldSend: APIRequest? = nil) -> ToolReply {
    var more: JSONObject = wouldSend.map { ["would_send": $0.json] } ?? [:]
    more["notes"] = .array(notes.map { .string($0) })
    return .result(ToolAnswer.success(.dryRun, "Dry run: nothing was sent.", more: more))
  }
}
