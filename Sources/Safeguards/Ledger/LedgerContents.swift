import JSON
import Platform
import Rules

/// The open files and the state of one `Ledger`; accessed only under its locks.
struct LedgerContents {
  let path: String
  let storage: any StateStorage
  /// Returns 64 random bits for names and keys; a simulation passes its own source.
  let randomBits: @Sendable () -> UInt64
  private let notice: @Sendable (String) -> Void
  private(set) var directory: (any StateDirectory)?
  private var lock: LedgerLock?
  /// How long the lock is awaited.
  private var patienceMilliseconds = LedgerLock.patienceMilliseconds
  private(set) var file: LedgerFile?
  /// What the last successful read knew of the ledger, also after the file was closed because it became unreadable; nil before
  /// the first.
  private var known: LedgerMark?
  /// What the ledger holds of live calls now; nil while an outcome of this object is missing in it. Without a file, that of an
  /// empty first one.
  var liveMark: LiveMark? {
    hasUnwritten ? nil : LiveMark(generation: file?.mark.generation ?? 1, lines: written.liveLines)
  }
  /// Whether there was a ledger: this object has read it, or the directory had one when the server started.
  var isKnown: Bool { known != nil || hadLedger == true }
  /// Whether the directory had a ledger when the server started; nil if it was not there.
  private var hadLedger: Bool?
  /// The index of the file's lines.
  private var written = LedgerIndex()
  /// The outcomes that could not be written yet.
  private var unsaved = UnsavedOutcomes()
  /// The index of all that this process knows.
  var index: LedgerIndex { unsaved.index ?? written }
  /// The calls in the lines read so far; nil if they are not collected.
  var rows: AuditRows?
  /// Whether this object has flushed the names of the open directory.
  private var hasFlushedNames = false
  /// After a rotation that failed, the size at which the next one is tried: each reads the whole file.
  private var retryRotationAt = 0
  private(set) var session: SessionLock?
  /// The time at which the current access acquired the lock.
  private(set) var stamp = LedgerStamp(timeMilliseconds: 0)
  var now: Int64 { stamp.timeMilliseconds }
  /// Whether nothing tells how much time has passed since the last line.
  var isTimeUnknown: Bool { written.lastLine.map { stamp.reading.isUnknownStep(from: $0) } ?? false }
  /// The number of bytes of a line torn by a crash at the file's end; the next trigger sets them aside.
  private(set) var tornBytes = 0
  /// The intents of this object whose calls are still running, each with the outcome that it has if its server stops.
  var running: [EntryID: OutcomeEntry] = [:]
  /// Whether an outcome of this object still has to be written.
  var hasUnwritten: Bool { !running.isEmpty || unsaved.first != nil }

  init(
    path: String, storage: any StateStorage, randomBits: @escaping @Sendable () -> UInt64,
    notice: @escaping @Sendable (String) -> Void
  ) {
    self.path = path
    self.storage = storage
    self.randomBits = randomBits
    self.notice = notice
  }

  private var lostDirectory: LedgerFault { lost("the state directory was removed or replaced while the server ran") }

  /// Keeps the directory that the server started with.
  mutating func note(_ found: any StateDirectory) {
    hadLedger = found.identity(of: Ledger.name) != nil
    directory = directory ?? found
  }

  /// Opens the directory and the lock file if necessary, and acquires the lock.
  /// - Returns: nil if there is no ledger and none is to be created.
  mutating func begin(writing: Bool) throws(LedgerFault) -> LedgerLock? {
    tornBytes = 0
    if let directory, !directory.isInPlace {
      if isKnown || hadLedger != nil { throw lostDirectory }
      self.directory = nil
      hasFlushedNames = false
      lock = nil
    }
    if writing { try directory?.verify() }
    if directory == nil { directory = try storage.openDirectory(path, creating: writing && !isKnown) }
    guard let directory else {
      if isKnown { throw lostDirectory }
      return nil
    }
    for _ in 1...8 {
      if lock == nil { lock = try LedgerLock(in: directory, creating: writing) }
      guard let lock else { return nil }
      let patience = patienceMilliseconds
      patienceMilliseconds = LedgerLock.shortPatienceMilliseconds
      let isInPlace = try lock.acquire(exclusive: writing, patienceMilliseconds: patience)
      patienceMilliseconds = LedgerLock.patienceMilliseconds
      if isInPlace { return lock }
      self.lock = nil
    }
    throw lost("ledger.lock keeps being replaced")
  }

  /// Brings the index up to date; when writing, also repairs what a crash left.
  /// - Parameter clock: Read only after the lock is acquired, because a thread may have waited for it for seconds.
  mutating func catchUp(_ lock: LedgerLock?, writing: Bool, _ clock: any Clock) throws(LedgerFault) {
    stamp = LedgerStamp(clock)
    unsaved.withdraw()
    guard let directory, try openFile(in: directory, lock, writing: writing), let file else {
      written = LedgerIndex()
      return written.observe(stamp.reading)
    }
    try file.checkContinuity()
    let torn = try read(file)
    if !writing { tornBytes = torn }
    if writing {
      if torn > 0 { try setAside(torn, of: file, in: directory) }
      if let last = written.lastLine, stamp.reading.isBack(from: last) {
        try append(LedgerEntry.clock(stamp), durably: false)
      }
      // With the current time, so that the ledger's lines stay in the order of time.
      while let outcome = unsaved.first {
        try append(outcome)
        unsaved.removeFirst()
      }
      try rotateIfLarge(in: directory)
    }
    written.observe(stamp.reading)
    written.running = Set(written.openRecords.filter { isWorkedOn($0, in: directory) }.map(\.latestID))
    unsaved.apply(to: written, stamp)
  }

