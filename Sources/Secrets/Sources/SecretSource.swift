import Platform

/// A place where secrets are stored. Each is in its own file, and in `all`.
package struct SecretSource: Sendable {
  /// The key of a reference: `env` in `{env: NAME}`.
  package let key: String
  /// The placeholder for the key's value in messages: `NAME`.
  package let placeholder: String
  /// The description of the key's value for the reference and the schema.
  package let summary: String
  /// The help for a key with a wrong value.
  package let wanted: String
  package let value: Value

  /// The kind of the key's value.
  package enum Value: Sendable {
    case text(TextValue)
    /// A program and its arguments. It prints the secret.
    case program
  }

  /// A name or a path.
  package struct TextValue: Sendable {
    /// What messages call the place: `the secret file`.
    let title: String
    package var isPath = false
    /// What the text must be; nil if it may be anything.
    package var name: Name?
    /// Returns the bytes at the place.
    let read: @Sendable (_ text: String, _ environment: [String: String]) throws(SecretFault) -> [UInt8]
  }

  /// The rule for a name, with the message and the help for a text that breaks it.
  package struct Name: Sendable {
    package let isValid: @Sendable (String) -> Bool
    /// A regular expression (ECMA-262) that every name matches, for the schema.
    package let pattern: String
    package let message: String
    package let help: String
  }

  package static let all = [environment, file, credential, command]

  package static func named(_ key: String) -> SecretSource? { all.first { $0.key.hasSameBytes(as: key) } }

  /// The forms of a reference, to complete "write ...": `{env: NAME}, {file: PATH} or ...`.
  package static var forms: String {
    let forms = all.map { "{\($0.key): \($0.placeholder)}" }
    return forms.dropLast().joined(separator: ", ") + " or " + (forms.last ?? "")
  }
}

extension SecretSource: Hashable {
  package static func == (left: SecretSource, right: SecretSource) -> Bool { left.key == right.key }
  package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// The reason a secret cannot be used. It never contains the secret's value, length or hash.
package struct SecretFault: Error, Sendable, Hashable {
  /// The kind of fault. The raw value is the diagnostic id.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case environmentMissing = "secret-env-missing"
    case fileMissing = "secret-file-missing"
    /// The file exists, but this process cannot read it.
    case fileUnreadable = "secret-file-unreadable"
    case notAFile = "secret-not-a-file"
    case fileOwner = "secret-file-owner"
    case fileMode = "secret-file-mode"
    case credentialsDirectoryMissing = "secret-credentials-directory-missing"
    case credentialName = "secret-credential-name"
    case commandMissing = "secret-command-missing"
    /// A directory, or a file that is not executable.
    case commandNotAProgram = "secret-command-not-a-program"
    /// Others could replace the program.
    case commandUntrusted = "secret-command-untrusted"
    case commandFailed = "secret-command-failed"
    /// The command took too long, or its call ended.
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

    /// What is wrong with a secret, as a model may see it: names no file and no command of this machine.
    package var words: String {
      switch self {
      case .environmentMissing: "its environment variable is not set"
      case .fileMissing: "its file is missing"
      case .fileUnreadable: "its file cannot be read"
      case .notAFile: "what it refers to is not a file"
      case .fileOwner: "its file, or a directory on the way to it, belongs to another user"
      case .fileMode: "others may read or change its file"
      case .credentialsDirectoryMissing: "the directory of credentials is not set"
      case .credentialName: "the name of its credential is not valid"
      case .commandMissing: "its command is not installed"
      case .commandNotAProgram: "its command is not a program"
      case .commandUntrusted: "others may change its command"
      case .commandFailed: "its command failed"
      case .commandUnfinished: "its command did not end in time"
      case .commandTooMuch: "its command printed more than a secret"
      case .empty: "it is empty"
      case .tooLong: "it is too long for a secret"
      case .notText: "it is not text"
      case .multiline: "it has more than one line"
      case .surroundingSpace: "it has spaces around it"
      case .controlCharacter: "it has a control character in it"
      case .tooShort: "it is too short for a secret"
      case .bearerPrefix: "it starts with 'Bearer'"
      case .unexpanded: "it is a reference that was not expanded"
      }
    }
  }

  package let kind: Kind
  /// What is wrong and where, in lower case without a full stop.
  package let message: String
  /// How to fix it.
  package let help: String

  package init(_ kind: Kind, _ message: String, help: String) {
    self.kind = kind
    // Both name the variable or file, and some people put the secret itself there.
    self.message = SecretGuess.redacting(message)
    self.help = SecretGuess.redacting(help)
  }

  /// The diagnostic id, which is stable.
  package var diagnosticID: String { kind.rawValue }
}
