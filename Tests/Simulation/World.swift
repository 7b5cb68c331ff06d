import Foundation
import Platform
import Rules

/// Everything that several parts of a schedule share: the dice, the machine, the disk, Sequence, and the reference model.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class World: @unchecked Sendable {
  var dice: Dice
  let machine: SimulatedMachine
  let disk = SimulatedDisk()
  let sequence: SimulatedSequence
  let platform: SimulatedPlatform
  let model: ReferenceModel
  let plant: Plant?
  let trace: Trace
  var statistics = Statistics()

  /// The call whose code is running.
  var current: SimulatedCall?
  /// Ends the process, or the machine with all of its processes, in the middle of a disk operation.
  var crash: (@Sendable (SimulatedProcess, Crash) -> Void)?
  /// The sizes of the files whose lines `Plant.emptyAfterRotation` hides, by their numbers.
  var hidden: [UInt64: Int] = [:]
  private(set) var isMended = false
  private var faults: [(after: Int, fault: Fault)] = []

  enum Crash: Sendable { case process, machine }
  enum Fault: Sendable {
    case crash(Crash)
    /// An `errno` from that many of the operations that can return it.
    case error(Int32, times: Int)
    /// The removal of an approval fails.
    case failedRemoval
  }

  init(seed: UInt64, plant: Plant?, trace: Trace, knownOpen: Set<Violation.Kind>) {
    dice = Dice(seed: seed)
    machine = SimulatedMachine(plant: plant)
    sequence = SimulatedSequence(plant: plant)
    platform = SimulatedPlatform(&dice, plant: plant)
    self.plant = plant
    self.trace = trace
    model = ReferenceModel(machine: machine, knownOpen: knownOpen)
    platform.isDoubted = { [model] in model.doubtful.contains($0) }
  }

  /// Makes a disk operation fail, after that many others.
  func arm(_ fault: Fault, after operations: Int) { faults.append((operations, fault)) }

  /// Nothing goes wrong with the disk or the network from here on, and the bank tells the truth.
  func mend() {
    faults = []
    isMended = true
    platform.isHonest = true
  }

  /// Called before each disk operation.
  /// - Parameter torn: Performs a part of the operation.
  func operate(
    _ process: SimulatedProcess, _ kind: SimulatedStorage.Operation, torn: () -> Void = {}
  ) throws(SystemError) {
    if process.isOver { throw SystemError(code: ESRCH, attempt: "run") }
    for index in faults.indices.reversed() {
      faults[index].after -= 1
      guard faults[index].after < 0 else { continue }
      switch faults[index].fault {
      case .crash(let crash):
        // A crash is noticed only in an operation that changes something.
        guard kind.changesDisk else { continue }
        faults.remove(at: index)
        trace.note("\(crash) crash in the middle of a \(kind)")
        torn()
        self.crash?(process, crash)
        throw SystemError(code: ESRCH, attempt: "run")
      case .error(let code, let times):
        guard code != ENOSPC || kind == .change || kind == .approvalRemoval, kind != .look else { continue }
        faults[index] = (-1, .error(code, times: times - 1))
        if times <= 1 { faults.remove(at: index) }
        trace.note("errno \(code) at a \(kind)")
        statistics.diskErrors += 1
        torn()
        throw SystemError(code: code, attempt: "\(kind)")
      case .failedRemoval:
        guard kind == .approvalRemoval else { continue }
        faults.remove(at: index)
        trace.note("errno \(EIO) at a \(kind)")
        statistics.diskErrors += 1
        throw SystemError(code: EIO, attempt: "\(kind)")
      }
    }
  }
}

/// The steps that happened, stored only if they will be shown.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class Trace: @unchecked Sendable {
  private(set) var lines: [String] = []
  private let isOn: Bool

  init(isOn: Bool) { self.isOn = isOn }

  func note(_ line: @autoclosure () -> String) { if isOn { lines.append(line()) } }
}

/// Counts of the events that matter: a simulation that never reaches them proves nothing.
package struct Statistics: Sendable {
  package var schedules = 0
  package var steps = 0
  package var calls = 0
  package var runs = 0
  package var accepted = 0
  package var rejected = 0
  package var unknown = 0
  package var duplicates = 0
  package var repeatsUnderTheFirstKey = 0
  package var refusals = 0
  package var approvals = 0
  package var crashes = 0
  package var diskErrors = 0
  package var reloads = 0
  package var rotations = 0
  package var tornLines = 0
  package var simulatedRuns = 0
  package var platformRuns = 0
  package var settled = 0
  package var readLater = 0
  package var lies = 0

  package init() {}

  package static func += (sum: inout Statistics, one: Statistics) {
    for path in paths.map(\.path) { sum[keyPath: path] += one[keyPath: path] }
  }

  /// `1,000 schedules, ...`.
  package var text: String { Statistics.paths.map { "\(self[keyPath: $0.path]) \($0.name)" }.joined(separator: ", ") }

  /// The events that never happened.
  package var unreached: [String] { Statistics.paths.filter { self[keyPath: $0.path] == 0 }.map(\.name) }

  // `nonisolated(unsafe)`: an immutable table of key paths.
  private nonisolated(unsafe) static let paths: [(name: String, path: WritableKeyPath<Statistics, Int>)] = [
    ("schedules", \.schedules), ("steps", \.steps), ("calls", \.calls), ("runs", \.runs), ("accepted", \.accepted),
    ("rejected", \.rejected), ("unknown", \.unknown), ("duplicates", \.duplicates),
    ("repeats under the first key", \.repeatsUnderTheFirstKey), ("refusals", \.refusals), ("approvals", \.approvals),
    ("crashes", \.crashes), ("disk errors", \.diskErrors), ("reloads", \.reloads), ("rotations", \.rotations),
    ("torn lines", \.tornLines), ("simulated runs", \.simulatedRuns), ("runs over the Platform API", \.platformRuns),
    ("settled by the owner", \.settled), ("simulations read later", \.readLater), ("lies of the bank", \.lies),
  ]
}
