import CSystem
import Platform

/// The machine's own disk.
package struct DiskStorage: StateStorage {
  package init() {}

  package func openDirectory(_ path: String, creating: Bool) throws(LedgerFault) -> (any StateDirectory)? {
    try DiskDirectory.open(path, creating: creating)
  }

  package func contents(of path: String, limit: Int) throws(LedgerFault) -> [UInt8]? {
    let status: FileStatus
    do throws(SystemError) {
      status = try FileStatus(ofLink: path)
    } catch {
      if error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw .system(.unreadable, SystemError(code: error.code, attempt: "look for it"), path: path)
    }
    guard status.kind == .regular else { return [] }
    let file = system_open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)
    guard file >= 0 else { return [] }
    defer { close(file) }
    return (try? FileDescriptor.readAll(file, limit: limit)) ?? []
  }
}
