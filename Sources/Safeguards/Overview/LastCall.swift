package import Rules

/// The latest call of one tool, simulations aside, as the ledger's index holds it.
package struct LastCall: Sendable {
  /// In wall-clock milliseconds.
  package let timeMilliseconds: Int64
  /// nil if the call moves no amount that is known.
  package let amount: Money?
  package let outcome: AuditOutcome
  /// What became of its run; nil for a call that has none of its own.
  package let run: RunSummary?
}

extension TriggerGuard {
  /// The latest call of each tool in the last 31 days, by its name.
  package func lastCalls(of tools: [String]) throws(LedgerFault) -> [String: LastCall] {
    try ledger.read { contents throws(LedgerFault) in
      let index = contents.index
      var latest: [Int32: CallRecord] = [:]
      for record in index.records where !record.isSimulation { latest[record.tool] = record }
      var calls: [String: LastCall] = [:]
      for tool in tools {
        guard let record = index.number(of: tool).flatMap({ latest[$0] }) else { continue }
        calls[tool] = LastCall(
          timeMilliseconds: record.first.latestWall,
          amount: record.amountCents > 0 ? Money(cents: record.amountCents) : nil, outcome: AuditOutcome(record.state),
          run: try contents.runSummary(of: record))
      }
      return calls
    }
  }

  /// The names of the clients of recorded and refused calls.
  package func callers() throws(LedgerFault) -> [String] {
    try ledger.read { contents throws(LedgerFault) in
      Set(try contents.rows(withArchives: false).compactMap(\.clientName)).sorted()
    }
  }

  /// How many calls of the last 31 days have an unknown outcome and do not run anymore.
  package func unsettledCount() throws(LedgerFault) -> Int {
    try ledger.read { contents throws(LedgerFault) in contents.index.unresolvedRecords.count }
  }
}

extension LedgerContents {
  fileprivate func runSummary(of record: CallRecord) throws(LedgerFault) -> RunSummary? {
    guard let known = index.runs[record.firstID] else { return nil }
    let intent = try intent(of: record)
    return RunSummary(
      asked: intent.executeAmount, simulated: intent.shown?.total, run: try run(of: record)?.run,
      isFinal: known.isFinal)
  }
}

extension AuditOutcome {
  fileprivate init(_ state: CallRecord.State) {
    switch state {
    case .open: self = .open
    case .accepted: self = .accepted
    case .rejected: self = .rejected
    case .unknown: self = .unknown
    case .simulated: self = .simulated
    }
  }
}
