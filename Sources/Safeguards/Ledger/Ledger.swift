package import Platform
import Synchronization

/// The append-only record of every trigger (see `LedgerEntry` for its lines), and the only basis for limits and for recognizing
/// repeats. Safe to use from several threads, objects and processes at the same time.
///
/// The directory contains `ledger.jsonl`, `ledger.lock` (see `LedgerLock`), `session-*.lock` (see `SessionLock`), older lines
/// in `ledger-TIME.jsonl` (see `LedgerRotation`), torn lines in `ledger.torn-TIME`, pending approvals, and `paused`.
package final class Ledger: Sendable {
  /// The name of its file.
  package static let name = "ledger.jsonl"

  let path: String
  let clock: any Clock
  let storage: any StateStorage
  private let isDryRun: Bool
  private let notice: @Sendable (String) -> Void
  private let randomBits: @Sendable () -> UInt64
  private let contents: Mutex<LedgerContents>
  /// Whether this object has read a ledger, or has noted its directory. Known without the lock, which another thread may hold
  /// for seconds.
  private let isKnown = Atomic(false)

  /// Accesses no file: the directory is created at the first trigger.
  /// - Parameters:
  ///   - path: The absolute path of the state directory.
  ///   - isDryRun: Whether nothing is written that no caller asked for.
  ///   - notice: Receives messages for the owner that no caller gets: a torn line set aside, a failed rotation.
  ///   - randomBits: Returns 64 random bits for names and keys.
  package init(
    path: String, clock: any Clock, storage: any StateStorage = DiskStorage(), isDryRun: Bool = false,
    notice: @escaping @Sendable (String) -> Void = { _ in },
    randomBits: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }
  ) {
    self.path = path
    self.clock = clock
    self.storage = storage
    self.isDryRun = isDryRun
    self.notice = notice
    self.randomBits = randomBits
    contents = Mutex(LedgerContents(path: path, storage: storage, randomBits: randomBits, notice: notice))
  }

  /// Returns contents of which nothing has been read, for a pass over the whole file.
  func newContents() -> LedgerContents {
    LedgerContents(path: path, storage: storage, randomBits: randomBits, notice: notice)
  }

  /// Runs `body` with the ledger up to date and no concurrent writer. Changes nothing and creates no file.
  func read<Result: Sendable>(
    _ body: (inout LedgerContents) throws(LedgerFault) -> Result
  ) throws(LedgerFault) -> Result { try access(writing: false, body) }

  /// Runs `body` exclusively with the ledger up to date, so that what it checks is still true when it appends.
  func write<Result: Sendable>(
    _ body: (inout LedgerContents) throws(LedgerFault) -> Result
  ) throws(LedgerFault) -> Result { try access(writing: true, body) }

  /// Runs `body` exclusively in the directory without reading the ledger's file, which may be damaged: `body` replaces it.
  /// - Parameter body: Receives the directory and the time.
  func replace(
    _ body: (any StateDirectory, _ nowMilliseconds: Int64) throws(LedgerFault) -> Void
  ) throws(LedgerFault) {
    try contents.withLock { contents throws(LedgerFault) in
      let lock = try contents.begin(writing: true)
      defer { lock?.release() }
      guard let directory = contents.directory else { return }
      try body(directory, LedgerStamp(clock).timeMilliseconds)
    }
  }

  /// Notes the directory, without reading the ledger: a server must not begin another one where the directory that it started
  /// with was moved away, even if other servers began the one in it later. Call it once, before the first call.
  func noteExisting() {
    guard let directory = try? storage.openDirectory(path, creating: false) else { return }
    isKnown.store(true, ordering: .relaxed)
    // A call that holds the lock has opened the directory itself.
    _ = contents.withLockIfAvailable { $0.note(directory) }
  }

  /// Opens the state directory for a file that no limit depends on, creating it if it is missing. A directory that was removed
  /// while this object had its ledger is not created again: the owner may put it back, and an empty one would be in its place.
  func openDirectory() throws(LedgerFault) -> (any StateDirectory)? {
    try storage.openDirectory(path, creating: !isKnown.load(ordering: .relaxed))
  }

  /// Records an outcome. If it cannot be written now, keeps it for the next access that can.
  /// - Parameter isDue: Whether the call, as the ledger has it now, still waits for this outcome. An outcome with this
  ///   condition is not kept: what it says can be read again.
  func record(_ outcome: OutcomeEntry, where isDue: ((CallRecord) -> Bool)? = nil) { record({ _ in [outcome] }, isDue) }

  /// Records each running call of this object with the outcome that it has if its server stops.
  func recordRunning() {
    let (hasUnwritten, isClockBack) = contents.withLock { contents in
      let now = LedgerStamp(clock).reading
      return (contents.hasUnwritten, contents.index.lastLine.map { now.isBack(from: $0) } ?? false)
    }
    guard hasUnwritten else {
      // A client's probe that triggered nothing creates no directory, and does not wait for the lock at its end. But after a
      // restart, only a line tells how much time had passed before the clock was set.
      if isClockBack { noteTime() }
      return
    }
    record({ $0.running.values.sorted { $0.intent.bits < $1.intent.bits } }, nil)
  }

  /// Writes the time if the clock was set back, so that it is counted from then on.
  func noteTime() {
    if !isDryRun { try? write { _ in } }
  }

  /// Changes the outcome that a running call has if its server stops.
  func prepare(_ outcome: OutcomeEntry) {
    contents.withLock { if $0.running[outcome.intent] != nil { $0.running[outcome.intent] = outcome } }
  }

  private func record(_ outcomes: (LedgerContents) -> [OutcomeEntry], _ isDue: ((CallRecord) -> Bool)?) {
    do throws(LedgerFault) {
      try write { contents throws(LedgerFault) in
        for kept in outcomes(contents) {
          if let isDue, let record = contents.index.record(of: kept.intent), !isDue(record) { continue }
          try contents.append(kept)
          contents.running[kept.intent] = nil
        }
      }
    } catch {
      notice("an outcome could not be written, and counts as unknown until it is: \(error)")
      guard isDue == nil else { return }
      contents.withLock { contents in
        for kept in outcomes(contents) {
          contents.keep(kept)
          contents.running[kept.intent] = nil
        }
      }
    }
  }

  /// Reports a fault and its help to the owner, not to the model.
  func report(_ fault: LedgerFault) { notice("\(fault); \(fault.help)") }

  private func access<Result: Sendable>(
    writing: Bool, _ body: (inout LedgerContents) throws(LedgerFault) -> Result
  ) throws(LedgerFault) -> Result {
    try contents.withLock { contents throws(LedgerFault) in
      let lock = try contents.begin(writing: writing)
      defer { lock?.release() }
      try contents.catchUp(lock, writing: writing, clock)
      if contents.isKnown { isKnown.store(true, ordering: .relaxed) }
      return try body(&contents)
    }
  }
}
