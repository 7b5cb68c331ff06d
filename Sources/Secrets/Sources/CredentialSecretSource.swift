import Platform

extension SecretSource {
  /// `{credential: NAME}`: a file that systemd placed in `$CREDENTIALS_DIRECTORY` (systemd.exec(5), Credentials). systemd is
  /// responsible for its owner and mode.
  package static let credential = SecretSource(
    key: "credential", placeholder: "NAME",
    summary: "the name of a systemd credential, read at each use from $CREDENTIALS_DIRECTORY",
    wanted: "write the NAME of the credential",
    value: .text(
      TextValue(
        title: "the credential",
        name: Name(
          isValid: isPlainFileName, pattern: "^[^/]+$",
          message: "'credential' must be a plain file name under $CREDENTIALS_DIRECTORY",
          help: "for a path use {file: PATH}"),
        read: readCredential)))

  @Sendable private static func readCredential(
    _ name: String, _ environment: [String: String]
  ) throws(SecretFault) -> [UInt8] {
    let shown = SecretGuess.shown(name)
    guard isPlainFileName(name) else {
      throw SecretFault(
        .credentialName, "'\(shown)' is not the name of a credential",
        help: "write the plain name that LoadCredential= gives it, without a directory; for a path use '{file: PATH}'")
    }
    guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else {
      throw SecretFault(
        .credentialsDirectoryMissing, "$CREDENTIALS_DIRECTORY is not set, so there is no credential '\(shown)'",
        help: "start the server by a systemd unit with LoadCredential=\(shown):PATH, or use '{file: PATH}'")
    }
    guard FilePath.isAbsolute(directory) else {
      throw SecretFault(
        .credentialsDirectoryMissing,
        "$CREDENTIALS_DIRECTORY must be a full path, but is '\(SecretGuess.shown(directory, limit: 200))'",
        help: "systemd sets a full path; a relative one would mean another directory wherever the server is started")
    }
    return try SecretFile.read(directory + "/" + name)
  }

  /// Whether the name stays inside its directory.
  @Sendable private static func isPlainFileName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
  }
}
