import Rules

/// One call for limits and repeats: all attempts under one idempotency key together, in as few bytes as possible.
struct CallRecord: Sendable {
  /// The outcome of a call.
  enum State: Sendable {
    /// No outcome yet: still running, or its process died.
    case open
    case accepted, rejected, unknown, simulated
  }

  let firstID: EntryID
  let tool: Int32
  let rule: Int32
  /// See `SameCall.identity`.
  let identity: ShortDigest
  /// The hash of the base URL; 0 if no attempt recorded one.
  var service: UInt64
  let keyHash: UInt64
  /// The time of the first attempt.
  let first: LedgerTime.Moment
  /// The start offset of the first attempt's line in the file.
  let intentOffset: Int
  /// The same of the latest attempt.
  var latestOffset: Int
  var attempts: Int32 = 1
  /// Whether it only simulates a run.
  let isSimulation: Bool

  /// The largest amount of any attempt, or the amount that moved according to the owner.
  var amountCents: Int64
  var latestID: EntryID
  /// The time of the latest line about the latest attempt: its outcome, or that it was sent.
  var latest: LedgerTime.Moment
  /// The process of the latest attempt.
  var server: EntryID
  var state = State.open
  /// Whether an attempt had an unknown outcome, which no later refusal can undo.
  var mayHaveRun = false
  /// Whether the caller received the outcome.
  var isDelivered = true
  /// The start offset of the outcome's line; 0 without one.
  var outcomeOffset = 0
  /// What is not known about it if it is a simulation.
  var doubt = SimulationDoubt.none

  /// Whether it moved something, or may have.
  var isLive: Bool { !isSimulation || doubt != .none }

  /// Whether limits count it: every call except those that Sequence certainly refused and those that were only simulated.
  var counts: Bool { state != .rejected && isLive }
}

/// The index's record of a run that an accepted Platform API call started.
struct RunRecord: Sendable {
  /// The start offset of the latest line about it; 0 without one.
  var lineOffset = 0
  /// Whether the run need not be read again.
  var isFinal = false
  /// Whether it ended with nothing moved.
  var movedNothing = false
}

/// The calls of the last 31 days, kept in memory and updated line by line.
struct LedgerIndex: Sendable {
  /// One day more than the longest window.
  static let keptMilliseconds: Int64 = 31 * 86_400_000
  /// With fewer records, dropping old ones is not worthwhile.
  private static let leastRecords = 1024
  /// The typical size of an intent and an outcome.
  private static let bytesOfCall = 640

  private(set) var records: [CallRecord] = []
  private(set) var time = LedgerTime()
  /// The size above which the file is rotated, from its first line.
  private(set) var rotateAt: Int?
  /// The codes of used approvals.
  private(set) var approvalCodes: Set<String> = []
  /// The runs of accepted calls, keyed by first attempt.
  private(set) var runs: [EntryID: RunRecord] = [:]
  /// The first attempt of the call that owns each run, live or simulated, by the hash of the run's id. The first call to name a run owns it.
  private var executions: [UInt64: EntryID] = [:]
  /// The simulations over a known base URL that have no final outcome.
  private var simulations: Set<EntryID> = []
  /// The attempts without an outcome whose process is still working on them.
  var running: Set<EntryID> = []
  /// The numbers that records store in place of the names of tools and rules.
  private var nameNumbers: [String: Int32] = [:]
  /// The same, keyed by the bytes in the lines, so that each rule id is normalized only once.
  private var toolSpellings = SpellingTable()
  private var ruleSpellings = SpellingTable()
  /// The positions of calls by attempt, by `ShortDigest.hash` of the identity, by the hash of the key, and by request.
  private var attempts = PositionTable()
  private var identities = PositionTable()
  private var keys = PositionTable()
  private var requests = PositionTable()
  /// The positions of the calls without an outcome or with an unknown one, oldest first.
  private var unfinished: [Int] = []
  /// The sums toward caps of each 256 records.
  private(set) var blocks: [UsageBlock] = []

