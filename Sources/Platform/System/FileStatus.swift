#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file's identity, owner, permissions, size and times.
package struct FileStatus: Sendable, Hashable {
  /// The type of a file.
  package enum Kind: Sendable, Hashable {
    case regular, directory, link
    /// A pipe, a socket or a device.
    case other
  }

  /// A file system timestamp.
  package struct Moment: Sendable, Hashable {
    package var seconds: Int64
    package var nanoseconds: Int64
  }

  package var kind: Kind
  package var device: UInt64
  package var inode: UInt64
  package var owner: UInt32
  package var group: UInt32
  /// The permission bits with set-user-id, set-group-id and sticky: `0o1777`.
  package var permissions: UInt32
  /// Bytes. A sparse file can report any size.
  package var size: Int64
  /// When the content changed.
  var modified: Moment
  /// When the content, the owner or the mode changed.
  package var changed: Moment

  package init(
    kind: Kind, device: UInt64 = 0, inode: UInt64 = 0, owner: UInt32, group: UInt32, permissions: UInt32,
    size: Int64 = 0, modified: Moment = Moment(seconds: 0, nanoseconds: 0),
    changed: Moment = Moment(seconds: 0, nanoseconds: 0)
  ) {
    self.kind = kind
    self.device = device
    self.inode = inode
    self.owner = owner
    self.group = group
    self.permissions = permissions
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  /// Reads the status of an open file.
  /// - Throws: `SystemError`, for example `EIO` on a network file system.
  package init(descriptor: Int32) throws(SystemError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .last("look at the open file") }
    self.init(status)
  }

  /// Reads the status of the entry itself; a link is not followed.
  package init(ofLink path: String) throws(SystemError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw .last("look at \(path)") }
    self.init(status)
  }

  /// Reads the status of the path's target; links are followed.
  package init(of path: String) throws(SystemError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .last("look at \(path)") }
    self.init(status)
  }

  /// Reads the status of an entry of an open directory; a link is not followed.
  package init(of name: String, in directory: Int32) throws(SystemError) {
    var status = stat()
    guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw .last("look for \(name)") }
    self.init(status)
  }

  private init(_ status: stat) {
    let kind: Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .link
      default: .other
      }
    #if canImport(Darwin)
      let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (modified, changed) = (status.st_mtim, status.st_ctim)
    #endif
    self.init(
      kind: kind, device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino),
      owner: status.st_uid, group: status.st_gid, permissions: UInt32(status.st_mode) & 0o7777,
      size: Int64(status.st_size), modified: Moment(modified), changed: Moment(changed))
  }

  /// Whether both describe the same file.
  package func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }

  var isSticky: Bool { permissions & 0o1000 != 0 }
}

extension FileStatus.Moment {
  fileprivate init(_ time: timespec) {
    self.init(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }
}
