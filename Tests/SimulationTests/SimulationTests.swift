import Foundation
import Simulation
import Testing

/// The deterministic simulation. `SIMULATION_SCHEDULES` and `SIMULATION_SEED` set the number of schedules and the first seed.
struct SimulationTests {
  /// Enough to reach every path once. In a debug build a schedule takes ten times as long; CI runs thousands with a release
  /// build.
  private static let schedules: UInt64 = 300

  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  @Test func `no schedule breaks a promise`() {
    let first = Self.number("SIMULATION_SEED") ?? 1
    let found = Simulation.search(
      first..<first + (Self.number("SIMULATION_SCHEDULES") ?? Self.schedules))
    guard let seed = found.seed else {
      // Crashes, torn lines, rotations, repeats, approvals: schedules that never reach them prove nothing.
      if found.statistics.schedules >= Self.schedules { #expect(found.statistics.unreached == []) }
      return
    }
    let steps = Simulation().steps(seed: seed).joined(separator: "\n")
    Issue.record("seed \(seed) broke a promise; SIMULATION_SEED=\(seed) SIMULATION_SCHEDULES=1 runs it again\n\(steps)")
  }

  @Test func `days of mixed use in one world break no promise, and leave only what they must`() {
    let report = Simulation().soak(days: 3, seed: 1)
    #expect(report.violations.isEmpty, "\(report.violations)")
    #expect(report.days.count == 3)
    #expect(report.statistics.accepted > 0 && report.statistics.crashes > 0 && report.statistics.reloads > 0)
    #expect(report.statistics.platformRuns > 0 && report.statistics.approvals > 0)
  }

  @Test func `a seed runs the same each time`() {
    for seed: UInt64 in 1...20 {
      #expect(Simulation().steps(seed: seed) == Simulation().steps(seed: seed))
    }
  }
}
