import Rules

/// The calls in the ledger's file, kept in memory and updated line by line. A rotation leaves those of the last 31 days.
struct LedgerIndex: Sendable {
  private(set) var records: [CallRecord] = []
  private(set) var time = LedgerTime()
  /// When the last line was written.
  private(set) var lastLine: ClockReading?
  /// The size above which the file is rotated, from its first line.
  private(set) var rotateAt: Int?
  /// The codes of used approvals.
  private(set) var approvalCodes: Set<String> = []
  /// The first attempt of the call that owns each run, live or simulated, by the hash of the run's id. The first call to name a
  /// run owns it.
  private var executions: [UInt64: EntryID] = [:]
  /// The attempts without an outcome whose process is still working on them.
  var running: Set<EntryID> = []
  /// The numbers that records store in place of the names of tools and rules.
  private var nameNumbers: [String: Int32] = [:]
  /// The same for each rule id as written in the lines, so that it is decoded and normalized only once, and its positions here.
  private var ruleSpellings: [(bytes: [UInt8], number: Int32)] = []
  private var spellingPositions = PositionTable()
  /// The positions of calls, oldest first: by attempt, by identity, by the hash of the key, and by request.
  private var attempts = PositionTable()
  private var identities = PositionTable()
  private var keys = PositionTable()
  private var requests = PositionTable()
  /// The positions of the calls without an outcome or with an unknown one, oldest first.
  private var unfinished: [Int] = []
  /// The sums toward caps of each 256 records.
  private(set) var blocks: [UsageBlock] = []
  /// The number of lines about calls that moved something, or may have.
  private(set) var liveLines = 0

  /// Reserves memory for the calls in that many bytes of lines of typical length.
  /// - Parameter ledgerBytes: The reported file size. Clamped to the size of a ledger before its first rotation.
  mutating func reserveCapacity(ledgerBytes: Int) {
    let calls = min(ledgerBytes, LedgerRotation.minBytes) / 640
    records.reserveCapacity(calls)
    for table in [\LedgerIndex.attempts, \.identities, \.keys, \.requests] {
      self[keyPath: table].reserveCapacity(calls)
    }
  }

  /// Records the current readings of the clocks.
  mutating func observe(_ reading: ClockReading) { time.observe(reading) }

  /// The calls whose latest attempt has no outcome, oldest first.
  var openRecords: [CallRecord] { unfinished.map { records[$0] }.filter { $0.status == nil } }

  /// The calls that are not running and whose outcome is unknown, oldest first.
  var unresolvedRecords: [CallRecord] { unfinished.map { records[$0] }.filter { isUnresolved($0) } }

  /// Returns the identical calls over the same base URL, newest first. Simulations are left out.
  func calls(of call: SameCall) -> some Sequence<CallRecord> { same(as: call).lazy.filter { !$0.isSimulation } }

  /// Returns the simulations of the same run over the same base URL that have no final outcome, newest first.
  func openSimulations(of call: SameCall) -> [CallRecord] {
    same(as: call).filter { $0.isSimulation && $0.isUnfinished }
  }

  private func same(as call: SameCall) -> some Sequence<CallRecord> {
    identities[call.identity.hash].lazy.map { records[$0] }.filter { $0.isSame(as: call) }
  }

  /// Returns the calls whose key has that hash, newest first. Simulations are left out.
  func calls(ofKey hash: UInt64) -> some Sequence<CallRecord> {
    keys[hash].lazy.map { records[$0] }.filter { !$0.isSimulation }
  }

  /// Returns the newest matching call with an attempt that has that `SameCall.request`.
  func newestCall(ofRequest request: ShortDigest, where isOne: (CallRecord) -> Bool) -> CallRecord? {
    // A retry may add the request of a newer call to an older one.
    requests[request.hash].filter { isOne(records[$0]) }.max().map { records[$0] }
  }

  func isRunning(_ record: CallRecord) -> Bool { record.status == nil && running.contains(record.latestID) }

  /// Whether the call is not running and its outcome is unknown.
  func isUnresolved(_ record: CallRecord) -> Bool { record.isLive && record.isUnfinished && !isRunning(record) }

  /// Whether the call's run ended with nothing moved.
  func movedNothing(_ record: CallRecord) -> Bool { record.run?.movedNothing == true }

  /// Why runs over that base URL are blocked: a simulation there was not proven to be simulated, and nothing has settled it
  /// since. nil if there is none.
  /// - Parameter service: Nil for all base URLs together.
  func block(over service: String? = nil) -> SimulationBlock? {
    let hash = service.map { KeyHash.of($0) }
    let found = unresolvedRecords.filter { record in
      record.service != 0 && record.doubt.blocksService && (hash == nil || record.service == hash)
    }
    return found.isEmpty ? nil : found.allSatisfy(\.doubt.isUnread) ? .unread : .unproven
  }

