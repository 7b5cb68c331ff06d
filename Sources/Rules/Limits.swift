/// Caps on one rule or on all rules together. nil means no cap.
package struct Limits: Sendable, Hashable {
  /// The largest amount of one call.
  package var perCall: Money?
  /// In any 24 hours.
  package var perDay: Money?
  /// In any 30 days.
  package var per30Days: Money?
  /// The number of calls in any 24 hours.
  package var callsPerDay: Int?
  /// The number of calls in any 30 days.
  package var callsPer30Days: Int?
  /// The minimum time between two calls.
  package var cooldownSeconds: Int?
  /// The source of a call's amount.
  package var amount: AmountSource = .none

  package init() {}
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
