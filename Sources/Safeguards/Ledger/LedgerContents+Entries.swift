import Rules

/// Details that are not in the index, read from the file on demand.
extension LedgerContents {
  /// Returns the intent of a call, read from the file.
  func intent(of record: CallRecord) throws(LedgerFault) -> IntentEntry {
    guard let file, case .intent(let intent) = LedgerEntry(line: try file.line(at: record.intentOffset)[...]) else {
      throw try damaged(record.intentOffset)
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
      outcome: outcome ?? CallOutcome(status: .unknown, code: "UNKNOWN", message: "no outcome was recorded"),
      idempotencyKey: intent.idempotencyKey, sentAtMilliseconds: intent.timeMilliseconds, run: try run(of: record)?.run)
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

  /// Returns every attempt with its last outcome and every refused call, oldest first.
  /// - Parameter withArchives: whether the archives of older lines are read too.
  func rows(withArchives: Bool) throws(LedgerFault) -> [AuditRow] {
    guard let directory else { return [] }
    var rows = AuditRows()
    for name in withArchives ? directory.names(startingWith: LedgerRotation.archivePrefix) : [] {
      guard let archive = try LedgerFile(name, in: directory, writing: false) else { continue }
      _ = try archive.readNew { _, _ in }
      try archive.eachLine { rows.take($0) }
    }
    try file?.eachLine { rows.take($0) }
    let refused = RefusalLog.read(in: directory).map { AuditRow($0) }
    return AuditRows.merged(rows.rows, refused)
  }
}

/// Collects attempts and outcomes. A line that is in two files counts once.
private struct AuditRows {
  private(set) var rows: [AuditRow] = []
  /// Keyed by attempt id.
  private var positions = PositionTable()

  mutating func take(_ bytes: ArraySlice<UInt8>) {
    guard let line = bytes.withUnsafeBufferPointer({ AuditLine($0) }), let id = line.id else { return }
    let position = positions.position(of: id.bits)
    switch line.kind {
    case .intent where position == nil:
      guard let row = AuditRow(line, bytes) else { return }
      positions.insert(rows.count, for: id.bits)
      rows.append(row)
    case .outcome, .run:
      if let position { rows[position].take(line, bytes) }
    default: break
    }
  }

  /// Merges both lists by time. Rows of the same list keep their order, even if the clock was set back.
  static func merged(_ attempts: [AuditRow], _ refused: [AuditRow]) -> [AuditRow] {
    if refused.isEmpty { return attempts }
    var rows: [AuditRow] = []
    var rest = refused[...]
    for attempt in attempts {
      while let next = rest.first, next.timeMilliseconds <= attempt.timeMilliseconds { rows.append(rest.removeFirst()) }
      rows.append(attempt)
    }
    return rows + rest
  }
}
