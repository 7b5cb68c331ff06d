import CSystem

/// A regular file, opened once for reading. All checks use the open descriptor, so the file cannot be swapped between a check
/// and the read.
package struct File: ~Copyable {
  /// The reason a file cannot be opened.
  package enum Fault: Error, Sendable, Hashable {
    case system(SystemError)
    /// A directory, a pipe, a socket or a device.
    case notRegular(FileStatus.Kind)
  }

  private let descriptor: Int32
  package let status: FileStatus

  /// Opens a file for reading. Never blocks on a pipe and never acquires a controlling terminal.
  package init(reading path: String) throws(Fault) { (descriptor, status) = try Self.open(path) }

  private static func open(_ path: String) throws(Fault) -> (Int32, FileStatus) {
    // C would cut the path at the NUL.
    guard !path.utf8.contains(0) else { throw .system(SystemError(code: ENOENT, attempt: "open")) }
    let descriptor = system_open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0)
    guard descriptor >= 0 else {
      switch SystemError.lastCode {
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

  /// Reads to the end, up to `limit + 1` bytes: a result longer than `limit` means "too large".
  package func contents(limit: Int) throws(SystemError) -> [UInt8] {
    try FileDescriptor.readAll(descriptor, limit: limit, expecting: Int(clamping: status.size))
  }
}

extension File {
  /// Creates a file that must not exist yet, writes it and flushes it to disk.
  /// - Parameter owner: The new file's owner. nil, or a system that refuses the change, leaves the current user.
  /// - Throws: `SystemError` with `EEXIST` if the name is taken. After any other failure no file remains.
  package static func create(
    _ path: String, _ bytes: [UInt8], mode: UInt32, owner: (user: UInt32, group: UInt32)? = nil
  ) throws(SystemError) {
    let descriptor = system_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .last("create \(path)") }
    defer { close(descriptor) }
    do throws(SystemError) {
      // Changing the owner needs privileges that most users lack.
      if let owner { _ = fchown(descriptor, owner.user, owner.group) }
      guard fchmod(descriptor, mode_t(truncatingIfNeeded: mode)) == 0 else { throw .last("set the mode of \(path)") }
      try FileDescriptor.writeAll(bytes, to: descriptor)
      try FileDescriptor.synchronize(descriptor, attempt: "write \(path)")
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Replaces or creates a file atomically: readers see the old content or the new, even after a power failure.
  /// - Parameters:
  ///   - status: The status of the file to replace, whose mode and owner the new file gets; nil creates a file with mode 0600.
  ///   - check: Runs right before the rename; nothing is changed if it throws.
  package static func replace(
    _ path: String, with bytes: [UInt8], like status: FileStatus?, check: () throws(SystemError) -> Void = {}
  ) throws(SystemError) {
    // Unlike a process id, never that of a draft that a crash left behind.
    let draft = "\(path).new-\(UUIDText.random())"
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

  /// Flushes a directory's entries to disk. Best effort: some file systems refuse it.
  static func synchronizeDirectory(_ path: String) {
    let descriptor = system_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return }
    try? FileDescriptor.synchronize(descriptor)
    close(descriptor)
  }
}