  /// Reserves memory for the calls in that many bytes of lines of typical length.
  /// - Parameter ledgerBytes: The reported file size. Clamped to the size of a ledger before its first rotation.
  mutating func reserveCapacity(ledgerBytes: Int) {
    let calls = min(ledgerBytes, LedgerRotation.leastBytes) / LedgerIndex.bytesOfCall
    records.reserveCapacity(calls)
    attempts.reserveCapacity(calls)
    identities.reserveCapacity(calls)
    keys.reserveCapacity(calls)
    requests.reserveCapacity(calls)
  }

  /// Records the current readings of the clocks.
  mutating func observe(_ reading: ClockReading) { time.observe(reading) }

  /// The calls whose latest attempt has no outcome, oldest first.
  var openRecords: [CallRecord] { unfinished.map { records[$0] }.filter { $0.state == .open } }

  /// The calls that are not running and whose outcome is unknown, oldest first.
  var unresolvedRecords: [CallRecord] { unfinished.map { records[$0] }.filter { isUnresolved($0) } }

  /// Returns the identical calls over the same base URL, newest first. Simulations are left out.
  func calls(of call: SameCall) -> some Sequence<CallRecord> {
    identities.positions(of: call.identity.hash).lazy.map { records[$0] }
      .filter { $0.isSame(as: call) && !$0.isSimulation }
  }

  /// Returns the calls whose key has that hash, newest first. Simulations are left out.
  func calls(ofKey hash: UInt64) -> some Sequence<CallRecord> {
    keys.positions(of: hash).lazy.map { records[$0] }.filter { !$0.isSimulation }
  }

  /// Returns the simulations of the same run over the same base URL that have no final outcome, newest first.
  func openSimulations(of call: SameCall) -> [CallRecord] {
    identities.positions(of: call.identity.hash).map { records[$0] }.filter {
      $0.isSimulation && $0.isSame(as: call) && isUnfinished($0)
    }
  }

  /// Returns the newest matching call with an attempt that has that `SameCall.request`, given by its first half.
  func newestCall(ofRequest request: UInt64, where isOne: (CallRecord) -> Bool) -> CallRecord? {
    // A retry may add the request of a newer call to an older one.
    requests.positions(of: request).filter { isOne(records[$0]) }.max().map { records[$0] }
  }

  func isRunning(_ record: CallRecord) -> Bool { record.state == .open && running.contains(record.latestID) }

  /// Whether the call is not running and its outcome is unknown.
  func isUnresolved(_ record: CallRecord) -> Bool {
    guard record.isLive else { return false }
    return record.state == .unknown || record.state == .open && !running.contains(record.latestID)
  }

  /// Whether the call's run ended with nothing moved.
  func movedNothing(_ record: CallRecord) -> Bool { runs[record.firstID]?.movedNothing == true }

  /// Why runs over that base URL stop: a simulation there was not proven to be simulated, and nothing has settled it since. nil
  /// if there is none.
  func stop(over service: String) -> SimulationStop? {
    guard !simulations.isEmpty else { return nil }
    let hash = KeyHash.of(service)
    return stop { $0.service == hash }
  }

  /// The same for all base URLs together.
  var stop: SimulationStop? { stop { _ in true } }

  /// The same for the simulations that may have moved an unknown amount.
  var stopOfUnknownAmount: SimulationStop? { stop { $0.amountCents == 0 } }

  private func stop(where isMeant: (CallRecord) -> Bool) -> SimulationStop? {
    var stop: SimulationStop?
    for id in simulations {
      guard let record = record(of: id), stopsItsService(record), isMeant(record) else { continue }
      guard record.doubt.isUnread else { return .unproven }
      stop = .unread
    }
    return stop
  }

  private func stopsItsService(_ record: CallRecord) -> Bool { record.doubt.stopsService && isUnresolved(record) }

