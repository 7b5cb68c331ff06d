/// What the ledger says so far, kept in memory and brought up to date line by line.
struct LedgerIndex: Sendable {
  private(set) var records: [CallRecord] = []
  /// The names of tools and rules, to which records point.
  private(set) var names: [String] = []
  private(set) var time = LedgerTime()
  /// The size above which the file is rotated, as its first line says.
  private(set) var rotateAt: Int?
  private var nameNumbers: [String: Int32] = [:]
  /// Where the calls are whose last word is not spoken yet, by each attempt's id.
  private var unsettled: [EntryID: Int] = [:]

  /// Takes note of what the clock shows now.
  mutating func observe(_ now: Int64) { time.observe(now) }

  /// The number of a name, where the ledger holds it.
  func number(of name: String) -> Int32? { nameNumbers[name] }

  /// How long ago the call was, counted from its latest attempt.
  func age(of record: CallRecord, now: Int64) -> Int64 { time.age(of: record.latest, now: now) }

  /// How long ago the call's key was first used.
  func ageOfKey(of record: CallRecord, now: Int64) -> Int64 { time.age(of: record.first, now: now) }

  /// How long ago the call was by `LedgerTime.steadyAge`, for what must not be forgotten too early.
  func steadyAge(of record: CallRecord) -> Int64 { time.steadyAge(of: record.latest) }

  /// Takes in one line.
  /// - Parameter offset: where the line starts in its file.
  mutating func apply(_ line: ScannedLine, at offset: Int) {
    if let now = line.time { time.observe(now) }
    switch line.kind {
    case .ledger: rotateAt = line.rotateAt.map { Int($0) }
    case .intent: applyIntent(line, at: offset)
    case .outcome: applyOutcome(line, at: offset)
    case .clock, nil: break
    }
  }

  private mutating func applyIntent(_ line: ScannedLine, at offset: Int) {
    guard let id = line.id, let server = line.server, let identity = line.identity, let keyHash = line.keyHash,
      let tool = line.tool, let ruleID = line.ruleID
    else { return }
    if let first = line.retryOf, let position = unsettled[first] {
      records[position].mayHaveRun = true
      records[position].latestID = id
      records[position].latest = time.moment
      records[position].server = server
      records[position].state = .open
      unsettled[id] = position
      return
    }
    unsettled[id] = records.count
    records.append(
      CallRecord(
        firstID: id, tool: number(tool), ruleID: number(ruleID), amountCents: line.amountCents, identity: identity,
        keyHash: keyHash, first: time.moment, intentOffset: offset, latestID: id, latest: time.moment, server: server))
  }

  private mutating func applyOutcome(_ line: ScannedLine, at offset: Int) {
    guard let id = line.id, let position = unsettled[id] else { return }
    switch line.status {
    case .accepted:
      records[position].state = .accepted
      forget(position, id)
    case .rejected where !records[position].mayHaveRun:
      records[position].state = .rejected
      forget(position, id)
    case .rejected, .unknown:
      // An answer to an earlier attempt says nothing about one that still runs.
      if records[position].latestID == id { records[position].state = .unknown }
    case nil: return
    }
    records[position].outcomeOffset = offset
  }

  private mutating func forget(_ position: Int, _ id: EntryID) {
    unsettled[id] = nil
    unsettled[records[position].firstID] = nil
    unsettled[records[position].latestID] = nil
  }

  private mutating func number(_ name: String) -> Int32 {
    if let number = nameNumbers[name] { return number }
    let number = Int32(names.count)
    names.append(name)
    nameNumbers[name] = number
    return number
  }
}
