package import JSON
import Platform
package import Rules

/// A run that a call of this ledger started, or a simulation whose run could not be read.
package struct KnownRun: Sendable {
  let attempt: EntryID
  package let intent: IntentEntry
  package let executionID: String
  /// As results show it; nil if nothing is known yet.
  package let run: JSONObject?
  /// The greatest amount that was reported as moved so far; nil if none was.
  package let mostMoved: Money?
  /// Whether the record is complete, so that the run need not be read again.
  package let isFinal: Bool
}

extension TriggerGuard {
  /// Records the state of a run, unless it is final already. If the write fails, it can be read from Sequence again.
  /// - Parameters:
  ///   - run: As results show it.
  ///   - isFinal: Whether nothing more is to be learned.
  ///   - amount: The total that it moved, once it has ended and every transfer was read; the call then counts as that
  ///     amount. Before, what it moves at least; the call never counts as less.
  ///   - moved: What it has moved already, of the transfers that were read; the call never counts as less again.
  package func recordRun(
    _ run: JSONObject, of reservation: Reservation, isFinal: Bool, amount: Money?, moved: Money?
  ) {
    recordRun(run, of: reservation.id, isFinal: isFinal, amount: amount, moved: moved)
  }

  /// Records the state of a run that was found in the ledger.
  package func recordRun(_ run: JSONObject, of known: KnownRun, isFinal: Bool, amount: Money?, moved: Money?) {
    // An unchanged state needs no line.
    guard isFinal || known.run != run else { return }
    recordRun(run, of: known.attempt, isFinal: isFinal, amount: amount, moved: moved)
  }

  private func recordRun(_ run: JSONObject, of attempt: EntryID, isFinal: Bool, amount: Money?, moved: Money?) {
    do throws(LedgerFault) {
      try ledger.write { contents throws(LedgerFault) in
        guard let record = contents.index.record(of: attempt), record.run?.isFinal == false
        else { return }
        var counted = amount.flatMap { isFinal || $0.cents > record.amountCents ? $0 : nil }
        // An amount once reported as moved keeps counting, even if later answers report less.
        let most = [moved, try contents.run(of: record)?.mostMoved].compactMap { $0 }.max()
        if isFinal, let most { counted = max(counted ?? most, most) }
        let entry = RunEntry(run: run, isFinal: isFinal, amount: counted, movedBefore: most)
        try contents.append(entry.json(attempt, contents.stamp), durably: false)
      }
    } catch {
      ledger.report(error)
    }
  }

  /// Records what the run of a simulation reported that could not be read before, unless it was settled meanwhile.
  /// - Parameter outcome: `simulated`, and it counts for nothing from now on; or `unknown`.
  package func recordReread(_ simulation: KnownRun, _ outcome: CallOutcome, doubt: SimulationDoubt) {
    ledger.record(OutcomeEntry(intent: simulation.attempt, outcome: outcome, doubt: doubt), where: \.doubt.isUnread)
  }

  /// Returns the runs of the last 31 days due to be read again: the simulations that could not be read, and the runs that
  /// are not final; each oldest first.
  package func openRuns() throws(LedgerFault) -> [KnownRun] {
    try ledger.read { contents throws(LedgerFault) in
      let unread = try contents.index.unresolvedRecords.filter(\.doubt.isUnread).map(contents.unreadSimulation)
      let open = try contents.index.records
        .filter { $0.run?.isFinal == false && !contents.index.isOld($0) }.map(contents.knownRun)
      return (unread + open).compactMap(\.self)
    }
  }

  /// Returns the run with that id, or nil if no call of this ledger started it.
  package func run(executionID: String) throws(LedgerFault) -> KnownRun? {
    let hash = KeyHash.of(executionID)
    return try ledger.read { contents throws(LedgerFault) in
      guard let record = contents.index.record(ofExecution: hash), record.run != nil,
        let run = try contents.knownRun(of: record), run.executionID.hasSameBytes(as: executionID)
      else { return nil }
      return run
    }
  }

  /// Whether the run with that id, live or simulated, belongs to another call of this ledger, so that an acceptance that names
  /// it proves nothing about this call. False if the ledger cannot be read; even then, the other call's run does not change
  /// what this call counts.
  package func isOfAnotherCall(_ executionID: String, _ reservation: Reservation) -> Bool {
    let hash = KeyHash.of(executionID)
    let isOther = try? ledger.read { contents in
      guard let record = contents.index.record(ofExecution: hash) else { return false }
      return record.firstID != contents.index.record(of: reservation.id)?.firstID
    }
    return isOther ?? false
  }

  /// Returns the last run of a tool, or nil if it has none.
  package func lastRun(tool: String) throws(LedgerFault) -> KnownRun? {
    try ledger.read { contents throws(LedgerFault) in
      guard let number = contents.index.number(of: tool) else { return nil }
      for record in contents.index.records.reversed() where record.tool == number && record.run != nil {
        if let run = try contents.knownRun(of: record) { return run }
      }
      return nil
    }
  }
}

extension LedgerContents {
  /// Returns the run that the last outcome of a call names, or nil if it names none.
  fileprivate func knownRun(of record: CallRecord) throws(LedgerFault) -> KnownRun? {
    guard let id = try outcome(of: record)?.executionID else { return nil }
    let state = try run(of: record)
    return KnownRun(
      attempt: record.latestID, intent: try intent(of: record), executionID: id, run: state?.run,
      mostMoved: state?.mostMoved, isFinal: record.run?.isFinal == true)
  }

  /// Returns the simulation, unless its run belongs to another call, which says nothing about this one.
  fileprivate func unreadSimulation(of record: CallRecord) throws(LedgerFault) -> KnownRun? {
    guard let run = try knownRun(of: record), run.intent.service != nil,
      index.record(ofExecution: KeyHash.of(run.executionID))?.firstID == record.firstID
    else { return nil }
    return run
  }
}
