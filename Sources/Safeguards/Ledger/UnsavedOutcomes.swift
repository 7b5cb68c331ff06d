import Rules

/// The outcomes of a process's calls that could not be written yet. The process knows them, so it decides as if they were in
/// the file; to every other process their calls are running or unknown.
struct UnsavedOutcomes {
  /// In the order in which they became known.
  private var outcomes: [OutcomeEntry] = []
  /// The file's index with these outcomes; nil if there are none, or while the file is read.
  private(set) var index: LedgerIndex?

  var first: OutcomeEntry? { outcomes.first }

  mutating func keep(_ outcome: OutcomeEntry) { outcomes.append(outcome) }

  /// Forgets the first outcome, which has been written.
  mutating func removeFirst() { outcomes.removeFirst() }

  /// Returns the last outcome of an attempt; nil if there is none.
  func outcome(of attempt: EntryID) -> CallOutcome? { outcomes.last { $0.intent == attempt }?.outcome }

  /// Drops the index, before the file's own one changes.
  mutating func withdraw() { index = nil }

  /// Applies the outcomes to a copy of the file's index.
  mutating func apply(to written: LedgerIndex, _ stamp: LedgerStamp) {
    guard !outcomes.isEmpty else { return }
    var index = written
    for outcome in outcomes {
      LedgerEntry.line(outcome.checked(by: index).json(stamp)).dropLast().withUnsafeBufferPointer { bytes in
        if let line = ScannedLine(bytes) { index.apply(line, at: 0) }
      }
    }
    self.index = index
  }
}

extension OutcomeEntry {
  /// Returns the outcome as it is written. Two servers may have been told of the same run at the same time: what is known of it
  /// says nothing about the second simulation.
  func checked(by index: LedgerIndex) -> OutcomeEntry {
    guard outcome.status == .simulated, let id = outcome.executionID,
      let owner = index.record(ofExecution: KeyHash.of(id)), owner.firstID != index.record(of: intent)?.firstID
    else { return self }
    return OutcomeEntry(
      intent: intent,
      outcome: CallOutcome(
        status: .unknown, code: .simulationNotProven, message: "the simulated run is that of another call",
        statusCode: outcome.statusCode, requestID: outcome.requestID, executionID: id),
      isDelivered: isDelivered, doubt: .unproven(blocksService: true))
  }
}