  /// Reads the new lines of the open file, which is closed if that fails.
  /// - Returns: the number of bytes of a torn line at its end.
  private mutating func read(_ file: LedgerFile) throws(LedgerFault) -> Int {
    self.file = nil
    if file.isEmpty { written.reserveCapacity(ledgerBytes: try file.size()) }
    let torn = try file.readNew { line, offset, bytes in
      written.apply(line, at: offset)
      rows?.take(line, bytes)
    }
    guard !file.isEmpty else {
      throw LedgerFault(
        .unreadable, path: file.path, problem: "the ledger is empty: it was emptied or never fully written",
        help: startOver)
    }
    known = file.mark
    self.file = file
    return torn
  }

  /// Opens the file with that name, unless it is the open one.
  /// - Returns: false if there is none yet and none is to be created.
  private mutating func openFile(
    in directory: any StateDirectory, _ lock: LedgerLock?, writing: Bool
  ) throws(LedgerFault) -> Bool {
    let found = directory.identity(of: Ledger.name)
    if let found, let file, found == file.identity, file.isAppendable || !writing {
      if writing { try flushNames(in: directory) }
      return true
    }
    if found == nil {
      if isKnown { throw lost("ledger.jsonl was removed while the server ran") }
      if let lock, try lock.isMarked() {
        throw LedgerFault(
          .unreadable, path: directory.path(of: Ledger.name),
          problem: "the ledger is missing, although this directory had one", help: startOver)
      }
      guard writing else { return false }
      try directory.replace(Ledger.name, with: LedgerEntry.first(now: now))
    }
    if writing, let lock, try !lock.isMarked() { try lock.mark() }
    if writing { try flushNames(in: directory) }
    guard let opened = try LedgerFile(in: directory, writing: writing) else { return false }
    if let known, try !opened.continues(known) {
      throw lost("ledger.jsonl was replaced by a file without the lines that this server had read")
    }
    if opened.wasOpenToOthers {
      notice(
        "other users could write \(opened.path) until now; compare 'sequence-mcp audit' with your Sequence account")
    }
    file = opened
    written = LedgerIndex()
    return true
  }

  /// Flushes the directory's names before the first write: a process that was killed while it created the ledger may not have
  /// flushed the name that this one found.
  private mutating func flushNames(in directory: any StateDirectory) throws(LedgerFault) {
    guard !hasFlushedNames else { return }
    try directory.flushNames()
    hasFlushedNames = true
  }

  private var startOver: String {
    "put the file back from a backup; to start over with every limit unused, delete ledger.jsonl and ledger.lock in \(path)"
  }

  private func lost(_ problem: String) -> LedgerFault {
    LedgerFault(
      .unreadable, path: path, problem: problem,
      help: "put it back, or restart the server to count what is there now")
  }

  /// Moves a line torn by a crash into a separate file. If it was an intent, its request was never sent, because an intent is
  /// completely on the disk before that. If it was an outcome, its call counts as unknown.
  private func setAside(_ count: Int, of file: LedgerFile, in directory: any StateDirectory) throws(LedgerFault) {
    let name = "ledger.torn-" + LedgerRotation.stamp(now)
    try directory.replace(name, with: try file.tornLine(count: count))
    try file.truncateToLines()
    notice(
      "the ledger's last line was torn by a crash; its \(count) bytes were set aside in \(directory.path(of: name))")
  }

  /// - Throws: if the shorter file cannot be read: nothing may be decided from an empty index.
  private mutating func rotateIfLarge(in directory: any StateDirectory) throws(LedgerFault) {
    let rotateAt = written.rotateAt ?? LedgerRotation.minBytes
    guard let file, file.offset > max(rotateAt, retryRotationAt) else { return }
    do throws(LedgerFault) {
      let archive = try LedgerRotation.rotate(file, in: directory, index: written, now: now)
      notice("the ledger was rotated; its older lines are in \(directory.path(of: archive))")
    } catch {
      notice("the ledger could not be rotated and keeps growing: \(error)")
      retryRotationAt = file.offset + rotateAt / 32
      hasFlushedNames = false
      if directory.identity(of: Ledger.name) == file.identity { return }
    }
    retryRotationAt = 0
    self.file = nil
    guard try openFile(in: directory, lock, writing: true), let file = self.file else {
      throw lost("ledger.jsonl was removed while it was rotated")
    }
    _ = try read(file)
  }

