import Platform
import Rules
import SourceYAML

/// A check for caps, and channels of a question, that a merge key would have added and that a mapping in their place lacks.
enum LostCapsCheck {
  static func check(_ scope: SectionScope, _ context: inout ReadingContext) {
    check("limits", LimitsDraft.capKeys, scope, &context)
    check("confirm", ["ask"], scope, &context)
  }

  private static func check(
    _ key: String, _ safeguards: [String], _ scope: SectionScope, _ context: inout ReadingContext
  ) {
    guard let entry = scope.entry(key) else { return }
    var kept: [YAMLNode.Entry] = []
    switch entry.value.content {
    case .mapping(let entries): kept = entries
    case .string("always") where key == "confirm": break
    case .null, .boolean, .number, .numberLike, .string, .sequence: return
    }
    for replaced in entry.replaced {
      guard case .mapping(let entries) = replaced.value.content else { continue }
      let lost = entries.map(\.key).filter { name in
        safeguards.contains(name) && !kept.contains { $0.key.hasSameBytes(as: name) }
      }
      let channels = channels(of: entries)
      guard !lost.isEmpty, key != "confirm" || channels != ConfirmationPolicy.Channel.allCases else { continue }
      let ask = "ask: [\(channels.map(\.rawValue).joined(separator: ", "))]"
      context.report(
        .lostCaps,
        "'\(key)' replaces the merged '\(key)' as a whole, and drops its \(lost.map(quoted).joined(separator: ", "))",
        help: key == "confirm"
          ? kept.isEmpty ? "write confirm: {when: always, \(ask)}" : "write \(ask) beside its other keys, too"
          : "write them here, too; or anchor the merged one, \(key): &caps, and write \(key): {<<: *caps, ...}",
        at: replaced.place, related: [("the merged '\(key)'", replaced.keyRange)])
    }
  }

  private static func channels(of entries: [YAMLNode.Entry]) -> [ConfirmationPolicy.Channel] {
    guard case .sequence(let items)? = entries.first(where: { $0.key == "ask" })?.value.content else { return [] }
    return items.compactMap { $0.scalarText.flatMap(ConfirmationPolicy.Channel.init) }
  }
}

extension DiagnosticKind {
  static let lostCaps = DiagnosticKind(
    "lost-caps", .warning, "limits or a confirmation that replace merged ones",
    "'<<' merges the keys of one mapping, not those of the mappings inside it: a rule's own 'limits' replace the merged ones "
      + "as a whole, and the caps that they do not repeat are gone. So is the 'ask' that a rule's own 'confirm' lacks.",
    example:
      "version: 1\nx-base: &base\n  limits: {calls_per_day: 3}\nrules:\n  save:\n    <<: *base\n    rule_id: ru_1\n"
      + "    api_secret: {env: SAVE_SECRET}\n    description: Puts money aside.\n    ⟦limits⟧: {cooldown: 1m}\n",
    good: "version: 1\nx-limits: &limits {calls_per_day: 3}\nrules:\n  save:\n    rule_id: ru_1\n"
      + "    api_secret: {env: SAVE_SECRET}\n    description: Puts money aside.\n    limits: {<<: *limits, cooldown: 1m}\n"
  )
}
