import CSystem
import Platform
import Rules
import SourceYAML

/// The configuration file: its text, and the reasons it was not read or may not be used.
enum ConfigurationFile {
  /// Reads the file. Opens it once, checks the open descriptor, and checks the directories on its path.
  /// - Returns: The file's text, at most one byte over the limit, which the YAML parser then refuses; and who else could change
  ///   the file. It is read anyway, so that all errors are reported at once.
  static func read(_ path: String) throws(File.Fault) -> (bytes: [UInt8], faults: [PathTrust.Fault]) {
    let file = try File(reading: path)
    let judged = PathTrust().judge(path)
    // The checked file must be the opened one. After a rename in between, the next attempt reads the new file.
    guard let end = judged.walk.end, end.status.identity == file.status.identity else {
      throw .system(SystemError(code: EBUSY, attempt: "open"))
    }
    do throws(SystemError) {
      return (try file.contents(limit: YAMLDocument.maximumBytes), judged.faults)
    } catch {
      throw .system(error)
    }
  }

  /// Returns the diagnostic for a file that was not read.
  /// - Parameter name: The file's name as shown.
  static func diagnostic(_ fault: File.Fault, _ path: String, in name: String) -> Diagnostic {
    let (problem, help): (String, String?)
    switch fault {
    case .notRegular(.directory):
      (problem, help) = ("it is a directory", "name a file in it: \(FilePath.join(path, "config.yaml"))")
    case .notRegular:
      problem = "it is not a regular file"
      help = "name a regular file; '-' reads standard input, for validate-config"
    case .system(let error):
      let walk = PathWalk(to: path)
      problem = PathHelp().problem(error.code, walk)
      let isMissing = error.code == ENOENT || error.code == ENOTDIR
      help = PathHelp().help(error.code, walk) ?? (isMissing ? NamedPath.doubt(path) : nil)
    }
    return unreadable(problem, help: help, in: name)
  }

  static func unreadable(_ reason: String, help: String? = nil, in name: String) -> Diagnostic {
    Diagnostic(
      id: DiagnosticKind.configUnreadable.id, message: "the file cannot be read: " + reason, help: help, file: name,
      range: nil)
  }

  /// Returns the diagnostic for a file that can be read but is not trusted.
  static func diagnostic(_ fault: PathTrust.Fault, in name: String, severity: Diagnostic.Severity) -> Diagnostic {
    let kind: DiagnosticKind =
      switch fault.reason {
      case .owner: .configOwner
      case .writable: .configWritableByOthers
      }
    return Diagnostic(
      severity: severity, id: kind.id,
      message: PathHelp().problem(fault, subject: "the file") + ", who could raise its caps",
      help: PathHelp().help(fault), file: name, range: nil)
  }
}

extension DiagnosticKind {
  package static let configUnreadable = DiagnosticKind(
    "config-unreadable", .error, "a configuration file that cannot be read",
    "The file does not exist, may not be read by this user, or is not a regular file. Clients start the server in any "
      + "directory and expand nothing in its arguments but what they document: write the full path, or one that "
      + "starts with '~/'.",
    example: "sequence-mcp serve --config no-such-file.yaml\n", isCommand: true, good: "ls -l config.yaml\n")

  static let configOwner = DiagnosticKind(
    "config-owner", .error, "a configuration file of another user",
    "The file and every directory on its path, each link in its own directory, must belong to the user who runs "
      + "sequence-mcp or to root: anybody else could raise its caps. A read-only mount is accepted regardless of its owner.",
    example: "sudo chown nobody config.yaml\n", isCommand: true, good: "sudo chown \"$USER\" config.yaml\n")

  static let configWritableByOthers = DiagnosticKind(
    "config-writable-by-others", .error, "a configuration file that others may write",
    "Anyone who can write the file, or a directory on its path, can raise its caps or point a tool at another rule. Accepted "
      + "anyway: a sticky directory such as /tmp if the entry in it is yours or root's, a read-only mount, and a group whose "
      + "only member is the owner.",
    example: "chmod 666 config.yaml\n", isCommand: true, good: "chmod go-w config.yaml\n")
}
