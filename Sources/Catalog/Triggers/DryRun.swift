import JSON
import MCP
import Safeguards
import SequenceAPI

/// Answers a trigger with what would be sent and what the safeguards would do; sends, asks and records nothing.
struct DryRun: Sendable {
  let services: CatalogServices

  func report(_ plan: TriggerPlan, _ forecast: Forecast, asksPerson: Bool) -> ToolReply {
    var notes: [String] = []
    switch forecast {
    case .refused(let refusal): return ToolAnswer.failure(.refused(refusal))
    case .duplicate: notes.append("The same call was made before; it would not be sent again.")
    case .go(let repeatedKey):
      if repeatedKey != nil {
        notes.append("An earlier attempt had an unknown outcome; this call would use its idempotency key again.")
      }
    }
    if asksPerson { notes.append("The person would be asked for confirmation first.") }
    do throws(SequenceAPIError) {
      let request = try services.client.describeTrigger(
        ruleID: plan.intent.ruleID, body: plan.intent.payload,
        idempotencyKey: plan.intent.explicitKey ?? "<made for each call>")
      return ToolAnswer.success([
        "success": true, "status": "dry_run", "code": nil, "message": "Dry run: nothing was sent.", "request_id": nil,
        "would_send": request.json, "notes": .array(notes.map { .string($0) }),
      ])
    } catch {
      return ToolAnswer.failure(.api(error, status: "rejected", idempotencyKey: nil))
    }
  }
}