  /// Returns the number of a name, or nil if the ledger does not contain it.
  func number(of name: String) -> Int32? { nameNumbers[name] }

  /// Returns the call of an attempt.
  func record(of attempt: EntryID) -> CallRecord? { position(of: attempt).map { records[$0] } }

  /// Returns the call that a run belongs to.
  /// - Parameter hash: The hash of the run's id.
  func record(ofExecution hash: UInt64) -> CallRecord? { executions[hash].flatMap { record(of: $0) } }

  /// Returns the position of an attempt's call in `records`.
  func position(of attempt: EntryID) -> Int? { attempts.last(of: attempt.bits) }

  /// Returns the minimum age of the call in milliseconds, counted from the latest line about it; 0 while it runs.
  func age(of record: CallRecord) -> Int64 { isRunning(record) ? 0 : time.age(of: record.latest) }

  /// Returns the minimum time since the call's key was first used.
  func minKeyAge(of record: CallRecord) -> Int64 { time.age(of: record.first) }

  /// Returns the maximum time since the call's key was first used.
  func maxKeyAge(of record: CallRecord) -> Int64 { time.maxAge(of: record.first) }

  /// Whether no window and no key can need the call anymore, even if the clock is changed later, and it blocks no base URL.
  func isOld(_ record: CallRecord) -> Bool {
    !isRunning(record) && time.elapsed(since: record.latest) > LedgerRotation.keptMilliseconds
      && !(record.doubt.blocksService && isUnresolved(record))
  }

  private mutating func append(_ record: CallRecord) {
    let position = records.count
    records.append(record)
    attempts.insert(position, for: record.firstID.bits)
    identities.insert(position, for: record.identity.hash)
    keys.insert(position, for: record.keyHash)
    unfinished.append(position)
    if position / UsageBlock.size == blocks.count { blocks.append(UsageBlock()) }
    blocks[position / UsageBlock.size].add(record)
  }

  /// Changes a record and updates the sums of its block.
  private mutating func change(_ position: Int, _ change: (inout CallRecord) -> Void) {
    let number = position / UsageBlock.size
    blocks[number].remove(records[position])
    change(&records[position])
    blocks[number].add(records[position])
  }

  /// Applies one line.
  /// - Parameter offset: The start of the line in its file.
  mutating func apply(_ line: ScannedLine, at offset: Int) {
    if let reading = line.reading {
      time.observe(reading)
      lastLine = reading
    }
    switch line.kind {
    case .ledger: rotateAt = line.rotateAt.map { Int($0) }
    case .intent: applyIntent(line, at: offset)
    case .attempt:
      if let id = line.id, let position = position(of: id), records[position].latestID == id {
        let now = time.moment
        change(position) { $0.latest = now }
      }
    case .outcome: applyOutcome(line, at: offset)
    case .run: applyRun(line, at: offset)
    case .clock, nil: break
    }
  }

  private mutating func applyIntent(_ line: ScannedLine, at offset: Int) {
    guard let id = line.id, let server = line.server, let identity = line.identity, let keyHash = line.keyHash,
      let tool = line.tool, let ruleID = line.ruleID
    else { return }
    if !line.isSimulation { liveLines += 1 }
    if let code = line.approval?.text { approvalCodes.insert(code) }
    if let first = line.retryOf, let position = position(of: first), records[position].isUnfinished {
      let now = time.moment
      change(position) { record in
        record.mayHaveRun = true
        record.amountCents = max(record.amountCents, line.amountCents ?? 0)
        record.latestID = id
        record.latestOffset = offset
        record.attempts += 1
        record.server = server
        if record.service == 0 { record.service = line.service ?? 0 }
        record.status = nil
        record.latest = now
      }
      attempts.insert(position, for: id.bits)
    } else {
      append(
        CallRecord(
          firstID: id, tool: number(tool.text ?? ""), rule: number(ofRule: ruleID), identity: identity,
          service: line.service ?? 0, keyHash: keyHash, first: time.moment, intentOffset: offset,
          latestOffset: offset, isSimulation: line.isSimulation, amountCents: line.amountCents ?? 0, latestID: id,
          latest: time.moment, server: server))
    }
    if let request = line.request, let position = position(of: id) { requests.insert(position, for: request.hash) }
  }

