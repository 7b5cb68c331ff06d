/// What the calls of one scope have used up.
struct LimitUsage {
  private(set) var centsPerDay: Int64 = 0
  private(set) var centsPer30Days: Int64 = 0
  private(set) var callsPerDay: Int64 = 0
  private(set) var callsPer30Days: Int64 = 0
  /// The age of the latest call, in milliseconds.
  private(set) var lastCallAge: Int64?

  /// - Parameter skipped: the call that is being repeated under its own key, which counts already.
  init(of scope: LimitScope, in index: LedgerIndex, skipping skipped: EntryID?) {
    let day = LimitKind.perDay.windowMilliseconds ?? 0
    let month = LimitKind.per30Days.windowMilliseconds ?? 0
    for record in index.records where record.counts && record.firstID != skipped && scope.contains(record) {
      let age = index.age(of: record)
      guard age < month else { continue }
      centsPer30Days = centsPer30Days.addingSaturated(record.amountCents)
      callsPer30Days += 1
      lastCallAge = min(age, lastCallAge ?? age)
      guard age < day else { continue }
      centsPerDay = centsPerDay.addingSaturated(record.amountCents)
      callsPerDay += 1
    }
  }

  /// What counts towards a cap, in its unit.
  func used(_ kind: LimitKind) -> Int64 {
    switch kind {
    case .perCall, .cooldown: 0
    case .perDay: centsPerDay
    case .per30Days: centsPer30Days
    case .callsPerDay: callsPerDay
    case .callsPer30Days: callsPer30Days
    }
  }
}
