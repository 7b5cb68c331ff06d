import JSON
import MCP
import Safeguards
import SequenceAPI

/// Answers a trigger with what would be sent and what the safeguards would do; sends, asks and records nothing.
struct DryRun: Sendable {
  let services: CatalogServices

  func report(_ plan: TriggerPlan, _ forecast: Forecast, asksPerson: Bool) -> ToolReply {
    var notes: [String] = []
    var key = plan.intent.explicitKey ?? "<made for each call>"
    switch forecast {
    case .refused(let refusal, _): return ToolAnswer.failure(.refused(refusal))
    case .duplicate: return answer(["The same call was made before; it would not be sent again."])
    case .go(let repetition?, _):
      key = repetition.idempotencyKey
      notes.append("An earlier attempt had an unknown outcome; this call would use its idempotency key again.")
    case .go(nil, _): break
    }
    if plan.platform != nil {
      notes.append("No simulation was made either: a dry run sends nothing at all, so what would move is not known.")
    }
    if asksPerson { notes.append("The person would be asked for confirmation first.") }
    do throws(SequenceAPIError) {
      return answer(
        notes,
        wouldSend: try services.client.request(plan.intent, idempotencyKey: key))
    } catch {
      return ToolAnswer.failure(.api(error, status: "rejected", idempotencyKey: nil))
    }
  }

  /// - Parameter wouldSend: nil where nothing would be sent.
  private func answer(_ notes: [String], wouldSend: TriggerRequest? = nil) -> ToolReply {
    var content: JSONObject = [
      "success": true, "status": "dry_run", "code": nil, "message": "Dry run: nothing was sent.", "request_id": nil,
    ]
    if let wouldSend { content["would_send"] = wouldSend.json }
    content["notes"] = .array(notes.map { .string($0) })
    return ToolAnswer.success(content)
  }
}