  private mutating func applyOutcome(_ line: ScannedLine, at offset: Int) {
    guard let id = line.id, let position = position(of: id), let reported = line.status else { return }
    let record = records[position]
    guard let status = record.status(after: reported, of: id, isByOwner: line.isByOwner) else { return }
    // Later information about an accepted call or an unread simulation, or from the owner, does not change the call's age.
    let isLater = record.status == .accepted || record.doubt.isUnread || line.isByOwner
    let now = isLater ? record.latest : time.moment
    change(position) { record in
      record.latest = now
      if line.isByOwner, let amount = line.amountCents { record.amountCents = amount }
      if record.isSimulation {
        record.doubt = status == .simulated ? .none : record.doubt.joined(with: line.doubt(after: status))
      }
      record.isDelivered = line.isDelivered
      record.status = status
      record.outcomeOffset = offset
    }
    if record.isLive || records[position].isLive { liveLines += 1 }
    if let execution = line.execution {
      let owner = executions[execution] ?? record.firstID
      executions[execution] = owner
      // The run of another call says nothing about this one.
      if status == .accepted, !record.isSimulation, owner == record.firstID, record.run == nil {
        records[position].run = RunRecord()
      }
    }
    if !records[position].isUnfinished, let number = unfinished.lastIndex(of: position) {
      unfinished.remove(at: number)
    }
  }

  /// Applies the recorded state of a run. After a final state, later ones are ignored.
  private mutating func applyRun(_ line: ScannedLine, at offset: Int) {
    guard let id = line.id, let position = position(of: id), records[position].status == .accepted,
      records[position].run?.isFinal == false
    else { return }
    liveLines += 1
    change(position) { record in
      if let amount = line.amountCents { record.amountCents = line.isFinal ? amount : max(record.amountCents, amount) }
      record.run = RunRecord(
        lineOffset: offset, isFinal: line.isFinal, movedNothing: line.isFinal && line.amountCents == 0)
    }
  }

  private mutating func number(ofRule id: LineCursor.Text) -> Int32 {
    let hash = KeyHash.of(id.bytes)
    for position in spellingPositions[hash] where ruleSpellings[position].bytes.elementsEqual(id.bytes) {
      return ruleSpellings[position].number
    }
    let number = number(RuleID.normalized(id.text ?? ""))
    spellingPositions.insert(ruleSpellings.count, for: hash)
    ruleSpellings.append((Array(id.bytes), number))
    return number
  }

  private mutating func number(_ name: String) -> Int32 {
    if let number = nameNumbers[name] { return number }
    let number = Int32(nameNumbers.count)
    nameNumbers[name] = number
    return number
  }
}

/// Positions by 64-bit key. With a dictionary, reading a ledger would take half as long again. A key may have several. Keys are
/// hashes or random numbers, so their lowest bits select the bucket; keys chosen to collide make a lookup slow, but never
/// wrong.
struct PositionTable: Sendable {
  private var entries: [(key: UInt64, position: Int32, previous: Int32)] = []
  /// The last entry of each bucket; -1 for none. The number of buckets is a power of two.
  private var buckets = [Int32](repeating: -1, count: 64)

  /// Reserves space for that many entries, which avoids moving them as the table grows.
  mutating func reserveCapacity(_ count: Int) {
    var size = buckets.count
    while size < count { size *= 2 }
    if size == buckets.count { return }
    buckets = [Int32](repeating: -1, count: size)
    entries.reserveCapacity(size)
    for number in entries.indices { link(number) }
  }

  mutating func insert(_ position: Int, for key: UInt64) {
    if entries.count == buckets.count { reserveCapacity(buckets.count * 2) }
    entries.append((key, Int32(truncatingIfNeeded: position), -1))
    link(entries.count - 1)
  }

  /// Makes an entry the last one of its bucket.
  private mutating func link(_ number: Int) {
    let bucket = bucket(of: entries[number].key)
    entries[number].previous = buckets[bucket]
    buckets[bucket] = Int32(truncatingIfNeeded: number)
  }

  /// The positions of a key, the last one first.
  subscript(key: UInt64) -> some Sequence<Int> {
    sequence(state: buckets[bucket(of: key)]) { next(of: key, &$0) }
  }

  /// Returns the position of a key that was inserted last.
  func last(of key: UInt64) -> Int? {
    var number = buckets[bucket(of: key)]
    return next(of: key, &number)
  }

  private func next(of key: UInt64, _ number: inout Int32) -> Int? {
    while number >= 0 {
      let entry = entries[Int(number)]
      number = entry.previous
      if entry.key == key { return Int(entry.position) }
    }
    return nil
  }

  private func bucket(of key: UInt64) -> Int { Int(truncatingIfNeeded: key) & (buckets.count - 1) }
}
