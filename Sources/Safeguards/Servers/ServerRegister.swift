import CSystem
import JSON
import Platform
import Synchronization

/// A running server's file in its state directory, `server-PID-STARTED.json`. A line is appended for each change, and the last
/// one counts. The file is locked while its process lives, so that files of dead processes and earlier boots can be recognized
/// even if another process now has the same id.
package final class ServerRegister: Sendable {
  private static let prefix = "server-"
  /// The prefix of drafts, which are ignored because they are not locked yet.
  private static let draftPrefix = "new-"
  /// The file begins again with the line that would make it longer, since a client may change its name with every call.
  private static let fileLimit = 1 << 16

  private let name: String
  private let directory: any StateDirectory
  private let file: any StateFile
  private let server: Mutex<RunningServer>
  /// The directories that were created only for this file, innermost first.
  private let made: [String]

  /// Registers a server, creating the directory if it is missing.
  /// - Parameter path: The directory for the file; the server's own state directory by default.
  package init(_ server: RunningServer, in path: String? = nil) throws(LedgerFault) {
    let path = path ?? server.stateDirectory
    var missing: [String] = []
    var next = path
    while next != "/", next != ".", !FilePath.exists(next) {
      missing.append(next)
      next = FilePath.parent(next)
    }
    made = missing
    name = ServerRegister.prefix + "\(server.processID)-\(server.startedMilliseconds).json"
    let draft = ServerRegister.draftPrefix + name
    guard let directory = try DiskStorage().openDirectory(path, creating: true),
      let file = try directory.openFile(draft, .new)
    else { throw .system(.unwritable, SystemError(code: ENOENT, attempt: "make \(draft)"), path: path) }
    (self.directory, self.file) = (directory, file)
    self.server = Mutex(server)
    do throws(SystemError) {
      _ = try file.lock(exclusive: true, patienceMilliseconds: 0)
      try file.append(LedgerEntry.line(server.json))
      try directory.rename(draft, to: name)
    } catch {
      directory.remove(draft)
      throw .system(.unwritable, error, path: directory.path(of: name))
    }
  }

  /// Writes a change to the file. Best effort, because nothing depends on it.
  package func update(_ change: (inout RunningServer) -> Void) {
    server.withLock { server in
      let before = server
      change(&server)
      guard server != before else { return }
      let line = LedgerEntry.line(server.json)
      if let size = try? file.size(), size + line.count > ServerRegister.fileLimit { try? file.truncate(to: 0) }
      try? file.append(line)
    }
  }

  /// Removes the server, and the directories that were created for it if they are empty.
  package func end() {
    directory.remove(name)
    for path in made where rmdir(path) != 0 { break }
  }

  /// Returns the servers that run on a state directory, oldest first. Removes the files of dead ones.
  /// - Parameter unread: Gets the path of each file that cannot be read, which may be that of a running server.
  package static func servers(
    in path: String, unread: (String) -> Void = { _ in }
  ) throws(LedgerFault) -> [RunningServer] {
    guard let directory = try DiskStorage().openDirectory(path, creating: false) else { return [] }
    var servers: [RunningServer] = []
    for name in directory.names(startingWith: prefix) {
      do {
        guard let file = try directory.openFile(name, .reading) else { continue }
        if try file.lock(exclusive: false, patienceMilliseconds: 0) {
          // Another program's file may have such a name.
          if latest(in: file) != nil { directory.remove(name) }
        } else if let server = latest(in: file) {
          servers.append(server)
        } else {
          unread(directory.path(of: name))
        }
      } catch {
        unread(directory.path(of: name))
      }
    }
    return servers.sorted { $0.startedMilliseconds < $1.startedMilliseconds }
  }

  /// Returns the server in the last complete line.
  private static func latest(in file: any StateFile) -> RunningServer? {
    // Read again if the file was just begun again.
    for _ in 0..<10 {
      guard let bytes = try? file.read(at: 0, capacity: 2 * fileLimit) else { return nil }
      let servers = bytes.split(separator: 0x0A).reversed().lazy
        .compactMap { (try? JSONParser.parse($0)).flatMap { RunningServer($0) } }
      if let last = servers.first { return last }
    }
    return nil
  }
}
