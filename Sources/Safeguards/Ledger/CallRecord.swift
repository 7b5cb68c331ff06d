/// One call as limits and repeats see it: all attempts under one idempotency key together, in as few bytes as will do.
struct CallRecord: Sendable {
  enum State: Sendable {
    /// No outcome yet: still running, or its process died.
    case open
    case accepted, rejected, unknown
  }

  let firstID: EntryID
  let tool: Int32
  let ruleID: Int32
  let amountCents: Int64
  let identity: ShortDigest
  let keyHash: UInt64
  /// When the first attempt was made.
  let first: LedgerTime.Moment
  /// Where the first attempt's line starts in the file.
  let intentOffset: Int

  /// The latest attempt, which limits count from: an earlier one may not have run, and this one may have.
  var latestID: EntryID
  var latest: LedgerTime.Moment
  /// The process of the latest attempt.
  var server: EntryID
  var state = State.open
  /// Whether an attempt had an unknown outcome: no later refusal can take that back.
  var mayHaveRun = false
  /// Where the line of the outcome starts; 0 without one.
  var outcomeOffset = 0

  /// Whether limits count it: all but what Sequence surely refused.
  var counts: Bool { state != .rejected }
}
