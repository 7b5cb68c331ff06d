/// What the settled calls among 256 neighboring records add to caps, so that a cap need not look at each call of a month. Calls without
/// an outcome are left out, since their age depends on whether they still run.
struct UsageBlock: Sendable {
  static let size = 256

  /// The calls of one tool that triggered one rule.
  struct Total: Sendable {
    let tool: Int32
    let rule: Int32
    fileprivate(set) var calls: Int64 = 0
    /// Wider than an amount, so that what was added can be taken away again exactly.
    fileprivate(set) var cents: Int128 = 0
  }

  private(set) var totals: [Total] = []
  /// Holds the last word on each of the calls, and may be wider.
  private(set) var span: LedgerTime.Span?

  mutating func add(_ record: CallRecord) {
    guard record.isSettledUse else { return }
    let number = totals.firstIndex { $0.tool == record.tool && $0.rule == record.rule } ?? totals.count
    if number == totals.count { totals.append(Total(tool: record.tool, rule: record.rule)) }
    totals[number].calls += 1
    totals[number].cents += Int128(record.amountCents)
    if span == nil { span = LedgerTime.Span(record.latest) } else { span?.include(record.latest) }
  }

  /// Takes away what `add` added.
  mutating func remove(_ record: CallRecord) {
    guard record.isSettledUse,
      let number = totals.firstIndex(where: { $0.tool == record.tool && $0.rule == record.rule })
    else { return }
    totals[number].calls -= 1
    totals[number].cents -= Int128(record.amountCents)
  }

  /// What the calls of a scope come to.
  func sum(of scope: LimitScope) -> (calls: Int64, cents: Int64) {
    var (calls, cents): (Int64, Int128) = (0, 0)
    for total in totals where scope.contains(tool: total.tool, rule: total.rule) {
      calls += total.calls
      cents += total.cents
    }
    return (calls, Int64(clamping: cents))
  }
}

extension CallRecord {
  /// Whether limits count it and it has an outcome.
  var isSettledUse: Bool { state != .open && counts }
}

extension LedgerIndex {
  /// Goes through the calls of a scope that count and are younger than that, in milliseconds.
  func eachUse(in scope: LimitScope, youngerThan window: Int64, _ body: (CallRecord, _ age: Int64) -> Void) {
    for (number, block) in blocks.enumerated() {
      guard let span = block.span, block.sum(of: scope).calls > 0, time.ages(of: span).lowerBound < window else {
        continue
      }
      for record in records(inBlock: number) where record.isSettledUse && scope.contains(record) {
        let age = time.age(of: record.latest)
        if age < window { body(record, age) }
      }
    }
    eachOpenUse(in: scope) { record, age in
      if age < window { body(record, age) }
    }
  }

  /// Goes through the calls of a scope that count and have no outcome.
  func eachOpenUse(in scope: LimitScope, _ body: (CallRecord, _ age: Int64) -> Void) {
    for record in openRecords where record.counts && scope.contains(record) { body(record, age(of: record)) }
  }

  func records(inBlock number: Int) -> ArraySlice<CallRecord> {
    records[number * UsageBlock.size..<min(records.count, (number + 1) * UsageBlock.size)]
  }
}
