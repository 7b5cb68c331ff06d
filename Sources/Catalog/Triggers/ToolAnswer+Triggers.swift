import JSON
import MCP
import Platform
import Safeguards
import SequenceAPI

extension CallOutcome {
  /// What the ledger keeps of the API's answer.
  init(_ outcome: TriggerOutcome) {
    switch outcome {
    case .accepted(let acceptance):
      self.init(
        status: .accepted, code: acceptance.code ?? "", message: acceptance.message, statusCode: acceptance.statusCode,
        requestID: acceptance.requestID)
    case .rejected(let error):
      self.init(status: .rejected, code: error.code, message: error.message, statusCode: error.statusCode)
    case .unknown(let error):
      self.init(status: .unknown, code: error.code, message: error.message, statusCode: error.statusCode)
    }
  }
}

extension ToolAnswer {
  /// The answer to a trigger that was sent.
  static func outcome(_ outcome: TriggerOutcome, _ reservation: Reservation) -> ToolResult {
    let key = reservation.idempotencyKey
    switch outcome {
    case .accepted(let acceptance):
      let note =
        "An earlier attempt had an unknown outcome; this one went out under its idempotency key, so Sequence runs it once."
      return acceptedResult(
        "accepted", acceptance.code ?? "", acceptance.message, acceptance.requestID, key,
        more: reservation.isRepeat ? ["notes": [.string(note)]] : [:])
    case .rejected(let error): return ToolFailure.api(error, status: "rejected", idempotencyKey: key).result
    case .unknown(let error): return ToolFailure.api(error, status: "unknown", idempotencyKey: key).result
    }
  }

  /// The first outcome of a call that was made before.
  static func duplicate(_ prior: PriorOutcome) -> ToolReply {
    let outcome = prior.outcome
    guard outcome.status == .accepted else {
      return failure(
        ToolFailure(
          status: "duplicate", code: outcome.code, message: outcome.message, statusCode: outcome.statusCode,
          hint: """
            This is the outcome of the earlier call under this key; nothing was sent now. To try again, pass a new \
            idempotency_key.
            """,
          isRetryable: false, idempotencyKey: prior.idempotencyKey,
          details: ["duplicate": true, "first_status": .string(outcome.status.rawValue)]))
    }
    let note =
      "The same call was accepted before and was not sent again. To repeat it on purpose, pass a new idempotency_key."
    return .result(
      acceptedResult(
        "duplicate", outcome.code, outcome.message, outcome.requestID, prior.idempotencyKey,
        more: ["duplicate": true, "notes": [.string(note)]]))
  }

  private static func acceptedResult(
    _ status: String, _ code: String, _ message: String, _ requestID: String?, _ key: String, more: JSONObject
  ) -> ToolResult {
    let content: JSONObject = [
      "success": true, "status": .string(status), "code": code.isEmpty ? .null : .string(VisibleText.line(code)),
      "message": .string(VisibleText.line(message, limit: ToolFailure.messageLimit)),
      "request_id": requestID.map { .string(VisibleText.line($0)) } ?? .null, "idempotency_key": .string(key),
    ]
    return successResult(JSONObject((content.members + more.members).map { ($0.key, $0.value) }))
  }
}