  /// Returns the number of a name, or nil if the ledger does not contain it.
  func number(of name: String) -> Int32? { nameNumbers[name] }

  /// Returns the call of an attempt.
  func record(of attempt: EntryID) -> CallRecord? { position(of: attempt).map { records[$0] } }

  /// Returns the call that a run belongs to.
  /// - Parameter hash: The hash of the run's id.
  func record(ofExecution hash: UInt64) -> CallRecord? { executions[hash].flatMap { record(of: $0) } }

  /// Returns the position of an attempt's call in `records`.
  func position(of attempt: EntryID) -> Int? { attempts.position(of: attempt.bits) }

  /// Returns the minimum age of the call in milliseconds, counted from the latest line about it; 0 while it runs.
  func age(of record: CallRecord) -> Int64 { isRunning(record) ? 0 : time.age(of: record.latest) }

  /// Returns the minimum time since the call's key was first used.
  func leastKeyAge(of record: CallRecord) -> Int64 { time.age(of: record.first) }

  /// Returns the maximum time since the call's key was first used.
  func greatestKeyAge(of record: CallRecord) -> Int64 { time.greatestAge(of: record.first) }

  /// Whether no window and no key can need the call anymore, even if the clock is changed later, and it blocks no base URL.
  func isOld(_ record: CallRecord) -> Bool {
    !isRunning(record) && time.elapsed(since: record.latest) > LedgerIndex.keptMilliseconds && !stopsItsService(record)
  }

  /// Drops old calls if at least half of the calls are old.
  mutating func dropOld() {
    guard records.count > LedgerIndex.leastRecords, isOld(records[records.count / 2]) else { return }
    var numbers = [Int?](repeating: nil, count: records.count)
    var kept: [CallRecord] = []
    for (position, record) in records.enumerated() where !isOld(record) {
      numbers[position] = kept.count
      kept.append(record)
    }
    records = kept
    attempts = attempts.renumbered { numbers[$0] }
    identities = identities.renumbered { numbers[$0] }
    keys = keys.renumbered { numbers[$0] }
    requests = requests.renumbered { numbers[$0] }
    runs = runs.filter { position(of: $0.key) != nil }
    executions = executions.filter { position(of: $0.value) != nil }
    simulations = simulations.filter { position(of: $0) != nil }
    unfinished = unfinished.compactMap { numbers[$0] }
    blocks = []
    for position in records.indices { addToBlock(position) }
  }

  /// - Parameter request: The first half of its `SameCall.request`; nil if it has none.
  private mutating func append(_ record: CallRecord, request: UInt64?) {
    let position = records.count
    records.append(record)
    attempts.insert(position, for: record.firstID.bits)
    identities.insert(position, for: record.identity.hash)
    keys.insert(position, for: record.keyHash)
    if let request { requests.insert(position, for: request) }
    unfinished.append(position)
    addToBlock(position)
  }

