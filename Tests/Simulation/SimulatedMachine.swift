import Platform

/// The machine's clocks, and the true time, which only the reference model sees.
// `@unchecked Sendable`: everything in a simulation runs in turns (`Fiber`), and each turn's lock orders memory.
final class SimulatedMachine: Clock, @unchecked Sendable {
  /// A moment by all clocks.
  struct Moment: Hashable {
    let now: Int64
    let wall: Int64
    let boot: Int
    /// How often the wall clock was set until then.
    let settings: Int
    /// The number of restarts until then over which the ledger's lines do not tell how much time passed.
    let unsureRestarts: Int
  }

  /// In milliseconds since the simulation's start.
  private(set) var now: Int64 = 0
  /// The number of this boot, counted from 1.
  private(set) var boots = 1
  private(set) var settings = 0
  private var unsureRestarts = 0
  /// Whether the wall clock was right when the ledger's last line was written, even if a crash loses what was not flushed.
  private var isLineRight = true
  /// Whether no line was written since the last restart.
  private var isRestartOpen = false
  private var wallOffset: Int64 = SimulatedMachine.start
  private var bootedAt: Int64 = -3_600_000
  private var slept: Int64 = 0
  private let plant: Plant?
  /// When the running call began, for `Plant.clockOfTheCall`.
  var callBegan: (wall: Int64, boot: Int64)?

  /// 2026-11-22T00:00:00Z.
  private static let start: Int64 = 1_795_305_600_000

  init(plant: Plant?) { self.plant = plant }

  var moment: Moment {
    Moment(now: now, wall: now + wallOffset, boot: boots, settings: settings, unsureRestarts: unsureRestarts)
  }

  /// Lets time pass while the machine is awake.
  func pass(milliseconds: Int64) { now += milliseconds }

  /// Lets time pass while the machine sleeps: the monotonic clock stops.
  func sleep(milliseconds: Int64) {
    now += milliseconds
    slept += milliseconds
  }

  /// Sets the wall clock.
  func setWall(ahead milliseconds: Int64) {
    wallOffset = SimulatedMachine.start + milliseconds
    set()
  }

  /// Makes the wall clock lose the time of a sleep.
  func forgetSleep(milliseconds: Int64) {
    wallOffset -= milliseconds
    set()
  }

  private func set() {
    settings += 1
    if isRestartOpen { unsureRestarts += 1 }
    isRestartOpen = false
  }

  /// Records that a line of the ledger is being written, or is on the disk.
  func writesLine(isFlushed: Bool) {
    if wallOffset != SimulatedMachine.start { isLineRight = false } else if isFlushed { isLineRight = true }
    isRestartOpen = false
  }

  /// Turns the machine off for that time. When it starts, the network sets the right time.
  func reboot(downMilliseconds: Int64) {
    now += downMilliseconds
    if wallOffset != SimulatedMachine.start { settings += 1 }
    if !isLineRight { unsureRestarts += 1 }
    isRestartOpen = true
    wallOffset = SimulatedMachine.start
    bootedAt = now
    slept = 0
    boots += 1
  }

  func wallMilliseconds() -> Int64 {
    if let callBegan, plant == .clockOfTheCall { return callBegan.wall }
    return now + wallOffset
  }

  func monotonicNanoseconds() -> Int64 { (now - bootedAt - slept) * 1_000_000 }

  func bootMilliseconds() -> Int64 {
    switch plant {
    case .clockOfTheCall: callBegan?.boot ?? now - bootedAt
    case .clockStopsInSleep: now - bootedAt - slept
    default: now - bootedAt
    }
  }

  var bootID: String? { plant == .clockWithoutBoot ? nil : "boot-\(boots)" }
}
