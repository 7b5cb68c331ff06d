import Platform

/// The file whose `flock` lets one process, and one thread of it, read, check and append at a time. A mark in it says that the folder
/// has had a ledger: a ledger that is missing then was lost, and is not started again.
final class LedgerLock: Sendable {
  static let name = "ledger.lock"
  /// How long another process may hold the lock; it does so for the time of one disk write.
  static let patienceMilliseconds: Int64 = 10_000

  private let file: any StateFile
  private let directory: any StateDirectory

  /// - Returns: nil if there is no such file and it is not to be made.
  init?(in directory: any StateDirectory, creating: Bool) throws(LedgerFault) {
    guard let file = try directory.openFile(LedgerLock.name, creating ? .readingOrNew : .reading) else { return nil }
    self.file = file
    self.directory = directory
  }

  /// Waits for the lock.
  /// - Returns: false if the file is no longer the one of that name, and the lock means nothing.
  /// - Throws: if another process keeps it for too long.
  func acquire(exclusive: Bool) throws(LedgerFault) -> Bool {
    let isOurs: Bool
    do throws(SystemError) {
      isOurs = try file.lock(exclusive: exclusive, patienceMilliseconds: LedgerLock.patienceMilliseconds)
    } catch {
      throw .system(.unwritable, error, path: path)
    }
    guard isOurs else {
      throw LedgerFault(
        .unwritable, path: path, problem: "another process has held the lock for 10 seconds",
        remedy: "look for a sequence-mcp process that hangs or was stopped, and end it")
    }
    if directory.identity(of: LedgerLock.name) == file.identity { return true }
    release()
    return false
  }

  func release() { file.unlock() }

  /// Whether the directory has had a ledger.
  func isMarked() throws(LedgerFault) -> Bool {
    do throws(SystemError) {
      return try file.size() > 0
    } catch {
      throw .system(.unreadable, error, path: path)
    }
  }

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
