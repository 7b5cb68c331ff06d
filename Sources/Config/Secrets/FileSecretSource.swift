import SourceYAML

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// `{file: PATH}`: a file that only its owner may read, read at each use so that a rotated secret works at once.
package enum FileSecretSource: SecretSource {
  package static let key = "file"
  package static let summary = "the path of a file that only you may read, read at each use"

  /// The file's bytes, after checking on the open descriptor that it belongs to the user or to root, and to nobody else.
  /// - Parameter userID: who the process runs as.
  static func read(_ path: String, userID: UInt32 = geteuid()) throws(SecretFault) -> [UInt8] {
    let shown = SecretGuess.shown(path, limit: 200)
    return try SecretFile.read(path) { file throws(SecretFault) in
      guard file.ownerID == userID || file.ownerID == 0 else {
        throw SecretFault(
          .fileOwner, "the secret file '\(shown)' belongs to another user",
          help: "make it your own: chown \"$USER\" '\(shown)'")
      }
      guard file.mode & 0o066 == 0 else {
        throw SecretFault(
          .fileMode, "the secret file '\(shown)' may be read or written by others", help: "run: chmod 600 '\(shown)'")
      }
    }
  }
}
