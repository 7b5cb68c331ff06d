import JSON
import SourceYAML

extension ConfirmationPolicy {
  /// `confirm`, where it is a mapping.
  static let section = Section(
    name: "confirmation", documentation: "When the host asks, and what happens where nobody can be asked.",
    initial: ConfirmationPolicy.init,
    keys: [
      Key("above", \.when, ValueReader<Money>.money.map { .above($0) }, "Ask where the call's amount is over this."),
      Key("when", \.when, .always, "always: ask at every call."),
      Key(
        "fallback", \.fallback, .enumeration(Fallback.self),
        "Where the client cannot ask: terminal (refuse with a code for `sequence-mcp approve`), refuse, or allow."),
    ],
    finish: { policy, scope, context in
      switch (scope.node.entry("above"), scope.node.entry("when")) {
      case (nil, nil):
        context.report(
          .missingKey, "\(scope.place.description) does not say when to ask",
          help: "add above: AMOUNT or when: always; or write confirm: client, always or never",
          at: scope.ownerRange)
      case (let above?, let when?):
        context.report(
          .conflictingKeys, "\(scope.place.description) says both 'above' and 'when'", help: "keep one of them",
          at: when.keyRange, related: [("the other one", above.keyRange)])
      default: break
      }
    })
}

extension ValueReader where Value == ConfirmationPolicy.When {
  /// The one word that `when` takes: the others need no fallback and stand alone.
  fileprivate static var always: ValueReader {
    ValueReader(
      type: "'always'", schema: ["const": "always"],
      read: { node, place, context in context.word(of: node, place, ["always"]).map { _ in .always } })
  }
}

extension ValueReader where Value == ConfirmationPolicy {
  private static var words: [String] { ["client", "always", "never"] }

  /// One word, or a mapping.
  static var confirmation: ValueReader {
    ValueReader(
      type: "'client', 'always', 'never' or a mapping",
      schema: { definitions in
        [
          "anyOf": [
            ["enum": .array(words.map { .string($0) })],
            .object(definitions.reference("confirmation", ConfirmationPolicy.section.schema)),
          ]
        ]
      },
      encode: { policy in words.first { when($0) == policy.when }.map { .string($0) } },
      read: { node, place, context in
        if case .mapping = node.content {
          return ConfirmationPolicy.section.read(node, .section(place.key), ownerRange: node.range, &context)
        }
        if let help = answerHelp(node) {
          context.report(
            .unknownValue, "\(place.subject) must be \(alternatives(words)), not \(quoted(node.scalarText ?? ""))",
            help: help, at: node.range)
          return nil
        }
        guard let word = context.word(of: node, place, words) else { return nil }
        var policy = ConfirmationPolicy()
        policy.when = when(word)
        return policy
      })
  }

  /// What to write for a plain yes or no.
  private static func answerHelp(_ node: YAMLNode) -> String? {
    switch node.scalarText?.lowercased() {
    case "yes", "true", "on", "y": "write confirm: always"
    case "no", "false", "off", "n": "write confirm: never, or leave it out: then the client asks"
    default: nil
    }
  }

  private static func when(_ word: String) -> ConfirmationPolicy.When {
    switch word {
    case "client": .client
    case "never": .never
    default: .always
    }
  }
}
