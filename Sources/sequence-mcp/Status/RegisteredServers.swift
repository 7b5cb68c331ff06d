import Platform
import Safeguards

/// The running servers that are registered in some state directories.
struct RegisteredServers {
  let servers: [RunningServer]
  private let unread: [Unread]

  /// A register, or a server in it, that could not be read.
  private struct Unread {
    /// The state directory, if it cannot be used at all.
    var directory: String?
    let text: String
  }

  init(in directories: [String]) {
    var servers: [RunningServer] = []
    var unread: [Unread] = []
    for directory in directories {
      do throws(LedgerFault) {
        servers += try ServerRegister.servers(in: directory) { unread.append(Unread(text: "\($0) cannot be read")) }
      } catch {
        unread.append(Unread(directory: directory, text: "\(error); \(error.help)"))
      }
    }
    (self.servers, self.unread) = (servers, unread)
  }

  /// Returns what could not be read of the registers, so that there may be more servers.
  /// - Parameter reported: State directories that are already reported as unusable, which is not repeated.
  func faults(besides reported: [String] = []) -> [String] {
    unread.filter { fault in
      !reported.contains { directory in fault.directory.map { FilePath.isSame($0, directory) } ?? false }
    }.map { "some running servers may be missing here: \($0.text)" }
  }
}
