import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The folder that holds the ledger, opened once and reached by descriptor: ours, 0700, its files 0600 and no links.
final class StateDirectory: Sendable {
  let path: String
  private let descriptor: Int32
  private let identity: FileIdentity

  /// Opens the folder, or makes it and the missing ones above it.
  /// - Returns: nil where it does not exist and is not to be made.
  /// - Throws: `LedgerFault` where it belongs to someone else or others may write in it.
  static func open(_ path: String, creating: Bool) throws(LedgerFault) -> StateDirectory? {
    if creating { try create(path) }
    let descriptor = retrying { openPath(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .system(.unreadable, .last("open the state folder"), path: path)
    }
    do throws(LedgerFault) {
      let status = try FileStatus(descriptor: descriptor, path: path)
      try check(status, path: path)
      // Others may look into a folder that was made by hand or by a service manager; what it holds is nobody's business.
      if status.permissions & 0o077 != 0 { fchmod(descriptor, 0o700) }
      return StateDirectory(path: path, descriptor: descriptor, identity: status.identity)
    } catch {
      close(descriptor)
      throw error
    }
  }

  private init(path: String, descriptor: Int32, identity: FileIdentity) {
    self.path = path
    self.descriptor = descriptor
    self.identity = identity
  }

  deinit { close(descriptor) }

  private static func create(_ path: String) throws(LedgerFault) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    if errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex {
      try create(String(path[..<slash]))
      if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    }
    throw .system(.unwritable, .last("make the state folder"), path: path)
  }

  private static func check(_ status: FileStatus, path: String) throws(LedgerFault) {
    guard status.owner == geteuid() else {
      throw LedgerFault(
        .unreadable, path: path, problem: "the state folder belongs to another user",
        remedy: "point state_dir to a folder of your own")
    }
    guard status.permissions & 0o022 == 0 else {
      throw LedgerFault(
        .unreadable, path: path, problem: "other users may write in the state folder", remedy: "chmod 700 \(path)")
    }
  }

  /// Whether the path still leads to this folder.
  var isInPlace: Bool {
    guard let status = FileStatus(path: path) else { return false }
    return status.identity == identity
  }

  func path(of name: String) -> String { path + "/" + name }

  /// Whether anything has that name, even a link that leads nowhere.
  /// - Throws: where the folder cannot be looked into.
  func contains(_ name: String) throws(LedgerFault) -> Bool {
    var status = stat()
    if fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return true }
    if errno == ENOENT { return false }
    throw .system(.unreadable, .last("look for \(name)"), path: path)
  }

  /// The file of that name without opening it.
  func identity(of name: String) -> FileIdentity? { FileStatus(in: descriptor, name: name)?.identity }

  /// Opens one of the folder's files, made with mode 0600 where `flags` hold `O_CREAT`.
  /// - Returns: nil where it does not exist.
  /// - Throws: `LedgerFault` where it is a link, no regular file, or another user's.
  func openFile(_ name: String, _ flags: Int32) throws(LedgerFault) -> Int32? {
    let isWriting = flags & (O_WRONLY | O_RDWR) != 0
    let all = flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let file = retrying { openInside(descriptor, name, all, 0o600) }
    guard file >= 0 else {
      if errno == ENOENT, flags & O_CREAT == 0 { return nil }
      if errno == ELOOP { throw notRegular(name) }
      throw .system(isWriting ? .unwritable : .unreadable, .last("open"), path: path(of: name))
    }
    do throws(LedgerFault) {
      let status = try FileStatus(descriptor: file, path: path(of: name))
      guard status.isRegular else { throw notRegular(name) }
      guard status.owner == geteuid() else {
        throw LedgerFault(
          .unreadable, path: path(of: name), problem: "the file belongs to another user",
          remedy: "move it away, and find out who put it there")
      }
      if status.permissions & 0o077 != 0 { fchmod(file, 0o600) }
      return file
    } catch {
      close(file)
      throw error
    }
  }

  private func notRegular(_ name: String) -> LedgerFault {
    LedgerFault(
      .unreadable, path: path(of: name), problem: "it is no regular file but a link, a folder or a device",
      remedy: "move it away, and find out who put it there")
  }

  /// The names that start so, sorted.
  func names(startingWith prefix: String) -> [String] {
    let copy = openInside(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard copy >= 0, let folder = fdopendir(copy) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name.utf8.starts(with: prefix.utf8) { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether the file was there and is gone now.
  @discardableResult
  func remove(_ name: String) -> Bool { unlinkat(descriptor, name, 0) == 0 }

  /// Puts a whole file in place, or leaves what was there: written beside it, on the disk, then renamed.
  func replace(_ name: String, with bytes: [UInt8]) throws(LedgerFault) {
    let draft = name + ".new"
    remove(draft)
    guard let file = try openFile(draft, O_WRONLY | O_CREAT | O_EXCL) else { return }
    defer { close(file) }
    do throws(SystemError) {
      try FileDescriptor.writeAll(bytes, to: file)
      try FileDescriptor.synchronize(file)
      try rename(draft, to: name)
    } catch {
      remove(draft)
      throw .system(.unwritable, error, path: path(of: name))
    }
  }

  /// Gives a file another name, in place of what had it, and puts the folder on the disk.
  func rename(_ name: String, to other: String) throws(SystemError) {
    guard renameat(descriptor, name, descriptor, other) == 0 else { throw .last("rename \(name)") }
    try synchronize()
  }

  /// Gives a file a second name.
  func link(_ name: String, as other: String) throws(SystemError) {
    guard linkat(descriptor, name, descriptor, other, 0) == 0 else { throw .last("link \(name)") }
  }

  /// Puts the folder's names on the disk.
  func synchronize() throws(SystemError) { try FileDescriptor.synchronize(descriptor) }
}
