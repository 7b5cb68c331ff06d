import JSON
import Platform
import Rules
import SourceYAML

/// `confirm` as read from the file.
final class ConfirmationDraft {
  var policy: ConfirmationPolicy
  var above: Located<Money>?
  var when: Located<ConfirmationPolicy.When>?

  init(policy: ConfirmationPolicy = ConfirmationPolicy()) { self.policy = policy }

  /// `confirm` as a mapping.
  /// - Parameter hasAmount: Whether the calls have an amount.
  static func section(hasAmount: Bool = true) -> Section<ConfirmationDraft> {
    let above = Key<ConfirmationDraft>("above", at: { $1(&$0.above) }, .money, "Ask if the call's amount is over this.")
    {
      $0.policy.when = .above($1)
    }
    let when = Key<ConfirmationDraft>(
      "when", { $1(&$0.policy.when) }, at: { $1(&$0.when) }, .always, "always: ask at every call.")
    let ask = Key<ConfirmationDraft>(
      "ask", { $1(&$0.policy.ask) }, .channels,
      "How the person is reached, in this order: "
        + ConfirmationPolicy.Channel.allCases.map { "\($0.rawValue) (\($0.meaning))" }.joined(separator: ", ") + ".")
    return Section(
      name: hasAmount ? "confirmation" : "confirmationWithoutAmount",
      documentation: "When this program asks a person, and how the person is reached.",
      initial: { ConfirmationDraft() }, keys: hasAmount ? [above, when, ask] : [when, ask],
      absentKeys: {
        [AbsentKey(name: "fallback", help: replacement)]
          + (hasAmount ? [] : [AbsentKey(name: "above") { _ in "its calls have no amount; write when: always" }])
      },
      elsewhere: { entry in
        hasAmount
          ? RuleDraft.place(of: entry, beside: "confirm") : TriggerRuleDraft.place(of: entry, beside: "confirm")
      },
      keywords: {
        [hasAmount ? ("oneOf", [["required": ["above"]], ["required": ["when"]]]) : ("required", ["when"])]
      },
      finish: { draft, scope, context in
        switch (draft.above, draft.when) {
        case (nil, nil):
          // For 'fallback' alone, its help names both keys.
          guard scope.lacks("above", "when"), scope.entries.map(\.key) != ["fallback"] else { return }
          context.report(
            .missingKey, "\(scope.place.description) does not say when to ask",
            help: (hasAmount ? "add above: AMOUNT or when: always" : "add when: always")
              + "; or write confirm: client, always or never", at: scope.ownerRange)
        case (let above?, let when?) where above.value != nil && when.value != nil:
          context.report(
            .conflictingKeys, "\(scope.place.description) has both 'above' and 'when'", help: "keep one of them",
            at: when.keyRange, related: [("the other one", above.keyRange)])
        default: break
        }
      })
  }

  /// Returns the help for `fallback`, which `ask` replaced.
  private static func replacement(of fallback: String?) -> String {
    switch fallback {
    case "terminal": "the list 'ask' replaced it: write ask: [client, terminal], beside above or when"
    case "refuse": "the list 'ask' replaced it: write ask: [client], beside above or when"
    default:
      "the list 'ask' replaced it: write ask: [client, dialog, terminal], beside above or when; a call that nobody confirmed "
        + "is never sent"
    }
  }
}

extension ValueReader where Value == ConfirmationPolicy.When {
  /// Reads the only value of `when`; the other policies need no other key and are written as one word.
  fileprivate static var always: ValueReader {
    ValueReader(
      schema: { _ in ["const": "always"] },
      read: { node, place, context in
        let help: String? =
          switch node.scalarText {
          case "above": "write above: with the amount, such as confirm: {above: 100.00}"
          case "client", "never": "write confirm: \(node.scalarText ?? "")"
          default: nil
          }
        return context.word(of: node, place, ["always"], help: help).map { _ in .always }
      })
  }
}

