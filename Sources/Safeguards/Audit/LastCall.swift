package import Rules

/// The latest call of one tool, from the ledger's index. A simulation is one only if it may have moved something.
package struct LastCall: Sendable {
  /// In wall-clock milliseconds.
  package let timeMilliseconds: Int64
  /// nil if the amount is unknown.
  package let amount: Money?
  package let outcome: AuditOutcome
  /// The summary of its run; nil for a call without a separate run.
  package let run: RunSummary?
}

extension TriggerGuard {
  /// Returns the latest call of each tool in the last 31 days, by the tool's name.
  package func lastCalls(of tools: [String]) throws(LedgerFault) -> [String: LastCall] {
    try ledger.read { contents throws(LedgerFault) in
      let index = contents.index
      var latest: [Int32: CallRecord] = [:]
      for record in index.records where record.isLive { latest[record.tool] = record }
      var calls: [String: LastCall] = [:]
      for tool in tools {
        guard let record = index.number(of: tool).flatMap({ latest[$0] }) else { continue }
        calls[tool] = LastCall(
          timeMilliseconds: try contents.intent(of: record).timeMilliseconds,
          amount: record.amountCents > 0 ? Money(cents: record.amountCents) : nil, outcome: AuditOutcome(record.status),
          run: try contents.runSummary(of: record))
      }
      return calls
    }
  }

  /// Returns the names of the clients of recorded and refused calls.
  package func callers() throws(LedgerFault) -> [String] {
    Set(try ledger.readRows().rows.compactMap(\.clientName)).sorted()
  }

  /// Returns the number of calls of the last 31 days that have an unknown outcome and no longer run.
  package func unsettledCount() throws(LedgerFault) -> Int {
    try ledger.read { contents throws(LedgerFault) in contents.index.unresolvedRecords.count }
  }

  /// Returns why a simulation that may have moved money blocks the runs over its base URL; nil if there is none.
  package func simulationBlock() throws(LedgerFault) -> SimulationBlock? {
    try ledger.read { contents throws(LedgerFault) in contents.index.block() }
  }
}

extension LedgerContents {
  fileprivate func runSummary(of record: CallRecord) throws(LedgerFault) -> RunSummary? {
    guard let known = record.run else { return nil }
    return RunSummary(of: try intent(of: record), run: try run(of: record)?.run, isFinal: known.isFinal)
  }
}
