import Platform

/// Turns references into secrets, as late as possible: files are read at each use, the environment was read at the start.
package struct SecretResolver: Sendable {
  private let environment: [String: String]
  private let scrubber: SecretScrubber
  private var replacements: [SecretReference: Secret] = [:]

  /// - Parameters:
  ///   - environment: the process's own, as it was at its start.
  ///   - scrubber: learns every secret before anyone else sees it.
  package init(environment: [String: String], scrubber: SecretScrubber) {
    self.environment = environment
    self.scrubber = scrubber
  }

  /// The same resolver, but with these secrets for these references: the made-up ones of the sandbox.
  package func replacing(_ replacements: [SecretReference: Secret]) -> SecretResolver {
    var resolver = self
    resolver.replacements = replacements
    return resolver
  }

  /// The secret behind the reference, known to the scrubber from now on.
  /// - Throws: `SecretFault`, which never holds the value.
  package func resolve(_ reference: SecretReference) throws(SecretFault) -> Secret {
    if let replacement = replacements[reference] { return replacement }
    let secret: Secret
    switch reference {
    case .environment(let name):
      secret = try SecretText.secret(
        EnvironmentSecretSource.read(name, in: environment),
        from: "the environment variable '\(SecretGuess.shown(name))'")
    case .file(let path):
      secret = try SecretText.secret(
        FileSecretSource.read(path), from: "the secret file '\(SecretGuess.shown(path, limit: 200))'")
    case .credential(let name):
      secret = try SecretText.secret(
        CredentialSecretSource.read(name, in: environment), from: "the credential '\(SecretGuess.shown(name))'")
    }
    scrubber.register(secret)
    return secret
  }
}
