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

/// The ledger's directory, opened once and accessed by descriptor: owned by the user, mode 0700, files 0600 and no links.
final class DiskDirectory: StateDirectory {
  let path: String
  private let descriptor: Int32
  private let identity: FileIdentity
  /// Whether other users could reach the files in it until it was opened.
  private let wasOpenToOthers: Bool

  /// Opens the directory, or creates it and its missing parents.
  /// - Returns: nil if it does not exist and is not to be created.
  /// - Throws: `LedgerFault` if it, or a directory on its path, belongs to another user or is writable by others.
  static func open(_ path: String, creating: Bool) throws(LedgerFault) -> DiskDirectory? {
    if creating { try create(path) }
    let descriptor = system_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else {
      let error = SystemError.last("open the state directory")
      if error.code == ENOENT { return nil }
      throw .system(.unreadable, error, path: path)
    }
    let status: FileStatus
    do throws(LedgerFault) {
      status = try DiskDirectory.status(of: descriptor, path: path)
    } catch {
      close(descriptor)
      throw error
    }
    let directory = DiskDirectory(path: path, descriptor: descriptor, status)
    try creating ? directory.verify() : directory.checkTrust()
    guard directory.isInPlace else {
      throw .system(.unreadable, SystemError(code: EBUSY, attempt: "open the state directory"), path: path)
    }
    return directory
  }

  private init(path: String, descriptor: Int32, _ status: FileStatus) {
    self.path = path
    self.descriptor = descriptor
    identity = status.identity
    wasOpenToOthers = status.permissions & 0o011 != 0
  }

  deinit { close(descriptor) }

  /// Creates the directory and its missing parents, each flushed to the disk, where no other user could substitute another one.
  private static func create(_ path: String) throws(LedgerFault) {
    let judged = PathTrust().judge(path)
    guard judged.walk.failure?.code == ENOENT else { return }
    if let fault = judged.faults.first { throw .untrusted(fault, path: path) }
    try LedgerFault.wrapping(.unwritable, path: path, try FilePath.makeDirectories(path, mode: 0o700))
  }

  func verify() throws(LedgerFault) {
    try checkTrust()
    // A directory created by hand or by a service manager may be readable by others; its content must not be.
    let status = try DiskDirectory.status(of: descriptor, path: path)
    if status.permissions & 0o077 != 0 { fchmod(descriptor, 0o700) }
  }

  private func checkTrust() throws(LedgerFault) {
    let judged = PathTrust().judge(path)
    if let fault = judged.faults.first { throw .untrusted(fault, path: path) }
    guard let end = judged.walk.end, end.status.owner != geteuid() else { return }
    throw LedgerFault(
      .unreadable, path: path, problem: "the state directory belongs to another user",
      help: StateHelp.help(EACCES, path: path))
  }

  /// Whether the path still leads to this directory.
  var isInPlace: Bool {
    (try? FileStatus(of: path))?.identity == identity
  }

  private static func status(of descriptor: Int32, path: String) throws(LedgerFault) -> FileStatus {
    try LedgerFault.wrapping(.unreadable, path: path, try FileStatus(descriptor: descriptor))
  }

  func contains(_ name: String) throws(LedgerFault) -> Bool {
    do throws(SystemError) {
      _ = try FileStatus(of: name, in: descriptor)
      return true
    } catch {
      if error.code == ENOENT { return false }
      throw .system(.unreadable, error, path: path)
    }
  }

  func identity(of name: String) -> FileIdentity? { (try? FileStatus(of: name, in: descriptor))?.identity }

