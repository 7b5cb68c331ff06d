import JSON
import Rules
import SourceYAML

/// `limits` of a rule, the generic trigger_rule or the top level, as read from the file.
final class LimitsDraft {
  var limits = Limits()
  var perCall: Located<Money>?
  var perDay: Located<Money>?
  var per30Days: Located<Money>?
  var callsPerDay: Located<Int>?
  var callsPer30Days: Located<Int>?
  var amount: Located<AmountSource>?

  /// The caps on amounts, the shortest window first.
  var amountCaps: [Cap] {
    var caps: [Cap] = []
    if let perCall { caps.append(Cap("per_call", perCall)) }
    if let perDay { caps.append(Cap("per_day", perDay)) }
    if let per30Days { caps.append(Cap("per_30_days", per30Days)) }
    return caps
  }

  /// The caps on the number of calls, the shortest window first.
  var callCaps: [Cap] {
    var caps: [Cap] = []
    if let callsPerDay { caps.append(Cap("calls_per_day", callsPerDay)) }
    if let callsPer30Days { caps.append(Cap("calls_per_30_days", callsPer30Days)) }
    return caps
  }

  /// The section `limits` of the top level: caps on all rules together.
  static let globalSection = Section(
    name: "globalLimits", documentation: "Caps over all rules together.", initial: { LimitsDraft() },
    keys: amountCaps + callCaps, absentKeys: otherPeriods, elsewhere: { ConfigurationDraft.place(of: $0) },
    finish: { draft, _, context in LimitsCheck.check(draft, &context) })

  /// The section `limits` of a rule.
  static let ruleSection = Section(
    name: "limits", documentation: "Caps on one rule, which this program enforces.", initial: { LimitsDraft() },
    keys: amountCaps + callCaps + [
      Key(
        "amount", { $1(&$0.limits.amount) }, at: { $1(&$0.amount) }, .amountSource,
        "The amount of a call: the name of a money parameter (the only one unless set), or a fixed amount.")
    ],
    absentKeys: [AbsentKey(name: "above") { _ in "it belongs to the rule's 'confirm'" }] + otherPeriods,
    elsewhere: { RuleDraft.place(of: $0, beside: "limits") },
    finish: { draft, _, context in LimitsCheck.check(draft, &context) })

  /// The section `limits` of the generic trigger_rule, whose calls have no amount.
  static let triggerRuleSection = Section(
    name: "triggerRuleLimits", documentation: "Caps on the calls of trigger_rule, whichever rules they trigger.",
    initial: { LimitsDraft() }, keys: callCaps,
    absentKeys: (amountCaps.map(\.name) + ["amount"]).map { name in
      AbsentKey(name: name) { _ in "its calls have no amount; use \(alternatives(callCaps.map(\.name)))" }
    } + otherPeriods,
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

  private static let amountCaps: [Key<LimitsDraft>] = [
    Key("per_call", at: { $1(&$0.perCall) }, .money, "The most that one call may move.") { $0.limits.perCall = $1 },
    Key("per_day", at: { $1(&$0.perDay) }, .money, "The most in any 24 hours.") { $0.limits.perDay = $1 },
    Key("per_30_days", at: { $1(&$0.per30Days) }, .money, "The most in any 30 days.") { $0.limits.per30Days = $1 },
  ]

  private static let callCaps: [Key<LimitsDraft>] = [
    Key("calls_per_day", at: { $1(&$0.callsPerDay) }, .integer(1...1_000_000), "The most calls in any 24 hours.") {
      $0.limits.callsPerDay = $1
    },
    Key("calls_per_30_days", at: { $1(&$0.callsPer30Days) }, .integer(1...1_000_000), "The most calls in any 30 days.")
    {
      $0.limits.callsPer30Days = $1
    },
    Key(
      "cooldown", { $1(&$0.limits.cooldownSeconds) }, .duration(1...30 * 86_400), "The minimum time between two calls."),
  ]
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
      type: "parameter name or money", schema: { _ in ["type": ["string", "number"]] },
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
