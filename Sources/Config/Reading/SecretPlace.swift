package import Secrets
package import SourceYAML

/// A secret reference of the file.
package struct SecretPlace: Sendable {
  package let reference: SecretReference
  package let range: SourceRange
  /// The owner of the secret, for messages: `rule 'move_to_savings'`, `the access token`.
  package var owner: String { ownerPlace.description }
  /// The owner; its description is built only when a message needs it.
  let ownerPlace: Place
  /// The argument of `secret set` for it; nil if that command cannot store it.
  package let target: String?
  /// The alias of its rule; nil for the access token and the API key.
  let ruleID: String?
  /// Whether this is the access token, not a rule's secret.
  let isAccessToken: Bool
  /// Whether the file names it, as opposed to a default.
  package let isWrittenDown: Bool
  /// Whether the tool that needs it is offered.
  package let isInUse: Bool

  /// Whether a tool that is offered fails without it. The default access token, which nobody wrote down, may be missing.
  package var isRequired: Bool { isInUse && (isWrittenDown || !isAccessToken) }
}