  func openFile(_ name: String, _ access: FileAccess) throws(LedgerFault) -> (any StateFile)? {
    let flags: Int32 =
      switch access {
      case .reading: O_RDONLY
      case .appending: O_RDWR | O_APPEND
      case .readingOrNew: O_RDONLY | O_CREAT
      case .new: O_RDWR | O_APPEND | O_CREAT | O_EXCL
      }
    let all = flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let file = system_open_in(descriptor, name, all, 0o600)
    guard file >= 0 else {
      let error = SystemError.last("open")
      if error.code == ENOENT, flags & O_CREAT == 0 { return nil }
      if error.code == ELOOP { throw notRegular(name) }
      throw .system(flags & O_RDWR != 0 ? .unwritable : .unreadable, error, path: path(of: name))
    }
    do throws(LedgerFault) {
      let status = try DiskDirectory.status(of: file, path: path(of: name))
      guard status.kind == .regular else { throw notRegular(name) }
      guard status.owner == geteuid() else {
        throw LedgerFault(
          .unreadable, path: path(of: name), problem: "the file belongs to another user",
          help: "move it away, and find out who put it there")
      }
      if access != .reading, status.permissions & 0o077 != 0 { fchmod(file, 0o600) }
      return DiskFile(
        descriptor: file, identity: status.identity,
        // The server's own entry closes the directory before the ledger is opened.
        wasOpenToOthers: status.permissions & 0o002 != 0 || wasOpenToOthers && status.permissions & 0o020 != 0)
    } catch {
      close(file)
      throw error
    }
  }

  private func notRegular(_ name: String) -> LedgerFault {
    LedgerFault(
      .unreadable, path: path(of: name), problem: "it is not a regular file but a link, a directory or a device",
      help: "move it away, and find out who put it there")
  }

  func names(startingWith prefix: String) -> [String] {
    (FileSystem.names(of: descriptor) ?? []).filter { $0.utf8.starts(with: prefix.utf8) }
  }

  @discardableResult
  func remove(_ name: String) -> Bool { unlinkat(descriptor, name, 0) == 0 }

  func rename(_ name: String, to other: String) throws(SystemError) {
    guard renameat(descriptor, name, descriptor, other) == 0 else { throw .last("rename \(name)") }
  }

  func link(_ name: String, as other: String) throws(SystemError) {
    guard linkat(descriptor, name, descriptor, other, 0) == 0 else { throw .last("link \(name)") }
  }

  func synchronize() throws(SystemError) { try FileDescriptor.synchronize(descriptor) }
}

/// A file of a state directory, accessed by its descriptor, which is closed on deinit.
final class DiskFile: StateFile {
  let identity: FileIdentity
  let wasOpenToOthers: Bool
  private let descriptor: Int32

  /// - Parameter descriptor: Owned by this object from now on.
  init(descriptor: Int32, identity: FileIdentity, wasOpenToOthers: Bool) {
    self.descriptor = descriptor
    self.identity = identity
    self.wasOpenToOthers = wasOpenToOthers
  }

  deinit { close(descriptor) }

  func size() throws(SystemError) -> Int { Int(try FileStatus(descriptor: descriptor).size) }

  func read(at offset: Int, capacity: Int) throws(SystemError) -> [UInt8] {
    try DiskFile.filled(capacity) { buffer, done in
      pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset + done))
    }
  }

  /// Reads until the buffer is full or the file ends. A short read is not the end: pread(2) also stops before an unreadable
  /// page, and a network file system may return less than requested.
  /// - Parameter some: Reads into the buffer like pread(2); `done` bytes were read before.
  static func filled(
    _ capacity: Int, by some: (UnsafeMutableRawBufferPointer, _ done: Int) -> Int
  ) throws(SystemError) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      while count < capacity {
        let result = some(
          UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]), count)
        code = result < 0 ? SystemError.lastCode : 0
        if code == EINTR { continue }
        guard result > 0 else { return }
        count += result
      }
    }
    if code != 0 { throw SystemError(code: code, attempt: "read") }
    return bytes
  }

  func append(_ bytes: [UInt8]) throws(SystemError) { try FileDescriptor.writeAll(bytes, to: descriptor) }

  func truncate(to size: Int) throws(SystemError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw .last("cut off") }
  }

  func synchronize() throws(SystemError) { try FileDescriptor.synchronize(descriptor) }

  func lock(exclusive: Bool, patienceMilliseconds: Int64) throws(SystemError) -> Bool {
    try FileDescriptor.lock(descriptor, exclusive: exclusive, patienceMilliseconds: patienceMilliseconds)
  }

  func unlock() { flock(descriptor, LOCK_UN) }
}
