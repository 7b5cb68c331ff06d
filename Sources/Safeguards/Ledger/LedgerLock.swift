import Platform

/// The file whose `flock` lets one thread of one process at a time read, check and append. A mark in it records that the
/// directory has had a ledger: a missing ledger was then lost, and is not created again.
package final class LedgerLock: Sendable {
  package static let name = "ledger.lock"
  /// The maximum time to wait for the lock. Other processes hold it for about one disk write.
  static let patienceMilliseconds: Int64 = 10_000
  /// The time to wait after a wait that was too long, until the lock has been acquired again: each call would wait as long.
  static let shortPatienceMilliseconds: Int64 = 250

  private let file: any StateFile
  private let directory: any StateDirectory

  /// - Returns: nil if there is no such file and it is not to be created.
  init?(in directory: any StateDirectory, creating: Bool) throws(LedgerFault) {
    guard let file = try directory.openFile(LedgerLock.name, creating ? .readingOrNew : .reading) else { return nil }
    self.file = file
    self.directory = directory
  }

  /// Acquires the lock.
  /// - Parameter patienceMilliseconds: The maximum time to wait for it.
  /// - Returns: false if the file no longer has that name, so that the lock is meaningless.
  /// - Throws: if another process holds it for too long.
  func acquire(exclusive: Bool, patienceMilliseconds: Int64) throws(LedgerFault) -> Bool {
    let isOurs = try LedgerFault.wrapping(
      .unwritable, path: path, try file.lock(exclusive: exclusive, patienceMilliseconds: patienceMilliseconds))
    guard isOurs else {
      throw LedgerFault(
        .unwritable, path: path, problem: "another process holds the lock and does not release it",
        help: "look for a sequence-mcp process that hangs or was stopped, and end it")
    }
    if directory.identity(of: LedgerLock.name) == file.identity { return true }
    release()
    return false
  }

  func release() { file.unlock() }

  /// Whether the directory has had a ledger.
  func isMarked() throws(LedgerFault) -> Bool { try LedgerFault.wrapping(.unreadable, path: path, try file.size() > 0) }

  func mark() throws(LedgerFault) {
    guard let file = try directory.openFile(LedgerLock.name, .appending) else { return }
    do throws(SystemError) {
      try file.append(Array("ledger.jsonl exists\n".utf8))
      try file.synchronize()
    } catch {
      throw .system(.unwritable, error, path: path)
    }
  }

  private var path: String { directory.path(of: LedgerLock.name) }
}

/// Proof that a process is alive: `session-ID.lock` in the state directory, kept locked by a process that has sent something.
/// Others can thus distinguish a running call from one whose process died. The system releases the lock however the process
/// ends, and process ids, which are reused, are not involved.
final class SessionLock: Sendable {
  let id: EntryID
  private let directory: any StateDirectory
  private let file: any StateFile

  /// Creates a new lock, and removes those of dead processes. Called under the ledger's lock, so that a file that is not locked
  /// yet is not mistaken for a dead process's.
  /// - Parameter id: A new random name.
  init(_ id: EntryID, in directory: any StateDirectory) throws(LedgerFault) {
    for name in directory.names(startingWith: "session-") where SessionLock.isFree(name, in: directory) {
      directory.remove(name)
    }
    let name = SessionLock.name(id)
    guard let file = try directory.openFile(name, .new) else {
      throw LedgerFault(
        .unwritable, path: directory.path(of: name), problem: "it could not be created", help: "call again")
    }
    guard (try? file.lock(exclusive: true, patienceMilliseconds: 0)) == true else {
      throw LedgerFault(
        .unwritable, path: directory.path(of: name), problem: "it could not be locked",
        help: "put state_dir on a disk whose file system can lock files")
    }
    self.id = id
    self.directory = directory
    self.file = file
  }

  deinit { directory.remove(SessionLock.name(id)) }

  /// Whether the process of that session is still alive.
  static func isAlive(_ id: EntryID, in directory: any StateDirectory) -> Bool {
    let name = name(id)
    return (try? directory.contains(name)) != false && !isFree(name, in: directory)
  }

  private static func name(_ id: EntryID) -> String { "session-\(id).lock" }

  /// Whether nobody holds an exclusive lock on the file. Concurrent probes do not affect each other. A file that cannot be
  /// opened counts as locked.
  private static func isFree(_ name: String, in directory: any StateDirectory) -> Bool {
    guard let found = try? directory.openFile(name, .appending) else { return false }
    return (try? found.lock(exclusive: false, patienceMilliseconds: 0)) == true
  }
}
