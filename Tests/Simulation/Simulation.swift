import Foundation
import Platform
import Rules
import Synchronization

/// Many schedules, one after another. Each seed is one schedule, and the same seed is always the same schedule.
package final class Simulation {
  private let threads = FiberThreads()
  private let log = SimulatedLog()

  private let knownOpen: Set<Violation.Kind>

  /// - Parameter knownOpen: The promises that are not kept yet, which are not checked.
  package init(knownOpen: Set<Violation.Kind> = Violation.Kind.knownOpen) { self.knownOpen = knownOpen }

  deinit { threads.end() }

  /// Runs one schedule.
  /// - Parameter plant: The past bug to reintroduce.
  package func run(seed: UInt64, plant: Plant? = nil) -> (violations: [Violation], statistics: Statistics) {
    Schedule(seed: seed, plant: plant, trace: Trace(isOn: false), threads: threads, log: log, knownOpen: knownOpen)
      .run()
  }

  /// Simulates one world for that many days.
  package func soak(days: Int, seed: UInt64) -> SoakReport {
    Schedule(
      seed: seed, plant: nil, trace: Trace(isOn: false), threads: threads, log: log, knownOpen: knownOpen, isSoak: true
    ).soak(days: days)
  }

  /// Runs one schedule again and returns its steps.
  package func steps(seed: UInt64, plant: Plant? = nil) -> [String] {
    let trace = Trace(isOn: true)
    let found = Schedule(seed: seed, plant: plant, trace: trace, threads: threads, log: log, knownOpen: knownOpen).run()
      .violations
    return trace.lines + found.map { "VIOLATION \($0)" }
  }

  /// Runs the schedules of all those seeds, on all processors.
  /// - Returns: the lowest seed that broke a promise, and the statistics until then.
  package static func search(
    _ seeds: Range<UInt64>, plant: Plant? = nil, knownOpen: Set<Violation.Kind> = Violation.Kind.knownOpen
  ) -> (seed: UInt64?, statistics: Statistics) {
    let next = Mutex(seeds.lowerBound)
    let found = Mutex<(seed: UInt64?, statistics: Statistics)>((nil, Statistics()))
    DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
      let simulation = Simulation(knownOpen: knownOpen)
      while let seed = next.withLock({ next -> UInt64? in
        guard next < found.withLock({ $0.seed ?? seeds.upperBound }) else { return nil }
        next += 1
        return next - 1
      }) {
        let (violations, statistics) = simulation.run(seed: seed, plant: plant)
        found.withLock { found in
          found.statistics += statistics
          if !violations.isEmpty { found.seed = min(seed, found.seed ?? seed) }
        }
      }
    }
    return found.withLock { $0 }
  }
}

/// A promise that the program broke.
package struct Violation: Sendable, Hashable, CustomStringConvertible {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case sentWithoutIntent, sentWithoutConsent, sentWhileAsked, sentWhilePaused, sentUnderOldConfiguration
    case overACap, withinACooldown, ranTwice, keyOfAnotherCall
    case rejectedThoughItRan, rejectedRepeat, acceptedThoughItDidNotRun, ledgerDisagrees
    case secretLeft
    /// The owner's word covered an attempt that was sent after the owner had looked.
    case settledUnseen
    /// A server sent something with a ledger that lacks lines that it had read.
    case sentOnOlderLedger
    /// Those of the Platform API.
    case simulatedThoughItRan, simulatedAnew, doubtForgotten, followedBeforeWritten, sentAfterUnproven,
      questionHidesTransfers, yesToOtherTransfers, runLeftOpen, runCountedWrong, movedUntold
    /// A long run left more files or bytes than it must.
    case grown
    /// At the end of the simulation, something that should work again did not.
    case stuck

    /// Promises that are not kept yet. This list is to become empty.
    package static let knownOpen: Set<Kind> = []
  }

  package let kind: Kind
  package let detail: String

  package var description: String { "\(kind.rawValue): \(detail)" }
}

/// The log of a schedule's servers, and their notices to the owner.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class SimulatedLog: @unchecked Sendable {
  let descriptor: Int32
  private var notices: [UInt8] = []
  private let file: UnsafeMutablePointer<FILE>

  init() {
    guard let file = tmpfile() else { fatalError("no file for the simulation's log") }
    self.file = file
    descriptor = fileno(file)
  }

  deinit { fclose(file) }

  func take(_ bytes: [UInt8]) { notices += bytes }

  /// Returns everything since the last call.
  func drain() -> [UInt8] {
    lseek(descriptor, 0, SEEK_SET)
    let bytes = (try? FileDescriptor.readAll(descriptor, limit: 1 << 24)) ?? []
    ftruncate(descriptor, 0)
    lseek(descriptor, 0, SEEK_SET)
    defer { notices = [] }
    return bytes + notices
  }
}
