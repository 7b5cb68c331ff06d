import Rules

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
  /// - Throws: if the body is not what was written, since something else than what Sequence may hold under the key would be sent.
  func repetition(of record: CallRecord) throws(LedgerFault) -> Repetition {
    let first = try intent(of: record)
    guard first.isPayloadIntact else { throw try damaged(record.intentOffset) }
    return Repetition(
      idempotencyKey: first.idempotencyKey, payload: first.payload,
      amount: first.amount == nil ? nil : Money(cents: record.amountCents), shown: first.shown)
  }

  /// How an earlier call ended.
  func prior(of record: CallRecord) throws(LedgerFault) -> PriorOutcome {
    let intent = try intent(of: record)
    let outcome = try outcome(of: record)
    return PriorOutcome(
      outcome: outcome ?? CallOutcome(status: .unknown, code: "UNKNOWN", message: "no outcome was recorded"),
      idempotencyKey: intent.idempotencyKey, sentAtMilliseconds: intent.timeMilliseconds, run: try run(of: record)?.run)
  }

  /// What was last learned of a call's run; nil if nothing was.
  func run(of record: CallRecord) throws(LedgerFault) -> RunEntry? {
    guard let offset = index.runs[record.firstID]?.lineOffset, offset > 0 else { return nil }
    guard let file, case .run(let entry) = LedgerEntry(line: try file.line(at: offset)[...]) else {
      throw try damaged(offset)
    }
    return entry
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
      help: "put the file back from a backup, or delete that line")
  }

  /// Every attempt with its last outcome and every refused call, oldest first.
  /// - Parameter withArchives: whether the files of older lines are read too.
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

/// Gathers attempts and outcomes; a line that is in two files counts once.
private struct AuditRows {
  private(set) var rows: [AuditRow] = []
  /// By the attempts' ids.
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

  /// Both in the order of time; rows of one list keep theirs, no matter what the clock was set to.
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
