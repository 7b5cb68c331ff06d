/// A sign of life: `session-ID.lock` in the state folder, held locked by a process that has sent something, so that others can tell a
/// call that still runs from one whose process died. The system lets go of the lock whatever ends the process, and process ids, which
/// are used again, play no part.
final class SessionLock: Sendable {
  let id: EntryID
  private let directory: any StateDirectory
  private let file: any StateFile

  /// Takes a new lock, and clears away those of dead processes. Called under the ledger's lock, so that nobody
  /// takes a file that is not locked yet for a dead process's.
  /// - Parameter id: a new random name.
  init(_ id: EntryID, in directory: any StateDirectory) throws(LedgerFault) {
    for name in directory.names(startingWith: "session-") where SessionLock.isFree(name, in: directory) {
      directory.remove(name)
    }
    let name = SessionLock.name(id)
    guard let file = try directory.openFile(name, .new) else {
      throw LedgerFault(
        .unwritable, path: directory.path(of: name), problem: "it could not be made", remedy: "call again")
    }
    guard (try? file.lock(exclusive: true, patienceMilliseconds: 0)) == true else {
      throw LedgerFault(
        .unwritable, path: directory.path(of: name), problem: "it could not be locked",
        remedy: "put state_dir on a disk whose file system can lock files")
    }
    self.id = id
    self.directory = directory
    self.file = file
  }

  deinit { directory.remove(SessionLock.name(id)) }

  /// Whether the process of that session still lives.
  static func isAlive(_ id: EntryID, in directory: any StateDirectory) -> Bool {
    let name = name(id)
    return (try? directory.contains(name)) != false && !isFree(name, in: directory)
  }

  private static func name(_ id: EntryID) -> String { "session-\(id).lock" }

  /// Whether nobody holds the file locked for itself; two who look at once do not see each other. What cannot be opened counts as
  /// held.
  private static func isFree(_ name: String, in directory: any StateDirectory) -> Bool {
    guard let found = try? directory.openFile(name, .appending) else { return false }
    return (try? found.lock(exclusive: false, patienceMilliseconds: 0)) == true
  }
}