extension ValueReader where Value == [ConfirmationPolicy.Channel] {
  /// Reads a list of channels without duplicates.
  fileprivate static var channels: ValueReader {
    let words = ConfirmationPolicy.Channel.allCases.map(\.rawValue)
    return ValueReader(
      schema: { _ in
        ["type": "array", "items": ["enum": .array(words.map { .string($0) })], "minItems": 1, "uniqueItems": true]
      },
      encode: { .array($0.map { .string($0.rawValue) }) },
      read: { node, place, context in
        let help = "for example [\(words.joined(separator: ", "))]"
        guard case .sequence(let items) = node.content else {
          let word = node.scalarText.flatMap { text in words.first { $0.hasSameBytes(as: text) } }
          return context.refuseType(
            node, place, expected: "a list of channels",
            help: word.map { "write \(place.key): [\($0)]" } ?? help)
        }
        guard !items.isEmpty else {
          return context.refuse(
            .emptyValue, "\(place.subject) must name at least one channel", help: help, at: node.range)
        }
        var channels: [ConfirmationPolicy.Channel] = []
        for item in items {
          guard let word = context.word(of: item, place, words),
            let channel = ConfirmationPolicy.Channel(rawValue: word)
          else { continue }
          guard !channels.contains(channel) else {
            context.report(
              .unknownValue, "\(place.subject) names \(quoted(word)) more than once", help: "keep the first one",
              at: item.range)
            continue
          }
          channels.append(channel)
        }
        return channels.count == items.count ? channels : nil
      })
  }
}

extension ValueReader where Value == ConfirmationDraft {
  private static let policies: [(word: String, when: ConfirmationPolicy.When)] = [
    ("client", .client), ("always", .always), ("never", .never),
  ]

  /// Reads one word or a mapping.
  /// - Parameter hasAmount: Whether the calls have an amount.
  static func confirmation(hasAmount: Bool = true) -> ValueReader {
    let words = policies.map(\.word)
    return ValueReader(
      schema: {
        [
          "anyOf": [
            ["enum": .array(words.map { .string($0) })],
            .object($0.reference(ConfirmationDraft.section(hasAmount: hasAmount))),
          ]
        ]
      },
      encode: { draft in policies.first { $0.when == draft.policy.when }.map { .string($0.word) } }, isMapping: true,
      read: { node, place, context in
        if case .mapping(let entries) = node.content {
          if let (word, isMeant) = onlyWord(of: entries) {
            return context.refuse(
              .wrongType, "\(quoted(word)) is not a key: it is written without braces",
              help: "write \(place.key): " + (isMeant ? word : words.filter { $0 != word }.joined(separator: " or ")),
              at: node.range)
          }
          return ConfirmationDraft.section(hasAmount: hasAmount).read(
            node, .section(place.key), ownerRange: node.range, &context)
        }
        if let help = answerHelp(node) {
          return context.refuse(
            .unknownValue, "\(place.subject) must be \(alternatives(words)), not \(quoted(node.scalarText ?? ""))",
            help: help, at: node.range)
        }
        func help() -> String? {
          amount(in: node).map {
            hasAmount ? "write confirm: {above: \($0)}" : "its calls have no amount; write confirm: always"
          } ?? channelsHelp(node)
        }
        let word = context.word(of: node, place, words, help: help())
        guard let policy = policies.first(where: { $0.word == word }) else { return nil }
        let draft = ConfirmationDraft()
        draft.policy.when = policy.when
        return draft
      })
  }

  /// Returns the policy of `{always}`, `{always: true}` or `{always: false}`, and whether it is meant.
  private static func onlyWord(of entries: [YAMLNode.Entry]) -> (word: String, isMeant: Bool)? {
    guard let entry = entries.first, entries.count == 1,
      let word = policies.first(where: { $0.word == entry.key })?.word
    else { return nil }
    switch entry.value.content {
    case .null: return (word, true)
    case .boolean(let isMeant): return (word, isMeant)
    case .number, .numberLike, .string, .sequence, .mapping: return nil
    }
  }

  private static func answerHelp(_ node: YAMLNode) -> String? {
    switch node.scalarText?.lowercased() {
    case "yes", "true", "on", "y", "ask", "required": "write confirm: always"
    case "no", "false", "off", "n": "write confirm: never, or leave it out: then the client asks"
    default: nil
    }
  }

  /// Returns the amount of `100`, `$100` or `above 100`; nil for other texts.
  private static func amount(in node: YAMLNode) -> String? {
    guard let word = node.scalarText?.split(separator: " ").last.map(String.init) else { return nil }
    let number = plainNumber(word) ?? JSONNumber(word)?.text
    return number.flatMap { (try? Money($0)) == nil ? nil : $0 }
  }

  /// The help for channels in place of the keyword.
  private static func channelsHelp(_ node: YAMLNode) -> String? {
    guard case .sequence(let items) = node.content else {
      return node.scalarText == "" ? "write confirm: always, or remove the key: then the client asks" : nil
    }
    let channels = items.compactMap(\.scalarText).filter { ConfirmationPolicy.Channel(rawValue: $0) != nil }
    return channels.isEmpty
      ? "write one word: confirm: always"
      : "write confirm: {when: always, ask: [\(channels.joined(separator: ", "))]}"
  }
}
