/// One call for limits and repeats: all attempts under one idempotency key together, in as few bytes as possible.
struct CallRecord: Sendable {
  let firstID: EntryID
  let tool: Int32
  let rule: Int32
  /// See `SameCall.identity`.
  let identity: ShortDigest
  /// The hash of the base URL; 0 if no attempt recorded one.
  var service: UInt64
  let keyHash: UInt64
  /// The time of the first attempt.
  let first: LedgerTime.Moment
  /// The start offset of the first attempt's line in the file.
  let intentOffset: Int
  /// The same of the latest attempt.
  var latestOffset: Int
  var attempts: Int32 = 1
  /// Whether it only simulates a run.
  let isSimulation: Bool

  /// The largest amount of any attempt, or the amount that moved according to the owner.
  var amountCents: Int64
  var latestID: EntryID
  /// The time of the latest line about the latest attempt: its outcome, or that it was sent.
  var latest: LedgerTime.Moment
  /// The process of the latest attempt.
  var server: EntryID
  /// nil without an outcome: it is still running, or its process died.
  var status: CallOutcome.Status?
  /// Whether an attempt had an unknown outcome, which no later refusal can undo.
  var mayHaveRun = false
  /// Whether the caller received the outcome.
  var isDelivered = true
  /// The start offset of the outcome's line; 0 without one.
  var outcomeOffset = 0
  /// What is not known about it if it is a simulation.
  var doubt = SimulationDoubt.none
  /// The run that it started, once it was accepted through the Platform API.
  var run: RunRecord?

  /// Whether it moved something, or may have.
  var isLive: Bool { !isSimulation || doubt != .none }

  /// Whether limits count it: every call except those that Sequence certainly refused and those that were only simulated.
  var counts: Bool { status != .rejected && isLive }

  /// Whether it has no outcome, or an unknown one.
  var isUnfinished: Bool { status == nil || status == .unknown }

  /// Whether it is the same call over the same base URL. Earlier builds recorded no base URL for the Remote API: such a call is
  /// the same over each.
  func isSame(as call: SameCall) -> Bool { identity == call.identity && (service == 0 || service == call.service) }

  /// Returns the status after an outcome of one of the attempts; nil if the outcome changes nothing.
  func status(after reported: CallOutcome.Status, of attempt: EntryID, isByOwner: Bool) -> CallOutcome.Status? {
    let isAwaited = latestID == attempt && isUnfinished
    return switch reported {
    case .accepted: .accepted
    // Nothing takes back what the run itself has reported, or what the owner said.
    case .simulated: isSimulation && isAwaited && !doubt.isUnproven ? .simulated : nil
    case .rejected where status == .accepted: nil
    case .rejected where isByOwner || !mayHaveRun: .rejected
    // The outcome of an earlier attempt proves nothing about one that is still running.
    case .rejected, .unknown: isAwaited ? .unknown : nil
    }
  }
}

/// The state of a run.
struct RunRecord: Sendable {
  /// The start offset of the latest line about it; 0 without one.
  var lineOffset = 0
  /// Whether the run need not be read again.
  var isFinal = false
  /// Whether it ended with nothing moved.
  var movedNothing = false
}

/// What is not known about a simulation: a simulation in doubt counts as a live run.
package enum SimulationDoubt: Sendable, Hashable {
  /// Sequence refused it, its run reported that it was simulated, or it has no outcome yet.
  case none
  /// The answer to an attempt was lost, so that nothing says whether Sequence took it. It is sent again under its key.
  case lost
  /// Its run could not be read. A later reading may still prove that it was simulated.
  case unread(blocksService: Bool)
  /// Its run does not report that it was simulated, or cannot be read again. Only the owner ends the doubt.
  case unproven(blocksService: Bool)

  /// Whether nothing else is sent over its base URL until the doubt ends.
  package var blocksService: Bool {
    switch self {
    case .none, .lost: false
    case .unread(let blocks), .unproven(let blocks): blocks
    }
  }

  package var isUnread: Bool { self == .unread(blocksService: false) || self == .unread(blocksService: true) }

  var isUnproven: Bool { self == .unproven(blocksService: false) || self == .unproven(blocksService: true) }

  /// Returns the doubt after another outcome that does not end it. What a run has reported is not read again.
  func joined(with later: SimulationDoubt) -> SimulationDoubt {
    let blocks = blocksService || later.blocksService
    return switch (self, later) {
    case (.lost, .none): .lost
    case (.none, _), (.lost, _): later
    case (.unread, .unread): .unread(blocksService: blocks)
    case (.unread, _), (.unproven, _): .unproven(blocksService: blocks)
    }
  }
}

/// Why a simulation blocks the runs over its base URL.
package enum SimulationBlock: String, Sendable {
  /// Its run could not be read. It is read again, which may end the block.
  case unread
  /// Its run does not report that it was simulated. Only the owner ends the block.
  case unproven
}
