package import JSON

/// Whether a trigger may go out now.
package enum Verdict: Sendable {
  /// The intent is in the ledger and on the disk: send it, then settle the reservation.
  case go(Reservation)
  /// It went out before; nothing is sent.
  case duplicate(PriorOutcome)
  case refused(Refusal)
}

/// What a trigger's verdict would be, with nothing written and nothing used up.
package enum Forecast: Sendable {
  /// - Parameter repeating: the earlier attempt with unknown outcome that this call would repeat; nil for a new call.
  case go(repeating: Repetition?)
  case duplicate(PriorOutcome)
  case refused(Refusal)
}

/// What a call takes over from an earlier attempt with unknown outcome: its key, and the body that the key is bound to.
package struct Repetition: Sendable {
  package let idempotencyKey: String
  package let payload: JSONValue
}

/// The right to send one request once, under one idempotency key.
package struct Reservation: Sendable {
  let id: EntryID
  /// At most 36 characters; goes out in the request's `idempotency-key` header.
  package let idempotencyKey: String
  /// The body to send: the intent's own, or, where this repeats an attempt with unknown outcome, the body of that attempt,
  /// since a key is bound to the body that it first came with.
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
}
