import CSystem
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
  let shownProblem: String
  package let help: String

  /// - Parameters:
  ///   - path: The absolute path of the faulty file or directory.
  ///   - line: Counted from 1; nil if the fault is not in a line.
  ///   - problem: In lower case without a full stop.
  ///   - shownProblem: Nil if the problem names no path, so that a model may see it.
  ///   - help: For the owner, who alone is shown it.
  package init(
    _ kind: Kind, path: String, line: Int? = nil, problem: String, shownProblem: String? = nil, help: String
  ) {
    self.kind = kind
    self.path = path
    self.line = line
    self.problem = problem
    self.shownProblem = shownProblem ?? problem
    self.help = help
  }

  /// Returns the fault for an error of the operating system.
  package static func system(_ kind: Kind, _ error: SystemError, path: String) -> LedgerFault {
    LedgerFault(
      kind, path: path, problem: error.description, shownProblem: error.reason,
      help: StateHelp.help(error.code, path: path))
  }

  /// Runs `body`, and throws the fault for its error.
  static func wrapping<Result>(
    _ kind: Kind, path: String, _ body: @autoclosure () throws(SystemError) -> Result
  ) throws(LedgerFault) -> Result {
    do {
      return try body()
    } catch {
      throw .system(kind, error, path: path)
    }
  }

  /// Returns the fault if others could change the state directory or substitute another one. The problem contains no path,
  /// because the model is shown it; the help does.
  package static func untrusted(_ fault: PathTrust.Fault, path: String) -> LedgerFault {
    let what = fault.isOnTheWay ? "a directory on its path" : "it"
    let problem =
      switch fault.reason {
      case .owner: "\(what) belongs to another user"
      case .writable: "\(what) may be written by others"
      }
    return LedgerFault(
      .unreadable, path: path, problem: "the state directory cannot be trusted: \(problem)",
      help: PathHelp().help(fault) + "; or set state_dir to a directory of your own")
  }

  /// `PATH:LINE: PROBLEM`.
  package var description: String { path + (line.map { ":\($0)" } ?? "") + ": " + problem }

  /// `FILE:LINE`, without the directories, as a model may see it.
  var fileAndLine: String {
    (path.split(separator: "/").last.map { String($0) } ?? path) + (line.map { ":\($0)" } ?? "")
  }
}

/// Help for the owner about an unusable state directory, depending on the error and on the directory's owner.
package enum StateHelp {
  private static let elsewhere = "set state_dir to a directory of your own"

  /// - Parameters:
  ///   - code: The C `errno` of the failed call.
  ///   - path: The state directory, or a file in it.
  package static func help(_ code: Int32, path: String) -> String {
    switch code {
    case EACCES, EPERM: return forbidden(code, PathWalk(to: path))
    case EROFS: return "its file system is mounted read-only: set state_dir to a directory that can be written"
    case ENOSPC, EDQUOT: return "free some space on its disk, then try again"
    case EFBIG: return SystemLimit.fileSize
    case EMFILE, ENFILE: return SystemLimit.openFiles
    case ENOLCK, EIO, ESTALE, EOPNOTSUPP, ENOSYS:
      return "its file system fails or does not support locks: set state_dir to a directory on a local disk"
    case ENOENT:
      let walk = PathWalk(to: path)
      return (PathHelp().help(code, walk).map { "\($0); or " } ?? "") + elsewhere
    case ENOTDIR, EEXIST: return "something else has that name: move it away, or \(elsewhere)"
    default: return "\(elsewhere) on a local disk"
    }
  }

  private static func forbidden(_ code: Int32, _ walk: PathWalk) -> String {
    let user = RunningUser.current
    // Nobody should take over the root directory; a home directory of / means that the user has none.
    guard let last = walk.lastDirectory, last.path != "/" else { return elsewhere }
    if walk.failure?.code == ENOENT, last.status.owner != user.id {
      let owner = ShellWord.quoted(user.name ?? String(user.id))
      return "run: sudo install -d -m 700 -o \(owner) \(ShellWord.quoted(walk.path)); or \(elsewhere)"
    }
    if last.status.owner != user.id, PathHelp(user: user).takeover(of: last) == nil { return elsewhere }
    return (PathHelp(user: user).help(code, walk) ?? "make it yours") + "; or \(elsewhere)"
  }
}
