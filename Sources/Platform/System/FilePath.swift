import CSystem

/// Operations on paths as text.
package enum FilePath {
  /// Whether the path starts at the root. As bytes, which the system compares: a combining mark after the slash would combine
  /// with it.
  package static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

  /// Returns the directory that contains `path`.
  package static func parent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }

  /// Returns the text after the last slash.
  package static func lastComponent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// Returns the path of `name` in `directory`.
  package static func join(_ directory: String, _ name: String) -> String {
    directory.utf8.last == UInt8(ascii: "/") ? directory + name : directory + "/" + name
  }

  /// The process's working directory; `/` if it no longer exists.
  package static var currentDirectory: String { existingCurrentDirectory ?? "/" }

  /// The process's working directory; nil if it was deleted, so that a relative path leads nowhere.
  package static var existingCurrentDirectory: String? {
    guard let text = getcwd(nil, 0) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }

  /// Returns `path` as an absolute path. A relative one starts at the working directory.
  package static func absolute(_ path: String) -> String {
    if isAbsolute(path) { return path }
    var rest = path[...]
    while rest.utf8.starts(with: "./".utf8) { rest = rest[rest.utf8.index(rest.startIndex, offsetBy: 2)...] }
    return join(currentDirectory, String(rest))
  }

  /// Returns `path` with all links resolved if it exists, otherwise the absolute `path`.
  package static func resolvingLinks(_ path: String) -> String {
    guard let buffer = realpath(path, nil) else { return absolute(path) }
    defer { free(buffer) }
    return String(cString: buffer)
  }

  /// Whether both paths lead to the same file or directory.
  package static func isSame(_ one: String, _ other: String) -> Bool {
    resolvingLinks(one).hasSameBytes(as: resolvingLinks(other))
  }

  /// Returns `path` with `~` for the home directory, for display.
  package static func abbreviated(_ path: String, home: String) -> String {
    guard home != "/", path.utf8.starts(with: (home + "/").utf8) else { return path }
    return "~" + path[path.utf8.index(path.startIndex, offsetBy: home.utf8.count)...]
  }

  /// Returns a sentence in which each path in the home directory begins with `~`, including quoted paths.
  package static func abbreviated(within text: String, home: String) -> String {
    let (bytes, start) = (Array(text.utf8), Array((home + "/").utf8))
    guard start.count > 1, home != "/" else { return text }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let isStart = index == 0 || " '(".utf8.contains(bytes[index - 1])
      if isStart, bytes[index...].starts(with: start) {
        result += "~/".utf8
        index += start.count
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Whether an entry with that name exists, including a dangling link. False if its directory cannot be searched.
  package static func exists(_ path: String) -> Bool {
    (try? FileStatus(ofLink: path)) != nil
  }

  /// Whether the path certainly does not exist. False if it cannot be examined or ends at a dangling link.
  package static func isAbsent(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) != 0, [ENOENT, ENOTDIR].contains(SystemError.lastCode) else { return false }
    return PathWalk(to: path).danglingLink == nil
  }

  /// Creates the directory and its missing parents, and flushes their entries to disk.
  package static func makeDirectories(_ path: String, mode: UInt32) throws(SystemError) {
    if (try? FileStatus(of: path))?.kind == .directory { return }
    let above = parent(path)
    if above != path { try makeDirectories(above, mode: mode) }
    guard mkdir(path, mode_t(truncatingIfNeeded: mode)) == 0 else {
      guard SystemError.lastCode == EEXIST else { throw .last("create the directory \(path)") }
      return
    }
    // The umask may have taken the owner's own rights.
    guard chmod(path, mode_t(truncatingIfNeeded: mode)) == 0 else { throw .last("set the mode of \(path)") }
    File.synchronizeDirectory(above)
  }
}
