/// A place where secrets are kept: one conforming type a file, one line in `SecretSources.all`, one case of `SecretReference`.
package protocol SecretSource: Sendable {
  /// The key of a secret reference: `env` in `{env: NAME}`.
  static var key: String { get }
  /// What stands behind the key in messages: `NAME`.
  static var placeholder: String { get }
  /// What stands behind the key, for the reference and the schema.
  static var summary: String { get }
}

/// All places where secrets may be kept.
package enum SecretSources {
  package static let all: [any SecretSource.Type] = [
    EnvironmentSecretSource.self, FileSecretSource.self, CredentialSecretSource.self, CommandSecretSource.self,
  ]

  /// The forms of a reference, to complete "write ...": `{env: NAME}, {file: PATH} or ...`.
  package static var forms: String {
    let forms = all.map { "{\($0.key): \($0.placeholder)}" }
    return forms.dropLast().joined(separator: ", ") + " or " + (forms.last ?? "")
  }
}
