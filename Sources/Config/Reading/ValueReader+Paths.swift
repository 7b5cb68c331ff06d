import JSON
import Platform
import Rules
import SourceYAML

extension ValueReader where Value == String {
  /// Reads the path of the state directory and makes it absolute. `~/` is the user's home regardless of the environment.
  static var statePath: ValueReader {
    ValueReader(
      schema: { _ in ["type": "string", "minLength": 1] }, encode: { .string($0) },
      read: { node, place, context in
        var place = place
        place.wanted = "write ~/… or a full path, or remove the key"
        return context.nonEmptyText(of: node, place).flatMap { context.absolutePath($0, node.range, isState: true) }
      })
  }
}

extension ReadingContext {
  /// Returns the absolute path. Reports a path that cannot be resolved, or that nobody means.
  mutating func absolutePath(_ path: String, _ range: SourceRange, isState: Bool = false) -> String? {
    if let (problem, help) = ReadingContext.fault(of: path) { return refuse(.badPath, problem, help: help, at: range) }
    if isState, let last = path.last, ",;}".contains(last) {
      report(
        .badPath, severity: .warning, "the path ends in '\(last)', and would name another ledger",
        help: "remove it, unless the directory has such a name", at: range)
    }
    return paths.absolute(path, isState: isState)
      ?? refuse(.badPath, "'~/' needs a home directory and HOME is not set", help: "write the full path", at: range)
  }

  /// Returns what is wrong with a path on any machine. It would name a different ledger or secret, without a word.
  private static func fault(of path: String) -> (problem: String, help: String?)? {
    if path.utf8.contains(0) { return ("a path cannot contain a NUL character", nil) }
    if path.utf8.starts(with: "~".utf8), !path.utf8.starts(with: "~/".utf8) {
      return ("only a leading '~/' means a home directory", "write ~/… or a full path")
    }
    if let quote = path.unicodeScalars.first, "“”„‟«»‘’‚‛".unicodeScalars.contains(quote) {
      let shown = VisibleText.escape(quote)
      return ("the path starts with a typographic quote (\(shown))", "type straight quotes, or leave them out")
    }
    if let slip = NamedPath.slip(in: path) { return (slip.message, slip.help) }
    return NamedPath.unexpanded(path).map {
      ("\(quoted($0)) is not expanded: paths are used as written", "write ~/… or a full path")
    }
  }
}

/// A resolver for the paths of a file: relative ones start at the configuration file's directory, `~/` is the home directory.
package struct PathResolver: Sendable {
  /// The configuration file's absolute directory.
  let directory: String
  /// nil without a home directory.
  let homeDirectory: String?
  /// The meaning of `~/` in `state_dir`.
  private let stateHome: String?

  package init(directory: String, homeDirectory: String?, stateHome: String? = nil) {
    self.directory = directory
    self.homeDirectory = homeDirectory
    self.stateHome = stateHome ?? homeDirectory
  }

  /// Returns the absolute path; nil if it starts with `~/` and there is no home directory.
  /// - Parameter isState: Whether it is that of `state_dir`.
  package func absolute(_ path: String, isState: Bool = false) -> String? {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    if path.utf8.starts(with: "~/".utf8) {
      return (isState ? stateHome : homeDirectory).map { FilePath.join($0, String(path.dropFirst(2))) }
    }
    return FilePath.join(directory, path.utf8.starts(with: "./".utf8) ? String(path.dropFirst(2)) : path)
  }
}