  /// Appends one entry and applies it to the index.
  mutating func append(_ entry: JSONValue, durably: Bool) throws(LedgerFault) {
    guard let file else { throw lost("the ledger is not open") }
    try file.append(LedgerEntry.line(entry), durably: durably) { line, offset, _ in
      written.apply(line, at: offset)
    }
    known = file.mark
  }

  /// Appends an outcome with the current time.
  mutating func append(_ outcome: OutcomeEntry) throws(LedgerFault) {
    let outcome = outcome.checked(by: written)
    try append(outcome.json(stamp), durably: outcome.mustLast)
  }

  /// Returns the session lock of this process, acquired at its first trigger.
  mutating func liveSession() throws(LedgerFault) -> SessionLock {
    if let session { return session }
    guard let directory else { throw lost("the state directory is not open") }
    let session = try SessionLock(EntryID(bits: randomBits()), in: directory)
    self.session = session
    return session
  }

  /// Whether the process of the call's latest attempt, this one or another, is still working on it.
  private func isWorkedOn(_ record: CallRecord, in directory: any StateDirectory) -> Bool {
    if record.server == session?.id { return running[record.latestID] != nil }
    return SessionLock.isAlive(record.server, in: directory)
  }

  /// Stores an outcome that could not be written, for the next access that can.
  mutating func keep(_ outcome: OutcomeEntry) { unsaved.keep(outcome) }
}

/// Details that are not in the index, read from the file on demand.
extension LedgerContents {
  /// Returns the intent of a call, read from the file.
  func intent(of record: CallRecord) throws(LedgerFault) -> IntentEntry { try intent(at: record.intentOffset) }

  /// Returns the intent of a call's latest attempt, read from the file.
  func latestIntent(of record: CallRecord) throws(LedgerFault) -> IntentEntry { try intent(at: record.latestOffset) }

  private func intent(at offset: Int) throws(LedgerFault) -> IntentEntry { try entry(at: offset, IntentEntry.init) }

  private func entry<Entry>(
    at offset: Int, _ read: (ArraySlice<UInt8>) -> Entry?
  ) throws(LedgerFault) -> Entry {
    guard let file, let entry = read(try file.line(at: offset)[...]) else { throw try damaged(offset) }
    return entry
  }

  /// Returns the key and the body of a call's first attempt, for another attempt.
  /// - Throws: if the body was changed in the file: the repeat would then differ from what Sequence may have recorded under the
  ///   key.
  func repetition(of record: CallRecord) throws(LedgerFault) -> Repetition {
    let first = try intent(of: record)
    guard first.isPayloadIntact else { throw try damaged(record.intentOffset) }
    return Repetition(
      record: record, idempotencyKey: first.idempotencyKey, payload: first.payload,
      amount: first.amount == nil ? nil : Money(cents: record.amountCents), shown: first.shown,
      firstMilliseconds: first.timeMilliseconds, ageMilliseconds: index.maxKeyAge(of: record))
  }

  /// Returns the outcome of an earlier call.
  func prior(of record: CallRecord) throws(LedgerFault) -> PriorOutcome {
    let intent = try intent(of: record)
    let outcome = try outcome(of: record)
    return PriorOutcome(
      outcome: outcome ?? .notRecorded, idempotencyKey: intent.idempotencyKey,
      sentAtMilliseconds: intent.timeMilliseconds, run: try run(of: record)?.run)
  }

  /// Returns an earlier call that another one may double.
  func earlier(_ record: CallRecord, than call: SameCall) throws(LedgerFault) -> EarlierCall {
    let intent = try intent(of: record)
    return EarlierCall(
      idempotencyKey: intent.idempotencyKey, sentAtMilliseconds: intent.timeMilliseconds,
      isElsewhere: !record.isSame(as: call), isAccepted: record.status == .accepted, isRunning: index.isRunning(record))
  }

  /// Returns the latest recorded state of a call's run, or nil if there is none.
  func run(of record: CallRecord) throws(LedgerFault) -> RunEntry? {
    guard let offset = record.run?.lineOffset, offset > 0 else { return nil }
    return try entry(at: offset, RunEntry.init)
  }

  /// Returns the last outcome of a call, read from the file; nil if there is none.
  func outcome(of record: CallRecord) throws(LedgerFault) -> CallOutcome? {
    if let unsaved = unsaved.outcome(of: record.latestID) { return unsaved }
    guard record.outcomeOffset > 0 else { return nil }
    return try entry(at: record.outcomeOffset, OutcomeEntry.init).outcome
  }

  /// Returns the last outcome of a call if it is the owner's statement.
  func ownersStatement(on record: CallRecord) throws(LedgerFault) -> CallOutcome? {
    guard !record.isUnfinished, record.outcomeOffset > 0 else { return nil }
    let entry = try entry(at: record.outcomeOffset, OutcomeEntry.init)
    return entry.isByOwner ? entry.outcome : nil
  }

  private func damaged(_ offset: Int) throws(LedgerFault) -> LedgerFault {
    LedgerFault(
      .unreadable, path: path + "/" + Ledger.name, line: try file?.lineNumber(at: offset),
      problem: "this entry was changed after it was written",
      help: "put the file back from a backup, or delete that line")
  }
}
