import CSystem

/// Directories and mounted file systems.
package enum FileSystem {
  /// Returns the names of a directory's entries, sorted; nil if it cannot be read.
  /// - Parameter directory: The open directory at which a relative path starts.
  package static func names(in path: String = ".", of directory: Int32 = AT_FDCWD) -> [String]? {
    let descriptor = system_open_in(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return nil }
    guard let stream = fdopendir(descriptor) else {
      close(descriptor)
      return nil
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether the mount is read-only. False if the system does not report it.
  package static func isReadOnly(_ path: String) -> Bool {
    var status = statvfs()
    return statvfs(path, &status) == 0 && UInt(status.f_flag) & UInt(ST_RDONLY) != 0
  }

  /// Whether it has room for data and for another file. True if the system does not report it.
  package static func hasRoom(_ path: String) -> Bool {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return true }
    return (status.f_blocks == 0 || status.f_bavail > 0) && (status.f_files == 0 || status.f_favail > 0)
  }

  /// Whether the file has an access control list. Its mode's group bits are then the ACL mask and apply to more than the group
  /// (Linux, acl(5)).
  static func hasAccessList(_ path: String) -> Bool {
    #if canImport(Darwin)
      return false
    #else
      // The toolchain's Glibc module does not declare it.
      typealias GetAttribute =
        @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
      guard let found = dlsym(nil, "lgetxattr") else { return true }
      return unsafeBitCast(found, to: GetAttribute.self)(path, "system.posix_acl_access", nil, 0) >= 0
    #endif
  }

  /// Returns the name of a file system that does not store owners and modes, such as `9p` or `vfat`; nil for any other.
  /// - Parameter device: The file's `FileStatus.device`.
  package static func withoutModes(device: UInt64) -> String? {
    #if canImport(Darwin)
      return nil
    #else
      guard let table = try? File(reading: "/proc/self/mountinfo").contents(limit: 1 << 20) else { return nil }
      return withoutModes(device: device, mounts: String(decoding: table, as: UTF8.self))
    #endif
  }

  /// - Parameter mounts: The content of /proc/PID/mountinfo (proc(5)): `36 35 98:0 /from /to options - TYPE SOURCE options`.
  static func withoutModes(device: UInt64, mounts: String) -> String? {
    let major = (device >> 8 & 0xFFF) | (device >> 32 & 0xFFFF_F000)
    let minor = (device & 0xFF) | (device >> 12 & 0xFFFF_FF00)
    for line in mounts.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 2, words[2] == "\(major):\(minor)", let dash = words.firstIndex(of: "-"),
        dash + 1 < words.count
      else { continue }
      return modeless.first { $0 == words[dash + 1] }
    }
    return nil
  }

  private static let modeless = [
    "9p", "cifs", "drvfs", "exfat", "fuseblk", "hfs", "msdos", "ntfs", "ntfs3", "smb3", "vboxsf", "vfat", "vmhgfs-fuse",
  ]
}
