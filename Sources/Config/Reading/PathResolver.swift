/// Makes a file's paths absolute: relative ones start at the configuration file's folder, `~/` is the home folder
/// (CONFIG.md, Where the file is).
package struct PathResolver: Sendable {
  /// The configuration file's folder, absolute.
  let directory: String
  /// nil where the environment names no home folder.
  let homeDirectory: String?

  package init(directory: String, homeDirectory: String?) {
    self.directory = directory
    self.homeDirectory = homeDirectory
  }

  /// nil where the path starts with `~/` and there is no home folder.
  package func absolute(_ path: String) -> String? {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    if path.utf8.starts(with: "~/".utf8) {
      return homeDirectory.map { PathResolver.join($0, String(path.dropFirst(2))) }
    }
    return PathResolver.join(directory, path.utf8.starts(with: "./".utf8) ? String(path.dropFirst(2)) : path)
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
  }
}
