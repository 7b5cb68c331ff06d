import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A small file that this program reads, changes and puts back: a client's settings, the configuration.
struct TextFile {
  /// The largest file that is edited, in bytes.
  static let byteLimit = 8 << 20

  /// Where it is, links resolved, so that a link stays a link and what it points to is replaced.
  let path: String
  /// What stood there when it was read; nil where there was no file.
  let bytes: [UInt8]?

  /// Reads the file, or notes that there is none.
  /// - Throws: `CommandError.unusable` where it is no regular file, too large, or may not be read.
  init(at path: String) throws(CommandError) {
    self.path = FilePath.resolvingLinks(path)
    bytes = try TextFile.read(self.path)
  }

  /// Puts `newBytes` in the file's place in one step, so that no reader ever sees half of it. Mode and owner stay; a new
  /// file is 0600, and folders that are missing on the way are made.
  /// - Throws: `CommandError.unusable`, also where somebody changed the file since it was read.
  func replace(with newBytes: [UInt8]) throws(CommandError) {
    try FilePath.makeFolders(FilePath.parent(path), mode: 0o700)
    let temporary = path + ".new-\(getpid())"
    do throws(SystemError) {
      try write(newBytes, to: temporary)
      try checkUnchanged()
      guard rename(temporary, path) == 0 else { throw .last("replace \(path)") }
      FilePath.synchronizeFolder(FilePath.parent(path))
    } catch {
      unlink(temporary)
      throw .unusable("\(error.description); nothing was changed")
    }
  }

  private func write(_ newBytes: [UInt8], to temporary: String) throws(SystemError) {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .last("write \(temporary)") }
    defer { close(descriptor) }
    var status = stat()
    if bytes != nil, stat(path, &status) == 0 {
      // A change of owner needs rights that a user seldom has; where it fails, the file becomes the user's own.
      _ = fchown(descriptor, status.st_uid, status.st_gid)
      guard fchmod(descriptor, status.st_mode & 0o7777) == 0 else { throw .last("set the mode of \(temporary)") }
    }
    try FileDescriptor.writeAll(newBytes, to: descriptor)
    guard fsync(descriptor) == 0 else { throw .last("write \(temporary)") }
  }

  private func checkUnchanged() throws(SystemError) {
    let now: [UInt8]?
    do throws(CommandError) { now = try TextFile.read(path) } catch { now = nil }
    guard now == bytes else { throw SystemError(code: EBUSY, attempt: "\(path) was changed meanwhile") }
  }

  /// Writes a file that must not be there yet.
  /// - Throws: `SystemError` with `EEXIST` where something is there already.
  static func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(SystemError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw .last("create \(path)") }
    defer { close(descriptor) }
    do throws(SystemError) {
      guard fchmod(descriptor, mode) == 0 else { throw .last("set the mode of \(path)") }
      try FileDescriptor.writeAll(bytes, to: descriptor)
      guard fsync(descriptor) == 0 else { throw .last("write \(path)") }
    } catch {
      unlink(path)
      throw error
    }
  }

  private static func read(_ path: String) throws(CommandError) -> [UInt8]? {
    // Not blocking, so that a named pipe in the file's place cannot hold the program up.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .unusable(SystemError.last("read \(path)").description)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unusable("\(path) is no regular file")
    }
    do throws(SystemError) {
      let bytes = try FileDescriptor.readAll(descriptor, limit: byteLimit)
      guard bytes.count <= byteLimit else { throw SystemError(code: EFBIG, attempt: "read \(path)") }
      return bytes
    } catch {
      throw .unusable(error.description)
    }
  }
}
