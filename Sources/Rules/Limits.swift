/// Caps on one rule, or on all rules together. nil means no such cap.
package struct Limits: Sendable, Hashable {
  package var perCall: Money?
  /// In any 24 hours.
  package var perDay: Money?
  /// In any 30 days.
  package var per30Days: Money?
  package var callsPerDay: Int?
  package var callsPer30Days: Int?
  /// The least time between two calls.
  package var cooldownSeconds: Int?
  /// What counts as the amount of a call.
  package var amount: AmountSource = .none

  package init() {}
}

/// Where a call's amount comes from.
package enum AmountSource: Sendable, Hashable {
  /// The rule moves no amount that the host knows of.
  case none
  /// The `money` parameter of that name.
  case parameter(String)
  /// The same amount at each call.
  case fixed(Money)
}
