import CSystem

/// The identity of a file, independent of its name.
package struct FileIdentity: Sendable, Hashable {
  private let device: UInt64
  private let inode: UInt64

  package init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }
}

/// A file's identity, owner, permissions, size and times.
package struct FileStatus: Sendable, Hashable {
  /// The type of a file.
  package enum Kind: Sendable, Hashable {
    case regular, directory, link, socket
    /// A pipe or a device.
    case other
  }

  /// A file system timestamp.
  package struct Moment: Sendable, Hashable {
    package var seconds: Int64 = 0
    package var nanoseconds: Int64 = 0
  }

  package var kind: Kind
  package var device: UInt64 = 0
  package var inode: UInt64 = 0
  package var owner: UInt32
  package var group: UInt32
  /// The permission bits with set-user-id, set-group-id and sticky: `0o1777`.
  package var permissions: UInt32
  /// Bytes. A sparse file can report any size.
  package var size: Int64 = 0
  /// When the content changed.
  var modified = Moment()
  /// When the content, the owner or the mode changed.
  package var changed = Moment()

  package var identity: FileIdentity { FileIdentity(device: device, inode: inode) }

  package var isSticky: Bool { permissions & 0o1000 != 0 }
}

extension FileStatus {
  /// Reads the status of an open file.
  /// - Throws: `SystemError`, for example `EIO` on a network file system.
  package init(descriptor: Int32) throws(SystemError) {
    try self.init("look at the open file") { fstat(descriptor, $0) }
  }

  /// Reads the status of the entry itself; a link is not followed.
  package init(ofLink path: String) throws(SystemError) { try self.init("look at \(path)") { lstat(path, $0) } }

  /// Reads the status of the path's target; links are followed.
  package init(of path: String) throws(SystemError) { try self.init("look at \(path)") { stat(path, $0) } }

  /// Reads the status of an entry of an open directory; a link is not followed.
  package init(of name: String, in directory: Int32) throws(SystemError) {
    try self.init("look for \(name)") { fstatat(directory, name, $0, AT_SYMLINK_NOFOLLOW) }
  }

  private init(
    _ attempt: @autoclosure () -> String, _ read: (UnsafeMutablePointer<stat>) -> Int32
  ) throws(SystemError) {
    var status = stat()
    guard read(&status) == 0 else { throw .last(attempt()) }
    kind =
      switch UInt32(status.st_mode) & UInt32(S_IFMT) {
      case UInt32(S_IFREG): .regular
      case UInt32(S_IFDIR): .directory
      case UInt32(S_IFLNK): .link
      case UInt32(S_IFSOCK): .socket
      default: .other
      }
    #if canImport(Darwin)
      let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (modified, changed) = (status.st_mtim, status.st_ctim)
    #endif
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(status.st_ino)
    (owner, group) = (status.st_uid, status.st_gid)
    permissions = UInt32(status.st_mode) & 0o7777
    size = Int64(status.st_size)
    self.modified = Moment(seconds: Int64(modified.tv_sec), nanoseconds: Int64(modified.tv_nsec))
    self.changed = Moment(seconds: Int64(changed.tv_sec), nanoseconds: Int64(changed.tv_nsec))
  }
}
