import Platform
import Rules

/// The sums of one scope's calls.
struct LimitUsage {
  /// For each of `LimitKind.windows`.
  private var sums = [(calls: Int64, cents: Int64)](repeating: (0, 0), count: LimitKind.windows.count)
  /// The age of the latest call, in milliseconds.
  private(set) var lastCallAge: Int64?

  /// - Parameters:
  ///   - skipped: The records of the call that is checked, which already count.
  ///   - countsRunningSimulations: Whether the simulations that are being made count like calls.
  init(
    of scope: LimitScope, in index: LedgerIndex, skipping skipped: [EntryID], countsRunningSimulations: Bool = false
  ) {
    let skippedBlocks = skipped.compactMap { index.position(of: $0) }.map { $0 / UsageBlock.size }
    for number in index.blocks.indices.reversed() {
      guard let span = index.blocks[number].span else { continue }
      let ages = index.time.ages(of: span)
      if ages.lowerBound >= LimitKind.maxWindow { continue }
      let sum = index.blocks[number].sum(of: scope)
      if sum.calls == 0 { continue }
      if !skippedBlocks.contains(number), areAlike(ages), let lastCallAge, lastCallAge <= ages.lowerBound {
        add(calls: sum.calls, cents: sum.cents, age: ages.upperBound)
        continue
      }
      for record in index.records(inBlock: number)
      where record.isSettledUse && !skipped.contains(record.firstID) && scope.contains(record) {
        add(calls: 1, cents: record.amountCents, age: index.time.age(of: record.latest))
      }
    }
    index.eachOpenUse(in: scope) { record, age in
      if !skipped.contains(record.firstID) { add(calls: 1, cents: record.amountCents, age: age) }
    }
    guard countsRunningSimulations else { return }
    for record in index.runningSimulations where !skipped.contains(record.firstID) && scope.contains(record) {
      add(calls: 1, cents: record.amountCents, age: 0)
    }
  }

  /// Whether all calls with these ages count in the same windows.
  private func areAlike(_ ages: ClosedRange<Int64>) -> Bool {
    LimitKind.windows.allSatisfy { ages.upperBound < $0 || ages.lowerBound >= $0 }
  }

  /// - Parameter age: The age of the calls, or of the oldest of them.
  private mutating func add(calls: Int64, cents: Int64, age: Int64) {
    guard age < LimitKind.maxWindow else { return }
    lastCallAge = min(age, lastCallAge ?? age)
    for (number, window) in LimitKind.windows.enumerated() where age < window {
      sums[number] = (sums[number].calls + calls, sums[number].cents.addingSaturated(cents))
    }
  }

  /// Returns the sum that counts toward a cap, in its unit; 0 for one without a window.
  func used(_ kind: LimitKind) -> Int64 {
    guard let number = LimitKind.windows.firstIndex(where: { $0 == kind.window?.milliseconds }) else { return 0 }
    return kind.unit == .cents ? sums[number].cents : sums[number].calls
  }
}

/// The calls that a cap counts.
///
/// A rule's caps count the calls of its rule id, under any alias and through `trigger_rule`: two aliases of one rule share
/// them, and a renamed alias keeps what it has used. They also count the calls of the alias under a rule id that no alias has
/// anymore, so that changing an alias's rule id frees nothing. The caps of a generic tool count that tool's calls.
enum LimitScope {
  /// All calls of all rules.
  case everything
  case tool(Int32?)
  /// - Parameter aliased: Every rule that has an alias.
  case rule(Int32?, alias: Int32?, aliased: Set<Int32>)

  /// - Parameter knownAliases: Every alias of the configuration with its rule id.
  init(
    tool: String, ruleID: String, owner: TriggerIntent.LimitOwner, knownAliases: [TriggerIntent.KnownAlias],
    in index: LedgerIndex
  ) {
    func number(ofRule ruleID: String) -> Int32? { index.number(of: RuleID.normalized(ruleID)) }
    switch owner {
    case .tool: self = .tool(index.number(of: tool))
    case .rule:
      self = .rule(
        number(ofRule: ruleID), alias: index.number(of: tool),
        aliased: Set(knownAliases.compactMap { number(ofRule: $0.ruleID) }))
    }
  }

  var isEverything: Bool { if case .everything = self { true } else { false } }

  func contains(_ record: CallRecord) -> Bool { contains(tool: record.tool, rule: record.rule) }

  /// Whether it includes the calls of that tool that triggered that rule, by the numbers of their names.
  func contains(tool: Int32, rule: Int32) -> Bool {
    switch self {
    case .everything: true
    case .tool(let own): tool == own
    case .rule(let own, let alias, let aliased): rule == own || tool == alias && !aliased.contains(rule)
    }
  }
}

/// The sums that the settled calls among 256 neighboring records add to caps, so that a cap need not examine each call of a
/// month. Calls without an outcome are left out, because their age depends on whether they are still running.
struct UsageBlock: Sendable {
  static let size = 256

  /// The calls of each tool that triggered each rule. The sum is wider than an amount, so that what was added can be subtracted
  /// again exactly.
  private var totals: [(tool: Int32, rule: Int32, calls: Int64, cents: Int128)] = []
  /// Includes the time of the latest line about each of the calls, and may be wider.
  private(set) var span: LedgerTime.Span?

  mutating func add(_ record: CallRecord) {
    guard record.isSettledUse else { return }
    let number = totals.firstIndex { $0.tool == record.tool && $0.rule == record.rule } ?? totals.count
    if number == totals.count { totals.append((record.tool, record.rule, 0, 0)) }
    totals[number].calls += 1
    totals[number].cents += Int128(record.amountCents)
    if span == nil { span = LedgerTime.Span(record.latest) } else { span?.include(record.latest) }
  }

  /// Subtracts what `add` added.
  mutating func remove(_ record: CallRecord) {
    guard record.isSettledUse,
      let number = totals.firstIndex(where: { $0.tool == record.tool && $0.rule == record.rule })
    else { return }
    totals[number].calls -= 1
    totals[number].cents -= Int128(record.amountCents)
  }

  /// Returns the sums of a scope's calls.
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
  var isSettledUse: Bool { status != nil && counts }
}

extension LedgerIndex {
  /// Passes each counted call of a scope that is younger than that, in milliseconds, to `body`.
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

  /// Passes each counted call of a scope without an outcome to `body`.
  func eachOpenUse(in scope: LimitScope, _ body: (CallRecord, _ age: Int64) -> Void) {
    for record in openRecords where record.counts && scope.contains(record) { body(record, age(of: record)) }
  }

  /// The simulations that are being made and do not count already because an earlier attempt had no answer.
  var runningSimulations: [CallRecord] { openRecords.filter { !$0.isLive && isRunning($0) } }

  /// Returns the simulations of a scope younger than that whose answer was lost, or whose run is not proven to be simulated,
  /// and whose amount is unknown. Over all rules, one that blocks its base URL counts at any age, until its doubt ends.
  /// - Parameter skipped: As for `LimitUsage`.
  func simulationsOfUnknownAmount(
    in scope: LimitScope, youngerThan window: Int64, skipping skipped: [EntryID]
  ) -> [CallRecord] {
    (unresolvedRecords + openRecords).filter {
      $0.doubt != .none && $0.amountCents == 0 && !skipped.contains($0.firstID) && scope.contains($0)
        && (age(of: $0) < window || scope.isEverything && $0.doubt.blocksService)
    }
  }

  func records(inBlock number: Int) -> ArraySlice<CallRecord> {
    records[number * UsageBlock.size..<min(records.count, (number + 1) * UsageBlock.size)]
  }
}
