import Platform

/// `{env: NAME}`: an environment variable, with its value at the start of the process.
enum EnvironmentSecretSource: SecretSource {
  static let kind = SecretSourceKind.env
  static let placeholder = "NAME"
  static let summary = "the name of an environment variable, read when the server starts"
  static let wanted = "write the NAME of the environment variable"

  /// Returns the variable's bytes.
  static func read(_ name: String, in environment: [String: String]) throws(SecretFault) -> [UInt8] {
    guard let value = environment[name] else {
      throw SecretFault(
        .environmentMissing, "the environment variable '\(SecretGuess.shown(name))' is not set",
        help: "set it for the server, not only in your shell, or keep the secret in a file: {file: PATH}")
    }
    return Array(value.utf8)
  }
}
