import JSON
import Platform
import Rules
import SourceYAML

extension ValueReader where Value == String {
  /// Reads the path of the state directory and makes it absolute. `~/` is the user's home regardless of the environment.
  static var statePath: ValueReader {
    ValueReader(
      type: "path", schema: { _ in ["type": "string", "minLength": 1] }, encode: { .string($0) },
      read: { node, place, context in
        context.nonEmptyText(of: node, place).flatMap { context.absolutePath($0, node.range, isState: true) }
      })
  }
}

extension ReadingContext {
  /// Returns the absolute path. Reports a path that cannot be resolved, or that nobody means.
  mutating func absolutePath(_ path: String, _ range: SourceRange, isState: Bool = false) -> String? {
    guard !path.utf8.contains(0) else {
      report(.badPath, "a path cannot contain a NUL character", at: range)
      return nil
    }
    if path.utf8.starts(with: "~".utf8), !path.utf8.starts(with: "~/".utf8) {
      report(.badPath, "only a leading '~/' means a home directory", help: "write ~/… or a full path", at: range)
      return nil
    }
    if let quote = path.unicodeScalars.first, "“”„‟«»‘’‚‛".unicodeScalars.contains(quote) {
      report(
        .badPath, "the path starts with a typographic quote (\(VisibleText.escape(quote)))",
        help: "type straight quotes, or leave them out", at: range)
      return nil
    }
    // These would name a different ledger or secret, without a word.
    if let slip = NamedPath.slip(in: path) {
      report(.badPath, slip.problem, help: slip.help, at: range)
      return nil
    }
    // A directory literally named '$HOME' would hold a different ledger or secret.
    if let variable = NamedPath.unexpanded(path) {
      report(
        .badPath, "\(quoted(variable)) is not expanded: paths are used as written",
        help: "write ~/… or a full path", at: range)
      return nil
    }
    guard let absolute = (isState ? paths.forState : paths).absolute(path) else {
      report(.badPath, "'~/' needs a home directory and HOME is not set", help: "write the full path", at: range)
      return nil
    }
    return absolute
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

  /// The resolver for `state_dir`.
  var forState: PathResolver { PathResolver(directory: directory, homeDirectory: stateHome) }

  /// Returns the absolute path; nil if it starts with `~/` and there is no home directory.
  package func absolute(_ path: String) -> String? {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    if path.utf8.starts(with: "~/".utf8) {
      return homeDirectory.map { FilePath.join($0, String(path.dropFirst(2))) }
    }
    return FilePath.join(directory, path.utf8.starts(with: "./".utf8) ? String(path.dropFirst(2)) : path)
  }
}
