import Rules

/// The outcome of a trigger: accepted, rejected or unknown.
package enum TriggerOutcome: Sendable {
  /// Sequence accepted the trigger. It does not mean that money moved.
  case accepted(Acceptance)
  /// Sequence certainly did not run the rule.
  case rejected(SequenceAPIError)
  /// The trigger was sent, and no answer establishes what happened: the rule may have run.
  case unknown(SequenceAPIError)

  /// The parts of an acceptance (Sequence API docs, read 2026-11).
  package struct Acceptance: Sendable, Hashable {
    package let statusCode: Int
    /// nil if the answer has none.
    package let code: String?
    /// Empty if the answer has none.
    package let message: String
    /// Sequence's id of the request; nil if the answer has none, which only the Platform API may omit.
    package let requestID: String?
    /// The id of the started run, in lower case; nil for the Remote API.
    package let executionID: String?
  }

  /// Tables of the responses that are trusted, for both APIs (Sequence API docs, read 2026-11). Any other response leaves a
  /// trigger `unknown` once the first byte of its request was sent: the status alone proves nothing, because gateways and
  /// proxies in between can return any status.
  package enum TrustedResponses {
    /// Returns the status with which the API accepts a trigger.
    static func acceptedStatus(_ api: SequenceAPIName) -> Int {
      switch api {
      case .remote: 200
      case .platform: 202
      }
    }

    /// The codes that an acceptance may carry, if it carries one. Any other code leaves the outcome unknown.
    package static let acceptedCodes = ["OK", "SUCCESS"]

    /// The pairs of status and code with which Sequence reports, in JSON, that it did not run the rule.
    package static let surelyNotRun: [(status: Int, codes: [SequenceErrorCode])] = [
      (400, [.invalidRequest, .invalidParameters]),
      (401, [.invalidAPISecret, .invalidAccessToken, .unauthorized]),
      (403, [.accessDenied, .ruleDeactivated, .invalidRule, .maximumAmountExceeded]),
      (404, [.ruleNotFound, .invalidRequest]),
      (422, [.invalidRule]),
      (429, [.tooManyRequests, .rateLimitExceeded]),
    ]

    static func isSurelyNotRun(_ status: Int, _ code: String?) -> Bool {
      surelyNotRun.contains { $0.status == status && $0.codes.contains { $0.name == code } }
    }
  }

  /// Returns the outcome of a trigger whose acceptance names a run of an earlier call.
  package static func acceptedWithAnotherRun(idempotencyKey: String) -> TriggerOutcome {
    .unknown(SequenceAPIError.anotherRun.inDoubt(idempotencyKey: idempotencyKey))
  }

  /// Returns the outcome of a repeat of a call whose outcome is unknown. Only an acceptance ends the doubt.
  package func repeatingUnknown(idempotencyKey: String) -> TriggerOutcome {
    switch self {
    case .accepted, .unknown: self
    case .rejected(let error): .unknown(error.inRepeatOfUnknown(idempotencyKey: idempotencyKey))
    }
  }
}

extension SequenceAPIError {
  /// The acceptance names a run of an earlier call.
  package static let anotherRun = SequenceErrorCode.httpError.error(
    "the answer with status 202 is not as expected: its data.executionId is the run of an earlier call",
    statusCode: 202, api: .platform)

  /// Returns the error for a trigger that may have run: what was lost, and how to repeat it safely.
  func inDoubt(idempotencyKey: String) -> SequenceAPIError {
    // The code's own help would contradict what must be done about a doubt.
    doubtful(
      "It is not known whether the rule ran: \(message)", idempotencyKey,
      help: meaning.map { "Possible cause: \($0)." })
  }

  /// Returns the error to report when a call is refused, by this program or by Sequence, and repeats one of unknown outcome.
  /// The refusal does not prove that the first attempt did not run.
  func inRepeatOfUnknown(idempotencyKey: String) -> SequenceAPIError {
    let parts = [meaning.map { "What stopped this attempt: \($0)." }, isRetryable ? nil : help]
    return doubtful(
      "It is still not known whether the rule ran at the first attempt; this attempt did not run it: \(message)",
      idempotencyKey, help: parts.compactMap { $0 }.joined(separator: " "))
  }

  /// What the code means; nil for one that is not in the table, and for an odd answer, which the message describes.
  private var meaning: String? {
    SequenceErrorCode.named(code).flatMap { $0 == .httpError ? nil : $0.meaning }
  }

  private func doubtful(_ message: String, _ idempotencyKey: String, help: String?) -> SequenceAPIError {
    SequenceAPIError(
      code: code, message: message, statusCode: statusCode,
      help: "The rule may have run: do not repeat it blindly. Check in Sequence first. A repeat is safe with the same"
        + " idempotency_key '\(idempotencyKey)' and the same arguments, within 23 hours: Sequence then recognizes it."
        + (help.map { $0.isEmpty ? "" : " " + $0 } ?? ""),
      isRetryable: false)
  }
}
