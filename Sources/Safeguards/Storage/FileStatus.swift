import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the system says of a file, as far as it matters here.
struct FileStatus {
  private let status: stat

  init(descriptor: Int32) throws(SystemError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .last("look at") }
    self.status = status
  }

  /// Follows links, as opening would.
  init?(path: String) {
    var status = stat()
    guard fstatat(AT_FDCWD, path, &status, 0) == 0 else { return nil }
    self.status = status
  }

  /// Follows no link.
  init?(in folder: Int32, name: String) {
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    self.status = status
  }

  var identity: FileIdentity {
    FileIdentity(device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino))
  }
  var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
  var owner: uid_t { status.st_uid }
  var permissions: UInt32 { UInt32(status.st_mode) & 0o7777 }
  var size: Int { Int(status.st_size) }
}

/// C's `open`, whose name Swift methods tend to shadow.
func openPath(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }

/// C's `openat` with a mode.
func openInside(_ folder: Int32, _ name: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
  openat(folder, name, flags, mode)
}

/// Calls again while a signal interrupts the call.
func retrying(_ call: () -> Int32) -> Int32 {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
