import JSON
import Platform
package import Rules

/// The caps that a configuration can set.
package enum LimitKind: String, Sendable, Hashable, CaseIterable {
  case perCall = "per_call"
  case perDay = "per_day"
  case per30Days = "per_30_days"
  case callsPerDay = "calls_per_day"
  case callsPer30Days = "calls_per_30_days"
  case cooldown

  /// The window that it counts in; nil if it applies to one call alone.
  var windowMilliseconds: Int64? {
    switch self {
    case .perDay, .callsPerDay: LimitUsage.day
    case .per30Days, .callsPer30Days: LimitUsage.month
    case .perCall, .cooldown: nil
    }
  }

  /// Whether it counts cents; otherwise it counts calls.
  var countsMoney: Bool {
    switch self {
    case .perCall, .perDay, .per30Days: true
    case .callsPerDay, .callsPer30Days, .cooldown: false
    }
  }

  /// Returns the cap in a configuration, in cents, calls or seconds.
  func cap(in limits: Limits) -> Int64? {
    switch self {
    case .perCall: limits.perCall?.cents
    case .perDay: limits.perDay?.cents
    case .per30Days: limits.per30Days?.cents
    case .callsPerDay: limits.callsPerDay.map { Int64($0) }
    case .callsPer30Days: limits.callsPer30Days.map { Int64($0) }
    case .cooldown: limits.cooldownSeconds.map { Int64($0) }
    }
  }

  var refusalCode: CallCode {
    switch self {
    case .perCall: .limitPerCall
    case .perDay: .limitPerDay
    case .per30Days: .limitPer30Days
    case .callsPerDay: .limitCallsPerDay
    case .callsPer30Days: .limitCallsPer30Days
    case .cooldown: .limitCooldown
    }
  }

  /// Returns an amount, a count or a cooldown, formatted for people and results.
  func text(_ value: Int64) -> String {
    if self == .cooldown { return DurationText.rough(value.multipliedSaturated(by: 1000)) }
    if countsMoney { return DollarText.of(Money(cents: max(0, value))) }
    return max(0, value).counted("call")
  }

  /// Returns the same for structured results: exact decimal text, or a whole number.
  func json(_ value: Int64) -> JSONValue {
    countsMoney ? .string(Money(cents: max(0, value)).description) : JSONValue(Int(max(0, value)))
  }

  /// `in any 24 hours`.
  var windowText: String {
    switch self {
    case .perDay, .callsPerDay: "in any 24 hours"
    case .per30Days, .callsPer30Days: "in any 30 days"
    case .perCall: "in one call"
    case .cooldown: "between two calls"
    }
  }
}

extension Limits {
  /// The caps that are set, in cents, calls or seconds.
  var caps: [(kind: LimitKind, cap: Int64)] {
    LimitKind.allCases.compactMap { kind in kind.cap(in: self).map { (kind, $0) } }
  }

  /// Every cap formatted for people, with its name in the configuration: `per_day`, `$1,000.00`.
  package var capTexts: [(name: String, text: String)] { caps.map { ($0.kind.rawValue, $0.kind.text($0.cap)) } }
}
