import CSystem
import Platform

extension SecretSource {
  /// `{file: PATH}`: a file that only its owner may read. It is read at each use, so a rotated secret works at once.
  package static let file = SecretSource(
    key: "file", placeholder: "PATH", summary: "the path of a file that only you may read, read at each use",
    wanted: "write the PATH of the file that contains the secret",
    value: .text(
      TextValue(
        title: "the secret file", isPath: true,
        read: { path, _ throws(SecretFault) in try FileSecretSource.read(path) })))
}

/// A read of a secret file that trusts the file only if nobody else could have read or written it.
enum FileSecretSource {
  /// Returns the file's bytes. The open file must belong to the user or root and be inaccessible to everybody else, and nobody
  /// else may be able to replace it.
  /// - Parameter userID: The user that runs the process.
  static func read(_ path: String, userID: UInt32 = geteuid()) throws(SecretFault) -> [UInt8] {
    let trust = PathTrust(userID: userID)
    return try SecretFile.read(path) { status throws(SecretFault) in
      let judged = trust.judge(path)
      guard let end = judged.walk.end, end.status.identity == status.identity else {
        throw SecretFault(
          .fileUnreadable, "the secret file '\(shown(path))' was replaced while it was read", help: "try again")
      }
      if let fault = judged.faults.first(where: { !$0.isOnTheWay }), fault.reason == .owner {
        throw refused(fault, path)
      }
      guard status.permissions & 0o066 == 0 else {
        throw SecretFault(
          .fileMode, "the secret file '\(shown(path))' may be read or written by others", help: modeHelp(end, path))
      }
      if let fault = judged.faults.first { throw refused(fault, path) }
    }
  }

  private static func refused(_ fault: PathTrust.Fault, _ path: String) -> SecretFault {
    let kind: SecretFault.Kind =
      switch fault.reason {
      case .owner: .fileOwner
      case .writable: .fileMode
      }
    let problem = PathHelp().problem(fault, subject: "it")
    return SecretFault(
      kind, "the secret file '\(shown(path))' cannot be trusted: \(problem)", help: PathHelp().help(fault))
  }

  /// Returns how to make the file private, which depends on its owner and location.
  private static func modeHelp(_ file: PathWalk.Step, _ path: String) -> String {
    if let type = FileSystem.withoutModes(device: file.status.device) { return PathHelp.help(withoutModes: type) }
    let user = RunningUser.current
    let command = "chmod 600 \(ShellWord.quoted(file.path))"
    if file.status.owner == user.id { return "run: \(command)" }
    if user.isInContainer || FileSystem.isReadOnly(file.path) {
      return
        "mount it with mode 0400 ('defaultMode: 0400'), or write '{credential: NAME}' and set CREDENTIALS_DIRECTORY to "
        + ShellWord.quoted(FilePath.parent(path))
    }
    return PathHelp().takeover(of: file).map { "run: \($0) && \(command)" } ?? "use a file of your own"
  }

  private static func shown(_ path: String) -> String { SecretGuess.shown(path, limit: 200) }
}

/// A secret's file, opened once. All checks use the open descriptor, so the file cannot be swapped between a check and the
/// read.
enum SecretFile {
  /// Returns the content of a regular file, reading at most slightly more than `SecretText.maxBytes`.
  /// - Parameter check: Throws if the file may not be used.
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
      let walk = PathWalk(to: path)
      let isPlain = error.code == ENOENT && walk.danglingLink == nil
      return SecretFault(
        .fileMissing,
        "there is no secret file '\(shown)'" + (isPlain ? "" : ": \(PathHelp().problem(error.code, walk))"),
        help: PathHelp().help(error.code, walk)
          ?? NamedPath.unexpanded(path).map {
            "'\($0)' is not expanded: write the full path, or one that starts with '~/'"
          }
          ?? (walk.isCreatable
            ? "put the secret, and nothing else, into that file and run: chmod 600 \(ShellWord.quoted(shown))"
            : path.hasSuffix("/") ? "remove the '/' at its end" : "name a file in a directory of your own"))
    case .system(let error) where error.code == EMFILE || error.code == ENFILE:
      return SecretFault(
        .fileUnreadable, "the secret file '\(shown)' cannot be read: \(error.reason)", help: SystemLimit.openFiles)
    case .system(let error):
      let walk = PathWalk(to: path)
      return SecretFault(
        .fileUnreadable, "the secret file '\(shown)' cannot be read: \(PathHelp().problem(error.code, walk))",
        help: PathHelp().help(error.code, walk)
          ?? "make sure that the user who runs the server may read it and search every directory above it")
    }
  }
}
