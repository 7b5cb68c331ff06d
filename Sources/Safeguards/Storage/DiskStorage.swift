import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The machine's own disk.
package struct DiskStorage: StateStorage {
  package init() {}

  package func openDirectory(_ path: String, creating: Bool) throws(LedgerFault) -> (any StateDirectory)? {
    try DiskDirectory.open(path, creating: creating)
  }

  package func contents(of path: String, limit: Int) throws(LedgerFault) -> [UInt8]? {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system(.unreadable, .last("look for it"), path: path)
    }
    let file = retrying { openPath(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    guard file >= 0 else { return [] }
    defer { close(file) }
    return status.st_mode & S_IFMT == S_IFREG ? (try? FileDescriptor.readAll(file, limit: limit)) ?? [] : []
  }
}
