import Rules

/// Details that are not in the index, read from the file on demand.
extension LedgerContents {
  /// Returns the intent of a call, read from the file.
  func intent(of record: CallRecord) throws(LedgerFault) -> IntentEntry { try intent(at: record.intentOffset) }

  /// Returns the intent of a call's latest attempt, read from the file.
  func latestIntent(of record: CallRecord) throws(LedgerFault) -> IntentEntry { try intent(at: record.latestOffset) }

  private func intent(at offset: Int) throws(LedgerFault) -> IntentEntry {
    guard let file, case .intent(let intent) = LedgerEntry(line: try file.line(at: offset)[...]) else {
      throw try damaged(offset)
    }
    return intent
  }

  /// Returns the key and the body of a call's first attempt, for another attempt.
  /// - Throws: if the body was changed in the file: the repeat would then differ from what Sequence may have recorded under the
  ///   key.
  func repetition(of record: CallRecord) throws(LedgerFault) -> Repetition {
    let first = try intent(of: record)
    guard first.isPayloadIntact else { throw try damaged(record.intentOffset) }
    return Repetition(
      idempotencyKey: first.idempotencyKey, payload: first.payload,
      amount: first.amount == nil ? nil : Money(cents: record.amountCents), shown: first.shown)
  }

  /// Returns the outcome of an earlier call.
  func prior(of record: CallRecord) throws(LedgerFault) -> PriorOutcome {
    let intent = try intent(of: record)
    let outcome = try outcome(of: record)
    return PriorOutcome(
      outcome: outcome ?? .notRecorded, idempotencyKey: intent.idempotencyKey,
      sentAtMilliseconds: intent.timeMilliseconds, run: try run(of: record)?.run)
  }

  /// Returns the latest recorded state of a call's run, or nil if there is none.
  func run(of record: CallRecord) throws(LedgerFault) -> RunEntry? {
    guard let offset = index.runs[record.firstID]?.lineOffset, offset > 0 else { return nil }
    guard let file, case .run(let entry) = LedgerEntry(line: try file.line(at: offset)[...]) else {
      throw try damaged(offset)
    }
    return entry
  }

  /// Returns the last outcome of a call, read from the file; nil if there is none.
  func outcome(of record: CallRecord) throws(LedgerFault) -> CallOutcome? {
    if let unsaved = unsavedOutcome(of: record.latestID) { return unsaved }
    guard record.outcomeOffset > 0 else { return nil }
    guard let file, case .outcome(let entry) = LedgerEntry(line: try file.line(at: record.outcomeOffset)[...]) else {
      throw try damaged(record.outcomeOffset)
    }
    return entry.outcome
  }

  private func damaged(_ offset: Int) throws(LedgerFault) -> LedgerFault {
    LedgerFault(
      .unreadable, path: path + "/" + Ledger.name, line: try file?.lineNumber(at: offset),
      problem: "this entry was changed after it was written",
      help: "put the file back from a backup, or delete that line")
  }
}
