import Platform
import Safeguards

/// The running servers that are registered in some state directories.
struct RegisteredServers {
  let servers: [RunningServer]
  /// What could not be read of the registers, so that there may be more servers.
  let faults: [String]

  init(in directories: [String]) {
    var servers: [RunningServer] = []
    var faults: [String] = []
    for directory in directories {
      do throws(LedgerFault) {
        servers += try ServerRegister.servers(in: directory) { faults.append("\($0) cannot be read") }
      } catch {
        faults.append("\(error); \(error.help)")
      }
    }
    self.servers = servers
    self.faults = faults.map { "the running servers are not all known: \($0)" }
  }
}
