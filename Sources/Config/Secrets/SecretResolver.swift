package import Secrets

/// Turns references into secrets, as late as possible: files are read at each use, the environment was read at the start.
package struct SecretResolver: Sendable {
  private let environment: [String: String]
  private let scrubber: SecretScrubber

  /// - Parameters:
  ///   - environment: the process's own, as it was at its start.
  ///   - scrubber: learns every secret before anyone else sees it.
  package init(environment: [String: String], scrubber: SecretScrubber) {
    self.environment = environment
    self.scrubber = scrubber
  }

  /// The secret behind the reference, known to the scrubber from now on.
  /// - Throws: `SecretFault`, which never holds the value.
  package func resolve(_ reference: SecretReference) throws(SecretFault) -> Secret {
    let secret: Secret
    switch reference {
    case .environment(let name):
      secret = try SecretText.secret(
        EnvironmentSecretSource.read(name, in: environment),
        from: "the environment variable '\(DisplayText.of(name))'")
    case .file(let path):
      secret = try SecretText.secret(
        FileSecretSource.read(path), from: "the secret file '\(DisplayText.of(path, limit: 200))'")
    case .credential(let name):
      secret = try SecretText.secret(
        CredentialSecretSource.read(name, in: environment), from: "the credential '\(DisplayText.of(name))'")
    }
    scrubber.register(secret)
    return secret
  }
}
