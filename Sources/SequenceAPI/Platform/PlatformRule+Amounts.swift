import JSON
import Platform
import Rules

/// How a rule uses the amount that it is run on.
extension PlatformRule {
  package var actions: [Action] { steps.flatMap(\.actions) }

  /// Whether the rule has actions and each of them moves a fixed sum. Such a rule ignores the amount that it is run on.
  package var movesFixedSums: Bool { !actions.isEmpty && actions.allSatisfy(\.isFixed) }

  /// The maximum that one run of fixed sums moves, in cents; nil if another kind of action may run, or if a sum is unknown.
  package var fixedCents: Int64? { fixedSums.contains(nil) ? nil : fixedSums.compactMap { $0 }.max() }

  /// Whether each run of fixed sums moves the same total, whichever of its steps runs.
  package var movesOneSum: Bool { Set(fixedSums).count == 1 && steps.contains { $0.condition == nil } }

  /// The total of each step in cents; empty if another kind of action may run.
  private var fixedSums: [Int64?] {
    guard movesFixedSums else { return [] }
    return steps.map { step -> Int64? in
      step.actions.reduce(Int64?.some(0)) { sum, action in
        guard let sum, case .fixed(let cents?) = action.kind else { return nil }
        let result = sum.addingSaturated(cents)
        return result > Money.maximum.cents ? nil : result
      }
    }
  }

  /// The smallest share above zero that an action takes; nil if none takes a share.
  package var smallestShare: Share? { actions.compactMap(\.share).filter { $0.millionths > 0 }.min() }

  /// Whether the shares of a step add up to more than 100 percent.
  package var isOverWhole: Bool {
    steps.contains { step in
      step.actions.compactMap { $0.share?.millionths }.reduce(0, +) > Share.whole.millionths
    }
  }

  /// A percentage, exactly.
  package struct Share: Sendable, Hashable, Comparable {
    /// In millionths of one percent.
    let millionths: Int64

    static let whole = Share(millionths: 100_000_000)

    /// Returns nil for a number that is not a percentage. Digits after the sixth decimal place are dropped.
    init?(_ number: JSONNumber) {
      let halves = number.text.split(separator: ".", maxSplits: 1)
      guard let whole = Int64(halves[0]), 0...1000 ~= whole else { return nil }
      let digits = halves.count == 2 ? String(halves[1].prefix(6)) : ""
      let fraction = Int64(digits + String(repeating: "0", count: 6 - digits.utf8.count)) ?? 0
      millionths = whole * 1_000_000 + fraction
    }

    private init(millionths: Int64) { self.millionths = millionths }

    /// Returns the smallest amount of which this share is at least `cents`, or nil if there is none.
    /// - Parameter cents: At least 0.
    package func minCents(for cents: Int64) -> Int64? {
      let (product, overflow) = cents.multipliedReportingOverflow(by: Share.whole.millionths)
      guard millionths > 0, !overflow else { return nil }
      let (shares, rest) = product.quotientAndRemainder(dividingBy: millionths)
      return rest == 0 ? shares : shares.addingSaturated(1)
    }

    package static func < (one: Share, other: Share) -> Bool { one.millionths < other.millionths }
  }
}

extension PlatformRule.Action {
  package var isFixed: Bool {
    if case .fixed = kind { true } else { false }
  }

  /// The share of the amount that the rule is run on.
  package var share: PlatformRule.Share? {
    guard case .percentage(let value?, _) = kind else { return nil }
    return PlatformRule.Share(value)
  }
}
