import Platform
import SourceYAML

/// A check for caps that a merge key would have added and that `limits` in their place lack.
enum LostCapsCheck {
  static func check(_ scope: SectionScope, _ context: inout ReadingContext) {
    guard let limits = scope.entry("limits"), case .mapping(let kept) = limits.value.content else { return }
    for replaced in limits.replaced {
      guard case .mapping(let caps) = replaced.value.content else { continue }
      let lost = caps.map(\.key).filter { cap in
        LimitsDraft.capKeys.contains(cap) && !kept.contains { $0.key.hasSameBytes(as: cap) }
      }
      guard !lost.isEmpty else { continue }
      context.report(
        .lostCaps,
        "'limits' replaces the merged limits as a whole, and with them \(lost.map(quoted).joined(separator: ", "))",
        help:
          "list every cap here; or anchor the merged limits, limits: &caps, and write limits: {<<: *caps, ...}",
        at: replaced.place, related: [("the merged limits", replaced.keyRange)])
    }
  }
}

extension DiagnosticKind {
  static let lostCaps = DiagnosticKind(
    "lost-caps", .warning, "limits that replace merged ones",
    "'<<' merges the keys of one mapping, not those of the mappings inside it: a rule's own 'limits' replace the merged ones "
      + "as a whole, and the caps that they do not repeat are gone.",
    example:
      "version: 1\nx-base: &base\n  limits: {calls_per_day: 3}\nrules:\n  save:\n    <<: *base\n    rule_id: ru_1\n"
      + "    api_secret: {env: SAVE_SECRET}\n    description: Puts money aside.\n    ⟦limits⟧: {cooldown: 1m}\n",
    good: "version: 1\nx-limits: &limits {calls_per_day: 3}\nrules:\n  save:\n    rule_id: ru_1\n"
      + "    api_secret: {env: SAVE_SECRET}\n    description: Puts money aside.\n    limits: {<<: *limits, cooldown: 1m}\n"
  )
}
