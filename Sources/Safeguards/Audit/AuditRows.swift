/// The rows of an audit, collected from the ledger's lines. A line that is in two files counts once.
struct AuditRows {
  private(set) var rows: [AuditRow] = []
  /// Keyed by attempt id.
  private var positions = PositionTable()
  /// The positions of all attempts at each call with more than one, by its first attempt.
  private var attempts: [EntryID: [Int]] = [:]

  mutating func take(_ line: ScannedLine, _ bytes: ArraySlice<UInt8>) {
    guard let id = line.id else { return }
    switch line.kind {
    case .intent:
      guard positions.last(of: id.bits) == nil, let row = AuditRow(line, bytes) else { return }
      positions.insert(rows.count, for: id.bits)
      if let first = row.firstAttempt {
        attempts[first, default: positions.last(of: first.bits).map { [$0] } ?? []].append(rows.count)
      }
      rows.append(row)
    case .outcome, .run:
      if let position = positions.last(of: id.bits) { rows[position].take(line, bytes) }
    case .ledger, .attempt, .clock, nil: break
    }
  }

  /// Returns the rows, of which one is counted for each call: its last accepted attempt, otherwise its last one. It counts by
  /// the greatest amount of all attempts, unless it is known what the call moved.
  private var decided: [AuditRow] {
    if attempts.isEmpty { return rows }
    var rows = rows
    for positions in attempts.values {
      let deciding = positions.last { rows[$0].outcome == .accepted } ?? positions.last
      for position in positions where position != deciding { rows[position].supersede() }
      if let deciding, let most = positions.compactMap({ rows[$0].amount }).max() {
        rows[deciding].count(atLeast: most)
      }
    }
    return rows
  }

  /// Returns the rows and those of refused calls, by time. Rows of the same list keep their order, even if the clock was set
  /// back.
  func merged(with refused: [AuditRow]) -> [AuditRow] {
    let rows = decided
    if refused.isEmpty { return rows }
    var merged: [AuditRow] = []
    var rest = refused[...]
    for attempt in rows {
      while let next = rest.first, next.timeMilliseconds <= attempt.timeMilliseconds {
        merged.append(rest.removeFirst())
      }
      merged.append(attempt)
    }
    return merged + rest
  }
}

extension Ledger {
  /// Reads the ledger from its start and lists its calls in the same pass, because the scan of 100,000 lines takes most of an
  /// audit's time. Changes nothing.
  /// - Parameter includesArchives: Receives the current time; returns whether the archives of older lines are read, too.
  /// - Returns: the ledger as of one moment; every attempt with its last outcome and every refused call, oldest first; and the
  ///   reason why refused calls are missing.
  func readRows(
    includesArchives: (_ nowMilliseconds: Int64) -> Bool = { _ in false }
  ) throws(LedgerFault) -> (contents: LedgerContents, rows: [AuditRow], missing: LedgerFault?) {
    var contents = newContents()
    let lock = try contents.begin(writing: false)
    defer { lock?.release() }
    guard let directory = contents.directory else {
      try contents.catchUp(lock, writing: false, clock)
      return (contents, [], nil)
    }
    var rows = AuditRows()
    let isBack = includesArchives(LedgerStamp(clock).timeMilliseconds)
    for name in isBack ? directory.names(startingWith: LedgerRotation.archivePrefix) : [] {
      _ = try LedgerFile(name, in: directory, writing: false)?.readNew { line, _, bytes in rows.take(line, bytes) }
    }
    contents.rows = rows
    try contents.catchUp(lock, writing: false, clock)
    rows = contents.rows ?? rows
    // A second reference would have the caller copy all rows.
    contents.rows = nil
    let refused = RefusalLog.read(in: directory)
    return (contents, rows.merged(with: refused.calls), refused.fault)
  }
}
