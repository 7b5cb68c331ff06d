#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Paths as text: joined, taken apart, made absolute.
package enum FilePath {
  /// The directory that holds `path`.
  package static func parent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }

  /// The text after the last slash.
  package static func lastComponent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// `name` in `directory`.
  package static func join(_ directory: String, _ name: String) -> String {
    directory.utf8.last == UInt8(ascii: "/") ? directory + name : directory + "/" + name
  }

  /// The process's working directory; `/` if it is gone.
  package static var currentDirectory: String {
    guard let text = getcwd(nil, 0) else { return "/" }
    defer { free(text) }
    return String(cString: text)
  }

  /// `path` from the root on; a relative one starts at the working directory.
  package static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    var rest = path[...]
    while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
    return join(currentDirectory, String(rest))
  }

  /// The place that `path` leads to if it exists; else `path`, absolute.
  package static func resolvingLinks(_ path: String) -> String {
    guard let buffer = realpath(path, nil) else { return absolute(path) }
    defer { free(buffer) }
    return String(cString: buffer)
  }

  /// `path` with `~` for the home directory, as people read it.
  package static func abbreviated(_ path: String, home: String) -> String {
    path.hasPrefix(home + "/") && home != "/" ? "~" + path.dropFirst(home.count) : path
  }

  /// A sentence with `~` for the home directory wherever a path begins with it, also within quotes.
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

  /// Whether anything has that name, even a link that leads nowhere. False also if the directory may not be searched.
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Whether there is certainly nothing of that name. Of what may not be looked at, or is behind a link to nothing, that cannot
  /// be said.
  package static func isAbsent(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) != 0, errno == ENOENT || errno == ENOTDIR else { return false }
    return PathWalk(to: path).danglingLink == nil
  }

  /// Makes the directory and the missing ones above it, and flushes their names to the disk.
  package static func makeDirectories(_ path: String, mode: UInt32) throws(SystemError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    let above = parent(path)
    if above != path { try makeDirectories(above, mode: mode) }
    guard mkdir(path, mode_t(truncatingIfNeeded: mode)) == 0 || errno == EEXIST else {
      throw .last("create the directory \(path)")
    }
    File.synchronizeDirectory(above)
  }
}
