import Platform

/// The readings of the wall clock and the boot clock at one moment.
struct ClockReading: Sendable, Hashable {
  /// Wall-clock milliseconds since 1970 in UTC, independent of time zones and daylight saving time.
  let wall: Int64
  /// A hash of the boot's id; nil if the system does not report one.
  var boot: UInt64?
  /// Milliseconds since that boot, counting sleep.
  var bootMilliseconds: Int64 = 0

  /// Returns the time by the boot clock since an earlier reading; nil over a reboot, or if boots cannot be distinguished.
  func bootStep(from earlier: ClockReading) -> Int64? {
    boot != nil && boot == earlier.boot ? bootMilliseconds.subtractingSaturated(earlier.bootMilliseconds) : nil
  }

  /// Whether the wall clock was set back since an earlier reading.
  func isBack(from earlier: ClockReading) -> Bool {
    wall < earlier.wall.subtractingSaturated(LedgerTime.toleranceMilliseconds)
  }

  /// Whether nothing tells how much time has passed since an earlier reading: the wall clock was back after a reboot.
  func isUnknownStep(from earlier: ClockReading) -> Bool { bootStep(from: earlier) == nil && isBack(from: earlier) }
}

/// The time that has passed since entries of the ledger, by two clocks that can both be wrong: the wall clock can be set, and
/// the boot clock starts again with each boot and may stop while a virtual machine is paused.
struct LedgerTime: Sendable {
  /// A moment as stored in the ledger's records.
  struct Moment: Sendable, Hashable {
    /// The wall-clock time observed at that moment, and the latest one observed up to it.
    let wall: Int64
    let latestWall: Int64
    /// The values of `LedgerTime.elapsed`, `passed` and `unknownSteps` at that moment.
    let elapsed: Int64
    let passed: Int64
    let unknownSteps: Int
    /// As in `ClockReading`; 0 for nil, to keep records small.
    let boot: UInt64
    let bootMilliseconds: Int64
  }

  /// The bounds of several moments.
  struct Span: Sendable {
    /// The earliest wall-clock time of a moment, and the bounds of the latest ones observed.
    fileprivate private(set) var minWall: Int64
    fileprivate private(set) var walls: ClosedRange<Int64>
    fileprivate private(set) var passed: ClosedRange<Int64>
    fileprivate private(set) var bootMilliseconds: ClosedRange<Int64>
    /// The boot of all moments, as in `Moment`; nil if they belong to several boots.
    fileprivate private(set) var boot: UInt64?
    /// One bit per boot; several boots may share a bit.
    private var boots: UInt64

    init(_ moment: Moment) {
      minWall = moment.wall
      walls = moment.latestWall...moment.latestWall
      passed = moment.passed...moment.passed
      bootMilliseconds = moment.bootMilliseconds...moment.bootMilliseconds
      boot = moment.boot
      boots = Span.bit(of: moment.boot)
    }

    mutating func include(_ moment: Moment) {
      minWall = min(minWall, moment.wall)
      walls = Span.widened(walls, moment.latestWall)
      passed = Span.widened(passed, moment.passed)
      bootMilliseconds = Span.widened(bootMilliseconds, moment.bootMilliseconds)
      if boot != moment.boot { boot = nil }
      boots |= Span.bit(of: moment.boot)
    }

    /// Whether a moment may belong to that boot. False is certain.
    fileprivate func mayHold(boot: UInt64) -> Bool { boots & Span.bit(of: boot) != 0 }

    private static func bit(of boot: UInt64) -> UInt64 { 1 << (boot & 63) }

    private static func widened(_ range: ClosedRange<Int64>, _ value: Int64) -> ClosedRange<Int64> {
      min(range.lowerBound, value)...max(range.upperBound, value)
    }
  }

  /// A clock set back by less than this was only adjusted, and is not recorded.
  static let toleranceMilliseconds: Int64 = 60_000
  private static let maxStep: Int64 = 86_400_000

