package import JSON
package import MCP
import Platform
import Safeguards
import SequenceAPI

extension CallOutcome {
  /// Creates the ledger's outcome from the API's.
  init(_ outcome: TriggerOutcome) {
    switch outcome {
    case .accepted(let acceptance):
      self.init(
        status: .accepted, codeText: acceptance.code ?? "", message: acceptance.message,
        statusCode: acceptance.statusCode,
        requestID: acceptance.requestID, executionID: acceptance.executionID)
    case .rejected(let error):
      self.init(status: .rejected, codeText: error.code, message: error.message, statusCode: error.statusCode)
    case .unknown(let error):
      self.init(status: .unknown, codeText: error.code, message: error.message, statusCode: error.statusCode)
    }
  }
}

/// The results of triggers.
enum ToolAnswer {
  /// Returns the answer to a trigger that was sent.
  /// - Parameters:
  ///   - run: What is known about the run that it started; nil for the Remote API.
  ///   - notes: On the identical call that it did not repeat, and on the run.
  static func outcome(
    _ outcome: TriggerOutcome, _ reservation: Reservation, run: JSONObject?, notes: [String]
  ) -> ToolResult {
    let key = reservation.idempotencyKey
    let notes = notes.map { JSONValue.string($0) }
    func failure(_ error: SequenceAPIError, _ status: ResultStatus) -> ToolResult {
      let failure = ToolFailure(error, status: status, idempotencyKey: key)
      return (notes.isEmpty ? failure : failure.with(details: ["notes": .array(notes)])).result
    }
    switch outcome {
    case .accepted(let acceptance):
      let repeated: JSONValue =
        "An earlier attempt had an unknown outcome; this one was sent with the same idempotency key, so Sequence runs it once."
      let notes = (reservation.isRepeat ? [repeated] : []) + notes
      var more: JSONObject = ["idempotency_key": .string(key)]
      if !notes.isEmpty { more["notes"] = .array(notes) }
      if let run { more["run"] = .object(run) }
      let message = acceptance.message.isEmpty && run != nil ? queued : acceptance.message
      return success(
        .accepted, message, code: acceptance.code ?? "", requestID: acceptance.requestID, more: more)
    case .rejected(let error): return failure(error, .rejected)
    case .unknown(let error): return failure(error, .unknown)
    }
  }

  /// Returns the first outcome of a call that was already made.
  static func duplicate(_ prior: PriorOutcome) -> ToolReply {
    let outcome = prior.outcome
    guard outcome.status == .accepted else {
      let error = SequenceAPIError(
        code: outcome.code, message: outcome.message, statusCode: outcome.statusCode,
        help: "This is the outcome of the earlier call with this key; nothing was sent now. To try again, pass a new"
          + " idempotency_key.", isRetryable: false)
      let failure = ToolFailure(error, status: .duplicate, idempotencyKey: prior.idempotencyKey)
      let details: JSONObject = ["duplicate": true, "first_status": .string(outcome.status.rawValue)]
      return .result(failure.with(details: details).result)
    }
    let note =
      "The same call was accepted before and was not sent again. To repeat it on purpose, pass a new idempotency_key."
    var notes: [JSONValue] = [.string(note)]
    if prior.run == nil, outcome.executionID != nil {
      notes.append("Nothing was recorded about its run: call get_run.")
    }
    var more: JSONObject = [
      "idempotency_key": .string(prior.idempotencyKey), "duplicate": true, "notes": .array(notes),
    ]
    if let run = prior.run ?? outcome.executionID.map(RunResult.unrecorded) { more["run"] = .object(run) }
    let message = outcome.message.isEmpty && outcome.executionID != nil ? queued : outcome.message
    return .result(
      success(.duplicate, message, code: outcome.code, requestID: outcome.requestID, more: more))
  }

  /// The Platform API sends no message with an acceptance.
  private static let queued = "Sequence queued the run; 'run' tells what is known about it."

  /// Returns the result of a call that did what its status says.
  /// - Parameter more: The members after those that every such result has.
  static func success(
    _ status: ResultStatus, _ message: String, code: String = "", requestID: String? = nil, more: JSONObject
  ) -> ToolResult {
    let content: JSONObject = [
      "success": true, "status": status.json, "code": code.isEmpty ? .null : .string(VisibleText.line(code)),
      "message": .string(VisibleText.line(message, limit: ToolFailure.messageLimit)),
      "request_id": requestID.map { .string(VisibleText.line($0)) } ?? .null,
    ]
    return ToolResult(JSONObject(members: content.members + more.members))
  }
}

/// What became of a trigger, as results report it (`status`).
package enum ResultStatus: String, Sendable, CaseIterable {
  case accepted, duplicate, rejected, unknown
  case dryRun = "dry_run"
  case simulated

  var json: JSONValue { .string(rawValue) }
}

/// The marks on every result of a server that moves no real money.
package struct ResultMarks: Sendable {
  /// Whether calls go to the built-in sandbox.
  package let isSandbox: Bool
  /// Whether nothing is sent.
  package let isDryRun: Bool

  package init(isSandbox: Bool, isDryRun: Bool) {
    self.isSandbox = isSandbox
    self.isDryRun = isDryRun
  }

  /// Returns the result with its marks, in the text and in the structured content.
  package func marking(_ result: ToolResult) -> ToolResult {
    guard isSandbox || isDryRun, var content = result.structuredContent else { return result }
    if isSandbox { content["sandbox"] = true }
    if isDryRun { content["dry_run"] = true }
    var marked = result
    (marked.text, marked.structuredContent) = (JSONWriter.text(.object(content)), content)
    return marked
  }
}

extension ToolResult {
  /// Creates a result with the same JSON as text content, for clients of every version, and as structured content (MCP
  /// 2025-06-18, server/tools, "Structured Content").
  package init(_ content: JSONObject, isError: Bool = false) {
    self.init(text: JSONWriter.text(.object(content)), structuredContent: content, isError: isError)
  }
}
