import Platform

extension SecretSource {
  /// `{env: NAME}`: an environment variable, with its value at the start of the process.
  package static let environment = SecretSource(
    key: "env", placeholder: "NAME", summary: "the name of an environment variable, read when the server starts",
    wanted: "write the NAME of the environment variable",
    value: .text(
      TextValue(
        title: "the environment variable",
        name: Name(
          isValid: { text in
            text.utf8.first?.isASCIIDigit == false
              && text.utf8.allSatisfy { $0.isASCIIWord }
          },
          pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
          message: "'env' must be the name of an environment variable: letters, digits and underscores",
          help: "write the variable's name, not its value and without '$'"),
        read: { name, environment throws(SecretFault) in
          guard let value = environment[name] else {
            throw SecretFault(
              .environmentMissing, "the environment variable '\(SecretGuess.shown(name))' is not set",
              help: "set it for the server, not only in your shell, or keep the secret in a file: {file: PATH}")
          }
          return Array(value.utf8)
        })))
}