  private mutating func addToBlock(_ position: Int) {
    let number = position / UsageBlock.size
    if number == blocks.count { blocks.append(UsageBlock()) }
    blocks[number].add(records[position])
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
    if let wall = line.time {
      time.observe(ClockReading(wall: wall, boot: line.boot, bootMilliseconds: line.bootMilliseconds))
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
    if let code = line.approval?.text { approvalCodes.insert(code) }
    if let first = line.retryOf, let position = position(of: first), isUnfinished(records[position]) {
      let now = time.moment
      change(position) { record in
        record.mayHaveRun = true
        record.amountCents = max(record.amountCents, line.amountCents ?? 0)
        record.latestID = id
        record.latestOffset = offset
        record.attempts += 1
        record.server = server
        if record.service == 0 { record.service = line.service ?? 0 }
        record.state = .open
        record.latest = now
      }
      attempts.insert(position, for: id.bits)
      if let request = line.request?.high { requests.insert(position, for: request) }
      return
    }
    if line.isSimulation, line.service != nil { simulations.insert(id) }
    append(
      CallRecord(
        firstID: id, tool: number(ofTool: tool), rule: number(ofRule: ruleID), identity: identity,
        service: line.service ?? 0, keyHash: keyHash, first: time.moment, intentOffset: offset, latestOffset: offset,
        isSimulation: line.isSimulation,
        amountCents: line.amountCents ?? 0, latestID: id, latest: time.moment, server: server),
      request: line.request?.high)
  }

  private func isUnfinished(_ record: CallRecord) -> Bool { record.state == .open || record.state == .unknown }

  private mutating func applyOutcome(_ line: ScannedLine, at offset: Int) {
    guard let id = line.id, let position = position(of: id), let status = line.status else { return }
    let record = records[position]
    var state = record.state
    switch status {
    case .accepted: state = .accepted
    case .rejected where record.state == .accepted: return
    case .rejected where line.isByOwner || !record.mayHaveRun: state = .rejected
    case .simulated:
      // Nothing takes back what the run itself has reported, or what the owner said.
      guard record.isSimulation, record.latestID == id, isUnfinished(record), !record.doubt.isUnproven
      else { return }
      state = .simulated
    case .rejected, .unknown:
      // The outcome of an earlier attempt proves nothing about one that is still running.
      guard record.latestID == id, isUnfinished(record) else { return }
      state = .unknown
    }
    // Later information about an accepted call or an unread simulation, or from the owner, does not change the call's age.
    let isLater = record.state == .accepted || record.doubt.isUnread || line.isByOwner
    let now = isLater ? record.latest : time.moment
    change(position) { record in
      record.latest = now
      if line.isByOwner, let amount = line.amountCents { record.amountCents = amount }
      if record.isSimulation {
        record.doubt = state == .simulated ? .none : record.doubt.joined(with: line.doubt(state: state))
      }
      record.isDelivered = line.isDelivered
      record.state = state
      record.outcomeOffset = offset
    }
    if record.isSimulation, !isUnfinished(records[position]) { simulations.remove(record.firstID) }
    if let execution = line.execution {
      let owner = executions[execution] ?? record.firstID
      executions[execution] = owner
      // The run of another call says nothing about this one.
      if state == .accepted, !record.isSimulation, owner == record.firstID, runs[owner] == nil {
        runs[owner] = RunRecord()
      }
    }
    if !isUnfinished(records[position]), let number = unfinished.lastIndex(of: position) {
      unfinished.remove(at: number)
    }
  }

  /// Applies the recorded state of a run. After a final state, later ones are ignored.
  private mutating func applyRun(_ line: ScannedLine, at offset: Int) {
    guard let id = line.id, let position = position(of: id), records[position].state == .accepted else { return }
    let first = records[position].firstID
    guard var run = runs[first], !run.isFinal else { return }
    run.lineOffset = offset
    run.isFinal = line.isFinal
    if let amount = line.amountCents {
      change(position) { $0.amountCents = line.isFinal ? amount : max($0.amountCents, amount) }
      run.movedNothing = line.isFinal && amount == 0
    }
    runs[first] = run
  }

  private mutating func number(ofTool name: LineCursor.Text) -> Int32 {
    if let number = toolSpellings.number(of: name.bytes) { return number }
    let number = number(name.text ?? "")
    toolSpellings.insert(name.bytes, number)
    return number
  }

  private mutating func number(ofRule id: LineCursor.Text) -> Int32 {
    if let number = ruleSpellings.number(of: id.bytes) { return number }
    let number = number(RuleID.normalized(id.text ?? ""))
    ruleSpellings.insert(id.bytes, number)
    return number
  }

  private mutating func number(_ name: String) -> Int32 {
    if let number = nameNumbers[name] { return number }
    let number = Int32(nameNumbers.count)
    nameNumbers[name] = number
    return number
  }
}
