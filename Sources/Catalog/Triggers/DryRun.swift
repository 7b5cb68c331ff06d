import JSON
import MCP
import Safeguards
import SequenceAPI

/// Answers a trigger with what would be sent and what the safeguards would do. Sends, asks and records nothing.
struct DryRun: Sendable {
  let services: CatalogServices

  func report(_ plan: TriggerPlan, _ forecast: Forecast, asksPerson: Bool) -> ToolReply {
    var notes: [String] = []
    var key = plan.intent.explicitKey ?? "<made for each call>"
    switch forecast {
    case .refused(let refusal, _): return .result(ToolFailure.refused(refusal).result)
    case .duplicate: return answer(["The same call was made before; it would not be sent again."])
    case .go(let repetition?, let earlier):
      key = repetition.idempotencyKey
      notes.append("An earlier attempt had an unknown outcome; this call would use its idempotency key again.")
      if let earlier { notes.append(earlier.note) }
    case .go(nil, let earlier): if let earlier { notes.append(earlier.note) }
    }
    if plan.platform != nil {
      notes.append("No simulation was made either: a dry run sends nothing at all, so what would move is not known.")
    }
    if asksPerson { notes.append("The person would be asked for confirmation first.") }
    do throws(SequenceAPIError) {
      return answer(notes, wouldSend: try services.client.request(plan.intent, idempotencyKey: key))
    } catch {
      return .result(ToolFailure(error, status: .rejected).result)
    }
  }

  /// - Parameter wouldSend: Nil if nothing would be sent.
  private func answer(_ notes: [String], wouldSend: TriggerRequest? = nil) -> ToolReply {
    var content: JSONObject = [
      "success": true, "status": ResultStatus.dryRun.json, "code": nil, "message": "Dry run: nothing was sent.",
      "request_id": nil,
    ]
    if let wouldSend { content["would_send"] = wouldSend.json }
    content["notes"] = .array(notes.map { .string($0) })
    return .result(ToolResult(content))
  }
}
