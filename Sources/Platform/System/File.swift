#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A regular file, opened once for reading: everything asked about it is asked of the open descriptor, so that nobody can put
/// another file in its place between a check and the reading.
package struct File: ~Copyable {
  /// Why a file cannot be opened.
  package enum Fault: Error, Sendable, Hashable {
    case system(SystemError)
    /// A directory, a pipe, a socket or a device.
    case notRegular(FileStatus.Kind)
  }

  private let descriptor: Int32
  package let status: FileStatus

  /// Opens a file for reading. Never blocks on a pipe, and never makes a terminal the process's own.
  package init(reading path: String) throws(Fault) { (descriptor, status) = try Self.open(path) }

  private static func open(_ path: String) throws(Fault) -> (Int32, FileStatus) {
    // C would read a shorter path.
    guard !path.utf8.contains(0) else { throw .system(SystemError(code: ENOENT, attempt: "open")) }
    let descriptor = openDescriptor(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0)
    guard descriptor >= 0 else {
      switch errno {
      // A socket, or a device without its driver.
      case ENXIO, ENODEV: throw .notRegular(.other)
      default: throw .system(.last("open"))
      }
    }
    let status: FileStatus
    do throws(SystemError) {
      status = try FileStatus(descriptor: descriptor)
    } catch {
      close(descriptor)
      throw .system(error)
    }
    guard status.kind == .regular else {
      close(descriptor)
      throw .notRegular(status.kind)
    }
    return (descriptor, status)
  }

  deinit { close(descriptor) }

  /// Reads to the end, but at most `limit + 1` bytes: a result longer than `limit` means "too large".
  package func contents(limit: Int) throws(SystemError) -> [UInt8] {
    try FileDescriptor.readAll(descriptor, limit: limit, expecting: Int(clamping: status.size))
  }
}

extension File {
  /// Writes a file that must not exist yet, and flushes it to the disk.
  /// - Parameter owner: who it is to belong to; the user's own where the system refuses that, and unless set.
  /// - Throws: `SystemError` with `EEXIST` if something has that name; nothing stays behind after any other failure.
  package static func create(
    _ path: String, _ bytes: [UInt8], mode: UInt32, owner: (user: UInt32, group: UInt32)? = nil
  ) throws(SystemError) {
    let descriptor = openDescriptor(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .last("create \(path)") }
    defer { close(descriptor) }
    do throws(SystemError) {
      // A change of owner needs rights that a user seldom has.
      if let owner { _ = fchown(descriptor, owner.user, owner.group) }
      guard fchmod(descriptor, mode_t(truncatingIfNeeded: mode)) == 0 else { throw .last("set the mode of \(path)") }
      try FileDescriptor.writeAll(bytes, to: descriptor)
      try synchronize(descriptor, "write \(path)")
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Replaces a file in one step, or creates it: readers see the old content or the new, also after a power cut.
  /// - Parameters:
  ///   - status: the file to replace, whose mode and owner the new one gets; nil creates one with mode 0600.
  ///   - check: runs right before the rename; where it throws, nothing is changed.
  package static func replace(
    _ path: String, with bytes: [UInt8], like status: FileStatus?, check: () throws(SystemError) -> Void = {}
  ) throws(SystemError) {
    let draft = "\(path).new-\(getpid())"
    try create(
      draft, bytes, mode: status?.permissions ?? 0o600, owner: status.map { (user: $0.owner, group: $0.group) })
    do throws(SystemError) {
      try check()
      guard rename(draft, path) == 0 else { throw .last("replace \(path)") }
    } catch {
      unlink(draft)
      throw error
    }
    synchronizeDirectory(FilePath.parent(path))
  }

  /// Flushes a directory's names to the disk; best effort, since some file systems refuse it.
  package static func synchronizeDirectory(_ path: String) {
    let descriptor = openDescriptor(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return }
    try? synchronize(descriptor, "write \(path)")
    close(descriptor)
  }

  private static func synchronize(_ descriptor: Int32, _ attempt: String) throws(SystemError) {
    #if canImport(Darwin)
      // `fsync` there leaves the bytes in the drive's cache; not every file system knows the full flush.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    while fsync(descriptor) != 0 {
      if errno != EINTR { throw .last(attempt) }
    }
  }
}

/// C's `open`, whose name the type's own function hides.
private func openDescriptor(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
