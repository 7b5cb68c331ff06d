import JSON
import Rules
import SourceYAML

/// `limits` of a rule, the generic trigger_rule or the top level, as read from the file.
final class LimitsDraft {
  var limits = Limits()
  private var amounts: [LimitKind: Located<Money>] = [:]
  private var numbers: [LimitKind: Located<Int>] = [:]
  var amount: Located<AmountSource>?

  /// The caps on amounts, the shortest window first.
  var amountCaps: [Cap] {
    LimitKind.allCases.compactMap { kind in amounts[kind].map { Cap(kind.rawValue, $0) } }
  }

  /// The caps on the number of calls, the shortest window first.
  var callCaps: [Cap] {
    LimitKind.allCases.filter { $0.unit == .calls }.compactMap { kind in
      numbers[kind].map { Cap(kind.rawValue, $0) }
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

  private static let amountCaps = LimitKind.allCases.filter { $0.unit == .cents }.map { kind in
    Key<LimitsDraft>(kind.rawValue, at: { $1(&$0.amounts[kind]) }, .money, kind.documentation) {
      $0.limits[kind] = $1.cents
    }
  }

  static let callCaps = LimitKind.allCases.filter { $0.unit != .cents }.map { kind in
    Key<LimitsDraft>(
      kind.rawValue, at: { $1(&$0.numbers[kind]) },
      kind.unit == .calls ? .integer(1...1_000_000) : .duration(1...30 * 86_400), kind.documentation
    ) { $0.limits[kind] = Int64($1) }
  }
}

/// A cap, as checks compare it.
struct Cap: Sendable {
  let key: String
  /// In cents, or a number of calls; nil if it could not be read.
  let value: Int64?
  let range: SourceRange
  let keyRange: SourceRange

  init(_ key: String, _ cap: Located<Money>) {
    self.key = key
    (value, range, keyRange) = (cap.value?.cents, cap.range, cap.keyRange)
  }

  init(_ key: String, _ cap: Located<Int>) {
    self.key = key
    (value, range, keyRange) = (cap.value.map { Int64($0) }, cap.range, cap.keyRange)
  }
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
