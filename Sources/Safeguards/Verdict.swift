package import JSON
package import Rules

/// How a trigger ended, in the words that results and the ledger share.
package struct CallOutcome: Sendable, Hashable {
  /// The three honest answers.
  package enum Status: String, Sendable, Hashable, CaseIterable {
    case accepted, rejected, unknown
    /// A simulation ran: nothing moved.
    case simulated
  }

  package let status: Status
  /// Sequence's code, or ours.
  package let code: String
  package let message: String
  /// nil if no answer came.
  package let statusCode: Int?
  package let requestID: String?
  /// The run that was started; nil for the Remote API, which does not tell.
  package let executionID: String?

  package init(
    status: Status, code: String, message: String, statusCode: Int? = nil, requestID: String? = nil,
    executionID: String? = nil
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.statusCode = statusCode
    self.requestID = requestID
    self.executionID = executionID
  }
}

/// Whether a trigger may go out now.
package enum Verdict: Sendable {
  /// The intent is in the ledger and on the disk: send it, then settle the reservation.
  case go(Reservation)
  /// It went out before; nothing is sent.
  case duplicate(PriorOutcome)
  /// - Parameter repeatedKey: the key of the earlier attempt of unknown outcome that this call would repeat. The refusal says
  ///   nothing about that attempt, so the caller must be told `unknown`, with this key.
  case refused(Refusal, repeatedKey: String?)
}

/// What a trigger's verdict would be, with nothing written and nothing used up.
package enum Forecast: Sendable {
  /// - Parameters:
  ///   - repeating: the earlier attempt of unknown outcome that this call would repeat; nil for a new call.
  ///   - unresolved: an earlier identical call of unknown outcome whose key is too old to be used again. This call would be a new
  ///     one, and the person must be told that the rule may run twice.
  case go(repeating: Repetition?, unresolved: UnresolvedCall?)
  case duplicate(PriorOutcome)
  /// As in `Verdict`.
  case refused(Refusal, repeatedKey: String?)
}

/// What a call takes over from an earlier attempt of unknown outcome: its key, and the body that the key is bound to.
package struct Repetition: Sendable {
  package let idempotencyKey: String
  package let payload: JSONValue
  /// What the first attempt counts by; nil if no amount is known.
  package let amount: Money?
  /// What was shown of the first attempt; nil if nothing was simulated.
  package let shown: ShownTransfers?
}

/// An earlier call whose outcome is unknown.
package struct UnresolvedCall: Sendable, Hashable {
  package let idempotencyKey: String
  /// When it was sent, in wall-clock milliseconds.
  package let sentAtMilliseconds: Int64
}

/// The right to send one request once, under one idempotency key.
package struct Reservation: Sendable {
  let id: EntryID
  let identity: ShortDigest
  /// At most 36 characters; goes out in the request's `idempotency-key` header.
  package let idempotencyKey: String
  /// The body to send: the intent's own, or, if this repeats an attempt of unknown outcome, the body of that attempt, since a key is
  /// bound to the body that it first came with.
  package let payload: JSONValue
  /// Whether an earlier attempt under the same key had an unknown outcome.
  package let isRepeat: Bool
}

/// How an earlier trigger ended.
package struct PriorOutcome: Sendable {
  package let outcome: CallOutcome
  package let idempotencyKey: String
  /// When it was sent, in wall-clock milliseconds.
  package let sentAtMilliseconds: Int64
  /// What is known of its run; nil if it has none, or nothing is known.
  package let run: JSONObject?
}
