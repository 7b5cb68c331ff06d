/// Which fault the next API request meets: first the steps in their order, then chance, then none.
struct FaultScript: Sendable {
  private var steps: ArraySlice<FaultStep>
  private var used = 0
  private var chance: Chance?

  private struct Chance: Sendable {
    var generator: SeededGenerator
    let percent: Int
    let faults: [SandboxFault]
  }

  init(_ steps: [FaultStep] = []) { self.steps = steps[...] }

  /// A fault from `faults` for that share of the requests (0 to 100), the same ones for the same seed.
  init(seed: UInt64, percent: Int, faults: [SandboxFault]) {
    steps = []
    chance = faults.isEmpty ? nil : Chance(generator: SeededGenerator(seed: seed), percent: percent, faults: faults)
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

/// SplitMix64: small, and the same sequence for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
