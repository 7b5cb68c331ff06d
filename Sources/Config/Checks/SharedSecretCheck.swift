import Platform
import Rules
import Secrets
import SourceYAML

/// A check for one secret in two places. Each secret belongs to one rule (Sequence API docs, read 2026-11), so one place is
/// wrong.
enum SharedSecretCheck {
  static func check(_ context: inout ReadingContext) {
    let places = context.secretPlaces
    check(places, first: places.map(\.reference.place).firstPositions, &context)
  }

  /// Reports every place with the same secret as an earlier place.
  /// - Parameter first: For each place, the index of the first place with its secret.
  static func check(_ places: [SecretPlace], first: [Int], _ context: inout ReadingContext) {
    for index in places.indices where first[index] != index {
      let (place, other) = (places[index], places[first[index]])
      // Two aliases of one rule share its secret.
      if let ruleID = place.ruleID, other.ruleID?.hasSameBytes(as: ruleID) ?? false { continue }
      // An anchor that is read twice still has two users.
      let related = [(message: "\(other.owner) has it too", range: other.range)]
      if place.isAccessToken || other.isAccessToken {
        let rulePlace = place.isAccessToken ? other : place
        context.report(
          .accessTokenAsRuleSecret, "\(rulePlace.owner) has the access token as its secret",
          help: rulePlace.target == "api-key"
            ? "create an API key in Sequence" : "copy the rule's own API secret from Sequence", at: rulePlace.range,
          related: place.isAccessToken ? [(message: "the access token", range: place.range)] : related)
      } else {
        context.report(
          .sharedSecret, "\(place.owner) has the same secret as \(other.owner)",
          help: "each Sequence rule has its own API secret, and none of them is the API key", at: place.range,
          related: related)
      }
    }
  }
}

extension SecretReference {
  /// The place of the secret, regardless of how long the secret is kept in memory.
  fileprivate var place: SecretReference {
    guard let command else { return self }
    return .command(CommandSecret(command.words, cacheSeconds: 0))
  }
}

extension DiagnosticKind {
  static let sharedSecret = DiagnosticKind(
    "shared-secret", .warning, "the same secret for two rules",
    "Each rule in Sequence has its own API secret, so one of the two will be refused.",
    example: DiagnosticExample.twoRules(secret: "⟦{env: SAVE_SECRET}→{env: OTHER_SECRET}⟧"))

  static let accessTokenAsRuleSecret = DiagnosticKind(
    "access-token-as-rule-secret", .warning, "the access token as a rule's secret",
    "The access token reads accounts; a rule is triggered with its own API secret, which Sequence shows with the rule. "
      + "Unless set, the access token is {env: SEQUENCE_ACCESS_TOKEN}.",
    example: DiagnosticExample.rule(secret: "⟦{env: SEQUENCE_ACCESS_TOKEN}→{env: SAVE_SECRET}⟧"))
}
