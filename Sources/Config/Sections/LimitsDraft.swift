import JSON
import Rules
import SourceYAML

/// `limits` of a rule, the generic trigger_rule or the top level, as read from the file.
final class LimitsDraft {
  var limits = Limits()
  /// In cents, calls or seconds.
  private var places: [LimitKind: Located<Int64>] = [:]
  var amount: Located<AmountSource>?

  /// The caps on amounts, the shortest window first.
  var amountCaps: [Cap] { caps(in: .cents) }

  /// The caps on the number of calls, the shortest window first.
  var callCaps: [Cap] { caps(in: .calls) }

  private func caps(in unit: LimitKind.Unit) -> [Cap] {
    LimitKind.allCases.filter { $0.unit == unit }.compactMap { kind in
      places[kind].map { Cap(key: kind.rawValue, value: $0.value, range: $0.range, keyRange: $0.keyRange) }
    }
  }

  /// The section `limits` of the top level: caps on all rules together.
  static let globalSection = Section(
    name: "globalLimits", documentation: "Caps over all rules together.", initial: { LimitsDraft() },
    keys: amountCaps + callCaps, absentKeys: { otherPeriods }, elsewhere: { ConfigurationDraft.place(of: $0) },
    finish: { draft, _, context in LimitsCheck.check(draft, &context) })

  /// The section `limits` of a rule.
  static let ruleSection = Section(
    name: "limits", documentation: "Caps on one rule, which this program enforces.", initial: { LimitsDraft() },
    keys: amountCaps + callCaps + [
      Key(
        "amount", { $1(&$0.limits.amount) }, at: { $1(&$0.amount) }, .amountSource,
        "The amount of a call: the name of a money parameter (the only one unless set), or a fixed amount.")
    ],
    absentKeys: { [AbsentKey(name: "above") { _ in "it belongs to the rule's 'confirm'" }] + otherPeriods },
    elsewhere: { RuleDraft.place(of: $0, beside: "limits") },
    finish: { draft, _, context in LimitsCheck.check(draft, &context) })

  /// The section `limits` of the generic trigger_rule, whose calls have no amount.
  static let triggerRuleSection = Section(
    name: "triggerRuleLimits", documentation: "Caps on the calls of trigger_rule, whichever rules they trigger.",
    initial: { LimitsDraft() }, keys: callCaps,
    absentKeys: {
      (amountCaps.map(\.name) + ["amount"]).map { name in
        AbsentKey(name: name) { _ in "its calls have no amount; use \(alternatives(callCaps.map(\.name)))" }
      } + otherPeriods
    },
    elsewhere: { TriggerRuleDraft.place(of: $0, beside: "limits") },
    finish: { draft, _, context in LimitsCheck.check(draft, &context) })

  /// The names of the caps on amounts and on the number of calls.
  static let capKeys = (amountCaps + callCaps).map(\.name)

  /// Caps over another time. The name nearest in spelling would allow more, or less, than is meant.
  private static let otherPeriods = ["second", "minute", "hour", "week", "quarter", "year"].flatMap { period in
    ["per_", "calls_per_"].map { caps in
      AbsentKey(name: caps + period) { _ in "there is no cap per \(period); use \(caps)day or \(caps)30_days" }
    }
  }

  private static let amountCaps = LimitKind.allCases.filter { $0.unit == .cents }.map(cap)
  private static let callCaps = LimitKind.allCases.filter { $0.unit != .cents }.map(cap)

  private static func cap(_ kind: LimitKind) -> Key<LimitsDraft> {
    let reader: ValueReader<Int64> =
      switch kind.unit {
      case .cents: ValueReader<Money>.money.map { $0.cents }
      case .calls: ValueReader<Int>.integer(1...1_000_000).map { Int64($0) }
      case .seconds: ValueReader<Int>.duration(1...30 * 86_400).map { Int64($0) }
      }
    return Key(kind.rawValue, at: { $1(&$0.places[kind]) }, reader, kind.documentation) { $0.limits[kind] = $1 }
  }
}

/// A cap, as checks compare it.
struct Cap: Sendable {
  let key: String
  /// In cents, or a number of calls; nil if it could not be read.
  let value: Int64?
  let range: SourceRange
  let keyRange: SourceRange
}

extension ValueReader where Value == AmountSource {
  /// Reads a `money` parameter's name or a fixed amount.
  static var amountSource: ValueReader {
    ValueReader(
      schema: { _ in ["type": ["string", "number"]] },
      read: { node, place, context in
        if case .string(let text) = node.content, ParameterNameCheck.isName(text) { return .parameter(text) }
        guard let name = TemplateString.parse(node.scalarText ?? "").string.placeholders.last?.name else {
          return context.money(of: node, place).map { .fixed($0) }
        }
        return context.refuse(
          .badMoney, "\(place.subject) is not a template: it is a parameter's name, or an amount in dollars",
          help: "write \(place.key): \(name)", at: node.range)
      })
  }
}
