import Platform

/// A place where secrets are kept: one conforming type a file, one line in `SecretSources.all`, one case of `SecretReference`.
package protocol SecretSource: Sendable {
  /// The key of a secret reference: `env` in `{env: NAME}`.
  static var key: String { get }
  /// The value of the key in messages: `NAME`.
  static var placeholder: String { get }
  /// The value of the key, for the reference and the schema.
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

/// Why a secret cannot be used, in words that never hold its value, its length or its hash.
package struct SecretFault: Error, Sendable, Hashable {
  /// The kinds of faults; the raw value is the diagnostic's rule id.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case environmentMissing = "secret-env-missing"
    case fileMissing = "secret-file-missing"
    /// It is there, but this process may not read it, or reading failed.
    case fileUnreadable = "secret-file-unreadable"
    case notAFile = "secret-not-a-file"
    case fileOwner = "secret-file-owner"
    case fileMode = "secret-file-mode"
    case credentialsDirectoryMissing = "secret-credentials-directory-missing"
    case credentialName = "secret-credential-name"
    case commandMissing = "secret-command-missing"
    /// A directory, or a file that cannot be run.
    case commandNotAProgram = "secret-command-not-a-program"
    /// Others could put another program in its place.
    case commandUntrusted = "secret-command-untrusted"
    case commandFailed = "secret-command-failed"
    /// It took too long, or its call ended.
    case commandUnfinished = "secret-command-unfinished"
    case commandTooMuch = "secret-command-too-much"
    case empty = "secret-empty"
    case tooLong = "secret-too-long"
    case notText = "secret-not-text"
    case multiline = "secret-multiline"
    case surroundingSpace = "secret-surrounding-space"
    case controlCharacter = "secret-control-character"
    case tooShort = "secret-too-short"
    case bearerPrefix = "secret-bearer-prefix"
    case unexpanded = "secret-unexpanded"
  }

  package let kind: Kind
  /// Lower case, no full stop: what is wrong, and where.
  package let message: String
  /// What to do about it.
  package let help: String

  package init(_ kind: Kind, _ message: String, help: String) {
    self.kind = kind
    // They name the variable or file, and some people write the secret there.
    self.message = SecretGuess.redacting(message)
    self.help = SecretGuess.redacting(help)
  }

  /// The stable id of the diagnostic rule.
  package var ruleID: String { kind.rawValue }
}
