import Platform
import Rules

/// Makes a file's paths absolute: relative ones start at the configuration file's directory, `~/` is the home directory.
package struct PathResolver: Sendable {
  /// The configuration file's folder, absolute.
  let directory: String
  /// nil without a home directory.
  let homeDirectory: String?
  /// What `~/` means in `state_dir`.
  private let stateHome: String?

  package init(directory: String, homeDirectory: String?, stateHome: String? = nil) {
    self.directory = directory
    self.homeDirectory = homeDirectory
    self.stateHome = stateHome ?? homeDirectory
  }

  /// The resolver for `state_dir`.
  var forState: PathResolver { PathResolver(directory: directory, homeDirectory: stateHome) }

  /// nil where the path starts with `~/` and there is no home folder.
  package func absolute(_ path: String) -> String? {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    if path.utf8.starts(with: "~/".utf8) {
      return homeDirectory.map { FilePath.join($0, String(path.dropFirst(2))) }
    }
    return FilePath.join(directory, path.utf8.starts(with: "./".utf8) ? String(path.dropFirst(2)) : path)
  }
}
