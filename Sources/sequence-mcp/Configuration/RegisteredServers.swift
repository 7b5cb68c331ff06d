import Platform
import Rules
import Safeguards

/// The running servers that are registered in some state directories.
struct RegisteredServers {
  private(set) var servers: [RunningServer] = []
  /// Registers, or servers in them, that could not be read, with the state directory if it cannot be used at all.
  private var unread: [(directory: String?, text: String)] = []

  /// Reads each register and each server once: a server is registered in its own state directory and in the standard one.
  init(in directories: [String]) {
    var seen: Set<String> = []
    for directory in distinct(directories, by: \.self) {
      do throws(LedgerFault) {
        let found = try ServerRegister.servers(in: directory) { unread.append((nil, "\($0) cannot be read")) }
        servers += found.filter { server in
          seen.insert("\(server.processID) \(server.startedMilliseconds) \(server.stateDirectory)").inserted
        }
      } catch {
        unread.append((directory, "\(error); \(error.help)"))
      }
    }
  }

  /// Returns what could not be read of the registers, so that there may be more servers.
  /// - Parameter reported: State directories that are already reported as unusable, which is not repeated.
  func faults(besides reported: [String] = []) -> [String] {
    unread.filter { fault in
      !reported.contains { directory in fault.directory.map { FilePath.isSame($0, directory) } ?? false }
    }.map { "some running servers may be missing here: \($0.text)" }
  }
}

extension RegisteredServers {
  /// Returns the servers of a configuration that still use an earlier version of its file, after a moment in which those that
  /// watch it reload it.
  static func lagging(behind path: String, in directories: [String]) -> [RunningServer] {
    let pause = Monitor(false)
    for _ in 0..<patiencePauses {
      guard !outdated(path, in: directories).isEmpty else { return [] }
      _ = pause.wait(timeoutMilliseconds: pauseMilliseconds, until: { $0 ? true : nil })
    }
    return outdated(path, in: directories)
  }

  private static func outdated(_ path: String, in directories: [String]) -> [RunningServer] {
    RegisteredServers(in: directories).servers.filter { $0.uses(path) && ($0.isFaulty || $0.isOutdated) }
  }

  private static let pauseMilliseconds: Int64 = 50
  /// Two seconds: a file counts as changed once two looks, a quarter of a second apart, see the same.
  private static let patiencePauses = 40
}

extension Console {
  /// Says that a change of the file has no effect in these servers.
  func remark(lagging servers: [RunningServer]) {
    for server in servers {
      let client = server.clientName.map { VisibleText.line($0, limit: 60) } ?? "a client"
      let state =
        server.isFaulty
        ? "serves only '\(GenericTool.configurationError)'"
        : server.configurationPath == nil ? "still works without the file" : "still uses the earlier file"
      remark(
        "Not in effect yet: the server of \(client), process \(server.processID), \(state). Restart that client.")
    }
  }
}

extension RunningServer {
  /// Whether the server uses the file, or would if there were one.
  func uses(_ path: String) -> Bool { (configurationPath ?? awaitedPath).map { FilePath.isSame($0, path) } ?? false }

  /// Whether the file has changed since the server read what it serves, or exists by now.
  var isOutdated: Bool {
    guard let configurationPath else { return awaitedPath.map { !FilePath.isAbsent($0) } ?? false }
    guard let servedFile else { return false }
    return servedFile != FileFingerprint(configurationPath).version
  }
}
