package import JSON
package import Rules

/// The outcome of a trigger, with the terms that results and the ledger share.
package struct CallOutcome: Sendable, Hashable {
  /// The status of a trigger: accepted, rejected or unknown for a live one.
  package enum Status: String, Sendable, Hashable, CaseIterable {
    case accepted, rejected, unknown
    /// A simulation ran, and nothing moved.
    case simulated
  }

  package let status: Status
  /// Sequence's code, or one of this program.
  package let code: String
  package let message: String
  /// nil if there was no response.
  package let statusCode: Int?
  /// Sequence's id of the request; nil if the answer had none.
  package let requestID: String?
  /// The id of the started run; nil for the Remote API, which does not report it.
  package let executionID: String?

  /// - Parameter codeText: Sequence's code, or one of this program.
  package init(
    status: Status, codeText: String, message: String, statusCode: Int? = nil, requestID: String? = nil,
    executionID: String? = nil
  ) {
    self.status = status
    code = codeText
    self.message = message
    self.statusCode = statusCode
    self.requestID = requestID
    self.executionID = executionID
  }

  package init(
    status: Status, code: CallCode, message: String, statusCode: Int? = nil, requestID: String? = nil,
    executionID: String? = nil
  ) {
    self.init(
      status: status, codeText: code.rawValue, message: message, statusCode: statusCode, requestID: requestID,
      executionID: executionID)
  }

  /// The outcome of an earlier call whose server died before it could record one.
  package static let notRecorded = CallOutcome(status: .unknown, code: .unknown, message: "no outcome was recorded")

  /// The outcome of a call that still ran at the end of its server.
  package static let serverStopped = CallOutcome(
    status: .unknown, code: .serverStopped, message: "the server stopped before the answer came; it may have run")
}

/// The decision whether a trigger may be sent now.
package enum Verdict: Sendable {
  /// The intent is in the ledger and on the disk. Send it, then record its outcome.
  case go(Reservation)
  /// It was sent before; nothing is sent now.
  case duplicate(PriorOutcome)
  /// - Parameter repeatedKey: The key of the earlier attempt of unknown outcome that this call would repeat. The refusal proves
  ///   nothing about that attempt, so the result for the caller must be `unknown`, with this key.
  case refused(Refusal, repeatedKey: String?)
}

/// The expected verdict on a trigger, with nothing written and nothing consumed.
package enum Forecast: Sendable {
  /// - Parameters:
  ///   - repeating: The earlier attempt of unknown outcome that this call would repeat; nil for a new call.
  ///   - earlier: An identical call that this one would not repeat: of unknown outcome, and its key is too old or it was sent
  ///     to another base URL, or accepted, and the caller passed a key of its own.
  case go(repeating: Repetition?, earlier: EarlierCall?)
  case duplicate(PriorOutcome)
  /// As in `Verdict`.
  case refused(Refusal, repeatedKey: String?)
}

/// The data that a call reuses from an earlier attempt of unknown outcome: its key, and the body that the key is bound to.
package struct Repetition: Sendable {
  /// The attempts under its key.
  let record: CallRecord
  package let idempotencyKey: String
  package let payload: JSONValue
  /// The amount that the first attempt counts by; nil if unknown.
  package let amount: Money?
  /// The transfers shown for the first attempt; nil if nothing was simulated.
  package let shown: ShownTransfers?
  /// When the first attempt was made, in wall-clock milliseconds.
  package let firstMilliseconds: Int64
  /// How long ago that was, at most.
  package let ageMilliseconds: Int64
}

/// An earlier identical call that a new one does not repeat, so that the rule may run twice.
package struct EarlierCall: Sendable, Hashable {
  package let idempotencyKey: String
  /// When it was sent, in wall-clock milliseconds.
  package let sentAtMilliseconds: Int64
  /// Whether it was sent to another base URL.
  package let isElsewhere: Bool
  /// Whether it was accepted; if not, its outcome is not known.
  package let isAccepted: Bool
  /// Whether it is still being sent.
  package let isRunning: Bool
}

/// The right to send one request once, under one idempotency key.
package struct Reservation: Sendable {
  let id: EntryID
  let call: SameCall
  /// At most 36 characters; sent in the request's `idempotency-key` header.
  package let idempotencyKey: String
  /// The body to send: the intent's own, or the body of the attempt of unknown outcome that this repeats, because Sequence
  /// binds a key to the body that it first came with.
  package let payload: JSONValue
  /// Whether an earlier attempt under the same key had an unknown outcome.
  package let isRepeat: Bool
  /// How long ago the key was used first, at most; 0 for a new one, `Int64.max` if the machine may have restarted since.
  package let keyAgeMilliseconds: Int64
  /// When Sequence may have forgotten the key.
  let keyEnd: ClockMoment
}

/// The outcome of an earlier trigger.
package struct PriorOutcome: Sendable {
  package let outcome: CallOutcome
  package let idempotencyKey: String
  /// When it was sent, in wall-clock milliseconds.
  package let sentAtMilliseconds: Int64
  /// The state of its run; nil if it has none, or if it is unknown.
  package let run: JSONObject?
}
