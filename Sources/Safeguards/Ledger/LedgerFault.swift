package import Platform

/// The reason the ledger cannot be used, with help. It blocks triggers; reads continue.
package struct LedgerFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// The operation that failed.
  package enum Kind: Sendable, Hashable {
    case unreadable, unwritable
  }

  package let kind: Kind
  /// The absolute path of the faulty file or directory.
  package let path: String
  /// The faulty line, counted from 1.
  package let line: Int?
  package let problem: String
  /// The problem as a model may see it: without a path.
  let toldProblem: String
  package let help: String

  /// - Parameters:
  ///   - path: The absolute path of the faulty file or directory.
  ///   - line: Counted from 1; nil if the fault is not in a line.
  ///   - problem: In lower case without a full stop.
  ///   - toldProblem: Nil if the problem names no path, so that a model may see it.
  ///   - help: For the owner, who alone is shown it.
  package init(
    _ kind: Kind, path: String, line: Int? = nil, problem: String, toldProblem: String? = nil, help: String
  ) {
    self.kind = kind
    self.path = path
    self.line = line
    self.problem = problem
    self.toldProblem = toldProblem ?? problem
    self.help = help
  }

  /// Returns the fault for an error of the operating system.
  package static func system(_ kind: Kind, _ error: SystemError, path: String) -> LedgerFault {
    LedgerFault(
      kind, path: path, problem: error.description, toldProblem: error.reason,
      help: StateHelp.help(error.code, path: path))
  }

  /// `PATH:LINE: PROBLEM`.
  package var description: String { path + (line.map { ":\($0)" } ?? "") + ": " + problem }

  /// `FILE:LINE`, without the directories, as a model may see it.
  var place: String {
    (path.split(separator: "/").last.map { String($0) } ?? path) + (line.map { ":\($0)" } ?? "")
  }
}
