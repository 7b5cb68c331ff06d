import CSystem
import Platform

/// A secret's file, opened once: everything asked about it is asked of the open descriptor, so that nobody can put another
/// file in its place between the check and the reading.
enum SecretFile {
  /// The content of a regular file, of which no more than a little over `SecretText.maxBytes` is ever read.
  /// - Parameter check: throws if the file may not be used.
  static func read(
    _ path: String, check: (FileStatus) throws(SecretFault) -> Void = { _ in }
  ) throws(SecretFault) -> [UInt8] {
    let file: File
    do throws(File.Fault) {
      file = try File(reading: path)
    } catch {
      throw fault(error, path)
    }
    try check(file.status)
    do throws(SystemError) {
      return try file.contents(limit: SecretText.maxBytes + 2)
    } catch {
      throw fault(.system(error), path)
    }
  }

  private static func fault(_ fault: File.Fault, _ path: String) -> SecretFault {
    let shown = SecretGuess.shown(path, limit: 200)
    switch fault {
    case .notRegular:
      return SecretFault(
        .notAFile, "'\(shown)' is not a regular file",
        help: "a secret is kept in a plain file, not in a directory, pipe or device")
    case .system(let error) where error.code == ENOENT || error.code == ENOTDIR:
      return SecretFault(
        .fileMissing, "there is no secret file '\(shown)'",
        help: NamedPath.unexpanded(path).map {
          "'\($0)' is not expanded: write the full path, or one that starts with '~/'"
        }
          ?? "put the secret, and nothing else, into that file and run: chmod 600 \(ShellWord.quoted(shown))")
    case .system(let error) where error.code == EMFILE || error.code == ENFILE:
      return SecretFault(
        .fileUnreadable, "the secret file '\(shown)' cannot be read: \(error.reason)", help: SystemLimit.openFiles)
    case .system(let error):
      let walk = PathWalk(to: path)
      return SecretFault(
        .fileUnreadable, "the secret file '\(shown)' cannot be read: \(PathHelp().problem(error.code, walk))",
        help: PathHelp().help(error.code, walk)
          ?? "see that the user who runs the server may read it and search every directory above it")
    }
  }
}
