/// What is known of a trigger: three honest answers.
package enum TriggerOutcome: Sendable {
  /// Sequence accepted the trigger. It does not mean that money moved.
  case accepted(Acceptance)
  /// Sequence surely did not run it.
  case rejected(SequenceAPIError)
  /// It was sent and no answer came that says what happened: it may have run.
  case unknown(SequenceAPIError)

  /// The parts of an acceptance (Sequence API docs, read 2026-11).
  package struct Acceptance: Sendable, Hashable {
    package let statusCode: Int
    /// nil if the answer has none.
    package let code: String?
    /// Empty if the answer has none.
    package let message: String
    /// Sequence's id of the request; nil if the answer has none, which only the Platform API may leave out.
    package let requestID: String?
    /// The run that was started, in lower case; nil for the Remote API.
    package let executionID: String?

    package init(
      statusCode: Int, code: String?, message: String, requestID: String?, executionID: String? = nil
    ) {
      self.statusCode = statusCode
      self.code = code
      self.message = message
      self.requestID = requestID
      self.executionID = executionID
    }
  }

  /// Which answers are believed, as tables of both APIs (Sequence API docs, read 2026-11). An answer that is in none of
  /// them leaves a trigger `unknown` once the first byte of its request has left: the status alone says nothing, since
  /// gateways and proxies on the way answer with any of them.
  package enum Belief {
    /// The status with which each API accepts.
    package static func acceptedStatus(_ api: TriggerRequest.API) -> Int {
      switch api {
      case .remote: 200
      case .platform: 202
      }
    }

    /// The codes that an acceptance may carry beside none. Any other one says that something is not as known.
    package static let acceptedCodes = ["OK", "SUCCESS"]

    /// The pairs of status and code, as JSON, with which Sequence says that it did not run the rule.
    package static let surelyNotRun: [(status: Int, codes: [String])] = [
      (400, ["INVALID_REQUEST", "INVALID_PARAMETERS"]),
      (401, ["INVALID_API_SECRET", "INVALID_ACCESS_TOKEN", "UNAUTHORIZED"]),
      (403, ["ACCESS_DENIED", "RULE_DEACTIVATED", "INVALID_RULE", "MAXIMUM_AMOUNT_EXCEEDED"]),
      (404, ["RULE_NOT_FOUND", "INVALID_REQUEST"]),
      (422, ["INVALID_RULE"]),
      (429, ["TOO_MANY_REQUESTS", "RATE_LIMIT_EXCEEDED"]),
    ]

    static func isSurelyNotRun(_ status: Int, _ code: String?) -> Bool {
      guard let code else { return false }
      return surelyNotRun.contains { $0.status == status && $0.codes.contains(code) }
    }
  }

  /// The outcome of a trigger whose acceptance names a run that it cannot have started.
  package static func acceptedWithAnotherRun(idempotencyKey: String) -> TriggerOutcome {
    let message = "the answer with status 202 is not as expected: its data.executionId is the run of an earlier call"
    return .unknown(
      SequenceErrorCode.httpError.error(message, statusCode: 202).inDoubt(idempotencyKey: idempotencyKey))
  }

  /// The outcome of a repeat of a call whose outcome is unknown: only an acceptance ends the doubt.
  package func repeatingUnknown(idempotencyKey: String) -> TriggerOutcome {
    switch self {
    case .accepted, .unknown: self
    case .rejected(let error): .unknown(error.inRepeatOfUnknown(idempotencyKey: idempotencyKey))
    }
  }
}

extension SequenceAPIError {
  /// The error of a trigger that may have run: what was lost, and how a repeat is safe.
  func inDoubt(idempotencyKey: String) -> SequenceAPIError {
    doubtful(
      "it is not known whether the rule ran: \(message)", idempotencyKey, help: "Possible cause: \(help)")
  }

  /// What is said instead of a refusal, ours or Sequence's, when the refused call repeats one of unknown outcome: the
  /// refusal says nothing about the first attempt.
  func inRepeatOfUnknown(idempotencyKey: String) -> SequenceAPIError {
    doubtful(
      "it is still not known whether the rule ran at the first attempt; this attempt did not run it: \(message)",
      idempotencyKey, help: "What stopped this attempt: \(help)")
  }

  private func doubtful(_ message: String, _ idempotencyKey: String, help: String) -> SequenceAPIError {
    SequenceAPIError(
      code: code, message: message, statusCode: statusCode,
      help: "The rule may have run: do not repeat it blindly. Look into Sequence first. A repeat is safe with the same"
        + " idempotency_key '\(idempotencyKey)' and the same payload, within 23 hours: Sequence then recognizes it."
        + " " + help,
      isRetryable: false)
  }
}
