import Platform
package import Rules

/// A call of unknown outcome that the owner can settle, or one that the owner settled, whose amount can be corrected.
package struct UnsettledCall: Sendable {
  /// Its latest attempt: what the owner knows of the call does not cover another one.
  let attempt: EntryID
  package let attemptCount: Int
  /// Its first attempt.
  package let intent: IntentEntry
  /// The largest amount of its attempts; nil if unknown. Of a settled call, the amount that was asked for at first.
  package let amount: Money?
  /// Whether it is a simulation of which nothing says whether Sequence took it.
  package let isLostSimulation: Bool
  /// When its latest attempt was sent, in wall-clock milliseconds.
  package let lastSentAtMilliseconds: Int64
  /// The recorded outcome of its latest attempt; nil if its process died.
  package let outcome: CallOutcome?
  /// Whether the outcome is the owner's statement.
  package let isSettled: Bool
  /// The amount that counts after the owner said that it ran; nil if the owner said nothing, or that it did not run.
  package let settledAmount: Money?

  package var idempotencyKey: String { intent.idempotencyKey }
  /// Whether it ran a rule on a balance, so that its amount is unknown and only the owner can state it.
  package var runsOnBalance: Bool { intent.api == .platform && intent.amount == nil }
}

/// The owner's statement about a call whose outcome is unknown.
package enum OwnerStatement: Sendable, Hashable {
  /// It ran.
  /// - Parameter amount: The amount that moved; nil means the amount that was asked for.
  case ran(amount: Money?)
  case didNotRun

  package var outcome: CallOutcome {
    switch self {
    case .ran: CallOutcome(status: .accepted, code: .settledByOwner, message: "the owner said that it ran")
    case .didNotRun:
      CallOutcome(status: .rejected, code: .settledByOwner, message: "the owner said that it did not run")
    }
  }

  fileprivate var amount: Money? {
    switch self {
    case .ran(let amount): amount
    case .didNotRun: nil
    }
  }
}

extension TriggerGuard {
  /// Returns the calls of the last 31 days whose outcome is unknown and that no longer run, oldest first.
  package func unsettledCalls() throws(LedgerFault) -> [UnsettledCall] {
    try ledger.read { contents throws(LedgerFault) in
      try contents.index.unresolvedRecords.map { record throws(LedgerFault) in
        try contents.unsettledCall(record, outcome: try contents.outcome(of: record))
      }
    }
  }

  /// Returns the calls of the last 31 days that the owner settled, oldest first.
  package func settledCalls() throws(LedgerFault) -> [UnsettledCall] {
    try ledger.read { contents throws(LedgerFault) in
      var calls: [UnsettledCall] = []
      for record in contents.index.records {
        guard let statement = try contents.ownersStatement(on: record) else { continue }
        calls.append(try contents.unsettledCall(record, outcome: statement, isSettled: true))
      }
      return calls
    }
  }

  /// Records the owner's statement about a call of unknown outcome. From then on its amount counts as stated, or not at all. A
  /// later statement can correct the amount, or say that the call ran after all; that it ran is never taken back.
  /// - Returns: false if the call does not wait to be settled as it was read: it was sent again, or its outcome became known.
  package func settle(_ call: UnsettledCall, byOwner statement: OwnerStatement) throws(LedgerFault) -> Bool {
    try ledger.write { contents throws(LedgerFault) in
      guard let record = contents.index.record(of: call.attempt), record.latestID == call.attempt else { return false }
      if call.isSettled {
        guard case .ran = statement, try contents.ownersStatement(on: record) == call.outcome else { return false }
      } else if !contents.index.isUnresolved(record) {
        return false
      }
      try contents.append(
        OutcomeEntry(intent: call.attempt, outcome: statement.outcome, isByOwner: true, amount: statement.amount))
      return true
    }
  }
}

extension LedgerContents {
  fileprivate func unsettledCall(
    _ record: CallRecord, outcome: CallOutcome?, isSettled: Bool = false
  ) throws(LedgerFault) -> UnsettledCall {
    let intent = try intent(of: record)
    let counted = Money(cents: record.amountCents)
    return UnsettledCall(
      attempt: record.latestID, attemptCount: Int(record.attempts), intent: intent,
      amount: intent.amount.map { isSettled ? $0 : counted }, isLostSimulation: record.doubt == .lost,
      lastSentAtMilliseconds: try latestIntent(of: record).timeMilliseconds, outcome: outcome, isSettled: isSettled,
      settledAmount: isSettled && record.status == .accepted ? counted : nil)
  }
}
