import Platform

/// A fault and the number of API requests that it affects.
package struct FaultStep: Sendable, Hashable {
  package let fault: SandboxFault
  /// nil for all further requests.
  package let count: Int?

  package init(_ fault: SandboxFault, count: Int? = 1) {
    self.fault = fault
    self.count = count
  }

  /// Parses `NAME[:COUNT]`, where `COUNT` is a positive number or `always`; 1 by default.
  /// - Throws: `FaultTextError` with a message for the user.
  package init(parsing text: String) throws(FaultTextError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let fault = SandboxFault(named: String(parts[0])) else {
      let names = SandboxFault.named.map(\.name).joined(separator: ", ")
      throw FaultTextError(
        message: "unknown fault '\(parts[0])', write one of: \(names)", unknownName: String(parts[0]))
    }
    if parts.count == 1 {
      self.init(fault)
    } else if parts[1] == "always" {
      self.init(fault, count: nil)
    } else if let count = Int(parts[1]), count > 0 {
      self.init(fault, count: count)
    } else {
      throw FaultTextError(
        message: "'\(parts[1])' is not a count; write a positive number or 'always'", unknownName: nil)
    }
  }
}

/// The reason a text is not a fault.
package struct FaultTextError: Error {
  /// Lower case, without a full stop.
  package let message: String
  /// The unknown fault name; nil if something else is wrong.
  package let unknownName: String?
}

/// The sequence of faults for API requests: first the steps in order, then random faults, then none.
struct FaultScript: Sendable {
  private var steps: ArraySlice<FaultStep>
  private var used = 0
  private var chance: Chance?

  private struct Chance: Sendable {
    var generator: SeededRandom
    let percent: Int
    let faults: [SandboxFault]
  }

  init(_ steps: [FaultStep] = []) { self.steps = steps[...] }

  /// Creates a script with random faults for that percentage of the requests (0 to 100); the same ones for the same seed.
  init(seed: UInt64, percent: Int, faults: [SandboxFault]) {
    steps = []
    chance = faults.isEmpty ? nil : Chance(generator: SeededRandom(seed: seed), percent: percent, faults: faults)
  }

  mutating func next() -> SandboxFault {
    if let step = steps.first {
      used += 1
      if let count = step.count, used >= count {
        steps.removeFirst()
        used = 0
      }
      return step.fault
    }
    guard var chance else { return .wellBehaved }
    defer { self.chance = chance }
    guard Int.random(in: 0..<100, using: &chance.generator) < chance.percent else { return .wellBehaved }
    return chance.faults.randomElement(using: &chance.generator) ?? .wellBehaved
  }
}