  private(set) var now = ClockReading(wall: .min)
  private var latestWall = Int64.min
  /// The sum of the times between observations. Steps back add nothing; steps forward add at most a day, and no more than the
  /// boot clock's step.
  private var elapsed: Int64 = 0
  /// The sum of the times between observations. Within a boot, the boot clock measures each; over a reboot, or without a boot
  /// id, the wall clock does.
  private var passed: Int64 = 0
  /// How often an unknown time passed between observations.
  private var unknownSteps = 0

  /// Records the readings of the clocks. Called in the order of the ledger's lines.
  mutating func observe(_ reading: ClockReading) {
    if latestWall > .min {
      let wallStep = reading.wall.subtractingSaturated(now.wall)
      let bootStep = reading.bootStep(from: now)
      elapsed = elapsed.addingSaturated(max(0, min(wallStep, bootStep ?? .max, LedgerTime.maxStep)))
      passed = passed.addingSaturated(max(0, bootStep ?? wallStep))
      if reading.isUnknownStep(from: now) { unknownSteps += 1 }
    }
    now = reading
    latestWall = max(latestWall, reading.wall)
  }

  /// The moment of the last observation.
  var moment: Moment {
    Moment(
      wall: now.wall, latestWall: latestWall, elapsed: elapsed, passed: passed, unknownSteps: unknownSteps,
      boot: now.boot ?? 0, bootMilliseconds: now.bootMilliseconds)
  }

  /// Returns the minimum age of `moment` in milliseconds, which limits and windows count.
  ///
  /// It is no more than the time that has passed by the boot clocks. The wall clock is believed only between the last
  /// observation before a reboot and the first one after it, and while it shows no less than at the call, it may make the call
  /// younger, though a clock that was ahead before the call was set right. A clock that ran years ahead for a while thus does
  /// not keep caps exhausted for years.
  func age(of moment: Moment) -> Int64 {
    let start = now.wall >= moment.latestWall ? moment.latestWall : moment.wall
    let wall = now.wall >= start ? now.wall.subtractingSaturated(start) : .max
    return min(wall, passed.subtractingSaturated(moment.passed), bootAge(of: moment) ?? .max)
  }

  /// Returns the bounds of `age(of:)` for all moments of a span.
  func ages(of span: Span) -> ClosedRange<Int64> {
    var least = passed.subtractingSaturated(span.passed.upperBound)
    var most = passed.subtractingSaturated(span.passed.lowerBound)
    if now.wall >= span.minWall {
      least = min(least, max(0, now.wall.subtractingSaturated(span.walls.upperBound)))
    }
    if now.wall >= span.walls.upperBound { most = min(most, now.wall.subtractingSaturated(span.walls.lowerBound)) }
    if let boot = now.boot, boot != 0, span.mayHold(boot: boot) {
      least = min(least, max(0, now.bootMilliseconds.subtractingSaturated(span.bootMilliseconds.upperBound)))
      if span.boot == boot {
        most = min(most, max(0, now.bootMilliseconds.subtractingSaturated(span.bootMilliseconds.lowerBound)))
      }
    }
    return least...most
  }

  /// Returns the maximum age of `moment` in milliseconds, which determines whether Sequence may have forgotten a key;
  /// `Int64.max` if an unknown time has passed since.
  func maxAge(of moment: Moment) -> Int64 {
    if moment.unknownSteps < unknownSteps { return .max }
    return max(
      now.wall.subtractingSaturated(moment.latestWall), passed.subtractingSaturated(moment.passed),
      bootAge(of: moment) ?? 0)
  }

  /// Returns the same, or `Int64.max` if the machine may have been restarted since, for an unknown time.
  func certainMaxAge(of moment: Moment) -> Int64 { bootAge(of: moment) == nil ? .max : maxAge(of: moment) }

  /// Returns the sum of the times between observations since then. Something old by this measure stays old: a clock that runs
  /// ahead for a while makes nothing older than the days on which the ledger was read.
  func elapsed(since moment: Moment) -> Int64 { elapsed.subtractingSaturated(moment.elapsed) }

  /// Returns nil if the moment belongs to another boot, or if boots cannot be distinguished.
  private func bootAge(of moment: Moment) -> Int64? {
    guard moment.boot != 0, moment.boot == now.boot else { return nil }
    return max(0, now.bootMilliseconds.subtractingSaturated(moment.bootMilliseconds))
  }
}
