import JSON
import MCP
import Safeguards
import SequenceAPI

extension CallOutcome {
  /// What the ledger keeps of the API's answer.
  init(_ outcome: TriggerOutcome) {
    switch outcome {
    case .accepted(let acceptance):
      self.init(
        status: .accepted, code: acceptance.code, message: acceptance.message, statusCode: acceptance.statusCode,
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
  static func outcome(_ outcome: TriggerOutcome, _ reservation: Reservation) -> ToolReply {
    let key = reservation.idempotencyKey
    switch outcome {
    case .accepted(let acceptance):
      return success(
        accepted(
          status: "accepted", code: acceptance.code, message: acceptance.message, requestID: acceptance.requestID, key))
    case .rejected(let error): return failure(.api(error, status: "rejected", idempotencyKey: key))
    case .unknown(let error): return failure(.api(error, status: "unknown", idempotencyKey: key))
    }
  }

  /// The first outcome of a call that was made before.
  static func duplicate(_ prior: PriorOutcome) -> ToolReply {
    let outcome = prior.outcome
    guard outcome.status == .accepted else {
      return failure(
        ToolFailure(
          status: "duplicate", code: outcome.code, message: UntrustedText.clean(outcome.message),
          statusCode: outcome.statusCode,
          hint:
            "This is the outcome of the earlier call under this key; nothing was sent now. To try again, pass a new idempotency_key.",
          isRetryable: false, idempotencyKey: prior.idempotencyKey,
          details: ["duplicate": true, "first_status": .string(outcome.status.rawValue)]))
    }
    var content = accepted(
      status: "duplicate", code: outcome.code, message: outcome.message, requestID: outcome.requestID,
      prior.idempotencyKey)
    content["duplicate"] = true
    content["notes"] = [
      "The same call was accepted before and was not sent again. To repeat it on purpose, pass a new idempotency_key."
    ]
    return success(content)
  }

  private static func accepted(
    status: String, code: String, message: String, requestID: String?, _ key: String
  ) -> JSONObject {
    [
      "success": true, "status": .string(status), "code": .string(UntrustedText.clean(code)),
      "message": .string(UntrustedText.clean(message)),
      "request_id": requestID.map { .string(UntrustedText.clean($0)) } ?? .null, "idempotency_key": .string(key),
    ]
  }
}
