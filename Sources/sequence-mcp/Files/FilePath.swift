import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Paths as text: joined, taken apart, made absolute.
enum FilePath {
  /// The folder that holds `path`.
  static func parent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }

  /// What stands behind the last slash.
  static func lastComponent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// `path` from the root on, counted from the current folder where it is relative.
  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let buffer = getcwd(nil, 0) else { return path }
    defer { free(buffer) }
    var rest = path[...]
    while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
    let current = String(cString: buffer)
    return current == "/" ? "/" + rest : current + "/" + rest
  }

  /// The place that `path` leads to, where it exists; else `path`, absolute.
  static func resolvingLinks(_ path: String) -> String {
    guard let buffer = realpath(path, nil) else { return absolute(path) }
    defer { free(buffer) }
    return String(cString: buffer)
  }

  /// `path` with `~` for the home folder, as people read it.
  static func abbreviated(_ path: String, home: String) -> String {
    path.hasPrefix(home + "/") && home != "/" ? "~" + path.dropFirst(home.count) : path
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Makes the folder and those above it where they are missing.
  /// - Throws: `CommandError.unusable` where that is not possible.
  static func makeFolders(_ path: String, mode: mode_t) throws(CommandError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    let above = parent(path)
    if above != path { try makeFolders(above, mode: mode) }
    guard mkdir(path, mode) == 0 || errno == EEXIST else {
      throw .unusable(SystemError.last("make the folder \(path)").description)
    }
  }

  /// Makes a rename in that folder survive a power cut; best effort, since some file systems refuse it.
  static func synchronizeFolder(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
