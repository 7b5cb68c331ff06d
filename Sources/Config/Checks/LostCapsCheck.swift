import Platform
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
      guard !lost.isEmpty else { continue }
      context.report(
        .lostCaps,
        "'\(key)' replaces the merged '\(key)' as a whole, and drops its \(lost.map(quoted).joined(separator: ", "))",
        // 'when' and 'above' exclude each other, so a merged confirmation cannot always be merged again.
        help: "write them here, too"
          + (key == "confirm" ? "" : "; or anchor the merged one, \(key): &base, and write \(key): {<<: *base, ...}"),
        at: replaced.place, related: [("the merged '\(key)'", replaced.keyRange)])
    }
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
