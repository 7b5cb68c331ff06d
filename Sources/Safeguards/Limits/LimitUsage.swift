/// What the calls of one scope have used up.
struct LimitUsage {
  private static let day = LimitKind.perDay.windowMilliseconds ?? 0
  private static let month = LimitKind.per30Days.windowMilliseconds ?? 0

  private(set) var centsPerDay: Int64 = 0
  private(set) var centsPer30Days: Int64 = 0
  private(set) var callsPerDay: Int64 = 0
  private(set) var callsPer30Days: Int64 = 0
  /// The age of the latest call, in milliseconds.
  private(set) var lastCallAge: Int64?

  /// - Parameter skipped: the call that is being repeated under its own key, which counts already.
  init(of scope: LimitScope, in index: LedgerIndex, skipping skipped: EntryID?) {
    let skippedBlock = skipped.flatMap { index.position(of: $0) }.map { $0 / UsageBlock.size }
    for number in index.blocks.indices.reversed() {
      guard let span = index.blocks[number].span else { continue }
      let ages = index.time.ages(of: span)
      if ages.lowerBound >= LimitUsage.month { continue }
      let sum = index.blocks[number].sum(of: scope)
      if sum.calls == 0 { continue }
      if number != skippedBlock, areAlike(ages), let lastCallAge, lastCallAge <= ages.lowerBound {
        add(calls: sum.calls, cents: sum.cents, age: ages.upperBound)
        continue
      }
      for record in index.records(inBlock: number)
      where record.isSettledUse && record.firstID != skipped && scope.contains(record) {
        add(calls: 1, cents: record.amountCents, age: index.time.age(of: record.latest))
      }
    }
    index.eachOpenUse(in: scope) { record, age in
      if record.firstID != skipped { add(calls: 1, cents: record.amountCents, age: age) }
    }
  }

  /// Whether calls of these ages, some of them younger than a month, count in the same windows.
  private func areAlike(_ ages: ClosedRange<Int64>) -> Bool {
    ages.upperBound < LimitUsage.month && (ages.upperBound < LimitUsage.day || ages.lowerBound >= LimitUsage.day)
  }

  /// - Parameter age: of the calls, or of the oldest of them.
  private mutating func add(calls: Int64, cents: Int64, age: Int64) {
    guard age < LimitUsage.month else { return }
    centsPer30Days = centsPer30Days.addingSaturated(cents)
    callsPer30Days += calls
    lastCallAge = min(age, lastCallAge ?? age)
    guard age < LimitUsage.day else { return }
    centsPerDay = centsPerDay.addingSaturated(cents)
    callsPerDay += calls
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
