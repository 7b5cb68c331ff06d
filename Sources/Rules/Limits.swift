package import JSON
import Platform

/// Caps on one rule or on all rules together.
package struct Limits: Sendable, Hashable {
  private var values: [LimitKind: Int64] = [:]
  /// The source of a call's amount.
  package var amount: AmountSource = .none

  package init() {}

  /// The cap of that kind, in its unit; nil means no cap.
  package subscript(kind: LimitKind) -> Int64? {
    get { values[kind] }
    set { values[kind] = newValue }
  }

  /// The caps that are set, each in its unit, in the order of `LimitKind`.
  package var caps: [(kind: LimitKind, cap: Int64)] {
    values.isEmpty ? [] : LimitKind.allCases.compactMap { kind in values[kind].map { (kind, $0) } }
  }

  /// The caps on money that are set.
  package var moneyCaps: [(kind: LimitKind, cap: Money)] {
    caps.filter { $0.kind.unit == .cents }.map { ($0.kind, Money(cents: $0.cap)) }
  }
}

/// The source of a call's amount.
package enum AmountSource: Sendable, Hashable {
  /// No amount is known to this program.
  case none
  /// The `money` parameter with that name.
  case parameter(String)
  /// The same amount for each call.
  case fixed(Money)
}

/// The caps that a configuration can set: everything else about a cap follows from its row.
package enum LimitKind: String, Sendable, Hashable, CaseIterable {
  case perCall = "per_call"
  case perDay = "per_day"
  case per30Days = "per_30_days"
  case callsPerDay = "calls_per_day"
  case callsPer30Days = "calls_per_30_days"
  case cooldown

  package enum Unit: Sendable, Hashable {
    case cents, calls, seconds
  }

  /// A time in which calls count.
  package struct Window: Sendable {
    package let milliseconds: Int64
    /// `in any 24 hours`.
    package let text: String
    /// `a day`.
    package let shortText: String

    fileprivate static let day = Window(milliseconds: 86_400_000, text: "in any 24 hours", shortText: "a day")
    fileprivate static let month = Window(
      milliseconds: 30 * 86_400_000, text: "in any 30 days", shortText: "in 30 days")
  }

  private var row: (unit: Unit, window: Window?, refusalCode: CallCode) {
    switch self {
    case .perCall: (.cents, nil, .limitPerCall)
    case .perDay: (.cents, .day, .limitPerDay)
    case .per30Days: (.cents, .month, .limitPer30Days)
    case .callsPerDay: (.calls, .day, .limitCallsPerDay)
    case .callsPer30Days: (.calls, .month, .limitCallsPer30Days)
    case .cooldown: (.seconds, nil, .limitCooldown)
    }
  }

  package var unit: Unit { row.unit }
  /// The window that it counts in; nil if it applies to one call alone, or to two neighboring ones.
  package var window: Window? { row.window }
  package var refusalCode: CallCode { row.refusalCode }

  /// The windows of all kinds in milliseconds, the shortest first.
  package static let windows = Set(allCases.compactMap { $0.window?.milliseconds }).sorted()
  /// After this time no cap counts a call anymore.
  package static let maxWindow = windows.last ?? 0

  /// For the reference of the configuration.
  package var documentation: String {
    if let window { return "The most \(unit == .calls ? "calls " : "")\(window.text)." }
    return self == .cooldown ? "The minimum time between two calls, 1s to 30d." : "The most that one call may move."
  }

  /// Returns an amount, a count or a cooldown, formatted for people and results.
  package func text(_ value: Int64) -> String {
    switch unit {
    case .cents: DollarText.of(Money(cents: max(0, value)))
    case .calls: max(0, value).counted("call")
    case .seconds: DurationText.rough(value.multipliedSaturated(by: 1000))
    }
  }

  /// Returns the same for structured results: exact decimal text, or a whole number.
  package func json(_ value: Int64) -> JSONValue {
    unit == .cents ? .string(Money(cents: max(0, value)).description) : JSONValue(Int(max(0, value)))
  }
}
