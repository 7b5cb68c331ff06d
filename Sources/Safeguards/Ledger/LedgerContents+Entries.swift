/// What the index leaves out, read from the file when it is wanted.
extension LedgerContents {
  /// The intent of a call, read from the file.
  func intent(of record: CallRecord) throws(LedgerFault) -> IntentEntry {
    guard let file, case .intent(let intent) = LedgerEntry(line: try file.line(at: record.intentOffset)[...]) else {
      throw try damaged(record.intentOffset)
    }
    return intent
  }

  /// The key and the body of a call's first attempt, for one more attempt.
  /// - Throws: where the body is not what was written, since something else than what Sequence may hold under the key would be sent.
  func repetition(of record: CallRecord) throws(LedgerFault) -> Repetition {
    let first = try intent(of: record)
    guard first.isPayloadIntact else { throw try damaged(record.intentOffset) }
    return Repetition(idempotencyKey: first.idempotencyKey, payload: first.payload)
  }

  /// The last outcome of a call, read from the file; nil without one.
  func outcome(of record: CallRecord) throws(LedgerFault) -> CallOutcome? {
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
      remedy: "put the file back from a backup, or delete that line")
  }

  /// Every attempt with its last outcome, oldest first.
  /// - Parameter withArchives: whether the files of older lines are read too.
  func rows(withArchives: Bool) throws(LedgerFault) -> [AuditRow] {
    guard let directory else { return [] }
    var rows = AuditRows()
    for name in withArchives ? directory.names(startingWith: "ledger-") : [] {
      guard let archive = try LedgerFile(name, in: directory, writing: false) else { continue }
      _ = try archive.readNew { _, _ in }
      try archive.eachLine { bytes, _ in rows.take(bytes) }
    }
    try file?.eachLine { bytes, _ in rows.take(bytes) }
    return rows.rows
  }
}

/// Gathers attempts and outcomes; a line that stands in two files counts once.
private struct AuditRows {
  private(set) var rows: [AuditRow] = []
  private var positions: [EntryID: Int] = [:]

  mutating func take(_ line: UnsafeBufferPointer<UInt8>) {
    switch LedgerEntry(line: Array(line)[...]) {
    case .intent(let intent) where positions[intent.id] == nil:
      positions[intent.id] = rows.count
      rows.append(AuditRow(intent: intent, result: nil))
    case .outcome(let outcome):
      // What was accepted once stays so, whatever came after it.
      if let position = positions[outcome.intent], rows[position].outcome != .accepted {
        rows[position].result = outcome
      }
    case .intent, .other, nil: break
    }
  }
}
