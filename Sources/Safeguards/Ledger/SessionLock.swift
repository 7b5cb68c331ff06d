import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A sign of life: `session-ID.lock` in the state folder, held locked by a process that has sent something, so that others can tell a
/// call that still runs from one whose process died. The system lets go of the lock whatever ends the process, and process ids, which
/// are used again, play no part.
final class SessionLock: Sendable {
  let id: EntryID
  private let directory: StateDirectory
  private let descriptor: Int32

  /// Takes a new lock, and clears away those of dead processes. Called under the ledger's lock, so that nobody
  /// takes a file that is not locked yet for a dead process's.
  init(in directory: StateDirectory) throws(LedgerFault) {
    for name in directory.names(startingWith: "session-") where SessionLock.isFree(name, in: directory) {
      directory.remove(name)
    }
    let id = EntryID.random()
    let name = SessionLock.name(id)
    guard let descriptor = try directory.openFile(name, O_RDWR | O_CREAT | O_EXCL) else {
      throw .system(.unwritable, .last("make \(name)"), path: directory.path)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .system(.unwritable, .last("lock \(name)"), path: directory.path)
    }
    self.id = id
    self.directory = directory
    self.descriptor = descriptor
  }

  deinit {
    directory.remove(SessionLock.name(id))
    close(descriptor)
  }

  /// Whether the process of that session still lives.
  static func isAlive(_ id: EntryID, in directory: StateDirectory) -> Bool {
    let name = name(id)
    return (try? directory.contains(name)) != false && !isFree(name, in: directory)
  }

  private static func name(_ id: EntryID) -> String { "session-\(id).lock" }

  /// Whether nobody holds the file locked for itself; two who look at once do not see each other. What cannot be opened counts as
  /// held.
  private static func isFree(_ name: String, in directory: StateDirectory) -> Bool {
    guard let found = try? directory.openFile(name, O_RDWR) else { return false }
    defer { close(found) }
    return flock(found, LOCK_SH | LOCK_NB) == 0
  }
}
