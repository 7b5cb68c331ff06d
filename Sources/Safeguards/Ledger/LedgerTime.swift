import Platform

/// The readings of the wall clock and the boot clock at one moment.
struct ClockReading: Sendable, Hashable {
  /// Wall-clock milliseconds since 1970 in UTC, independent of time zones and daylight saving time.
  let wall: Int64
  /// A hash of the boot's id; nil if the system does not report one.
  var boot: UInt64?
  /// Milliseconds since that boot, counting sleep.
  var bootMilliseconds: Int64 = 0
}

/// The time that has passed since entries of the ledger, by two clocks that can both be wrong: the wall clock can be set, and
/// the boot clock starts again with each boot and may stop while a virtual machine is paused.
struct LedgerTime: Sendable {
  /// A moment as stored in the ledger's records.
  struct Moment: Sendable, Hashable {
    /// The latest wall-clock time observed up to that moment.
    let latestWall: Int64
    /// The value of `LedgerTime.elapsed` at that moment.
    let elapsed: Int64
    /// As in `ClockReading`; 0 for nil, to keep records small.
    let boot: UInt64
    let bootMilliseconds: Int64
  }

  /// The bounds of several moments.
  struct Span: Sendable {
    fileprivate private(set) var walls: ClosedRange<Int64>
    fileprivate private(set) var elapsed: ClosedRange<Int64>
    fileprivate private(set) var bootMilliseconds: ClosedRange<Int64>
    /// The boot of all moments, as in `Moment`; nil if they belong to several boots.
    fileprivate private(set) var boot: UInt64?
    /// One bit per boot; several boots may share a bit.
    private var boots: UInt64

    init(_ moment: Moment) {
      walls = moment.latestWall...moment.latestWall
      elapsed = moment.elapsed...moment.elapsed
      bootMilliseconds = moment.bootMilliseconds...moment.bootMilliseconds
      boot = moment.boot
      boots = Span.bit(of: moment.boot)
    }

    mutating func include(_ moment: Moment) {
      walls = Span.widened(walls, moment.latestWall)
      elapsed = Span.widened(elapsed, moment.elapsed)
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
  private static let longestStep: Int64 = 86_400_000

  private(set) var now = ClockReading(wall: .min)
  private var latestWall = Int64.min
  /// The sum of the times between observations. Steps back add nothing; steps forward add at most a day, and no more than the
  /// boot clock's step.
  private var elapsed: Int64 = 0

  /// Records the readings of the clocks. Called in the order of the ledger's lines.
  mutating func observe(_ reading: ClockReading) {
    if latestWall > .min {
      var step = min(reading.wall.subtractingSaturated(now.wall), LedgerTime.longestStep)
      if let boot = reading.boot, boot == now.boot {
        step = min(step, reading.bootMilliseconds.subtractingSaturated(now.bootMilliseconds))
      }
      elapsed = elapsed.addingSaturated(max(0, step))
    }
    now = reading
    latestWall = max(latestWall, reading.wall)
  }

  /// The moment of the last observation.
  var moment: Moment {
    Moment(latestWall: latestWall, elapsed: elapsed, boot: now.boot ?? 0, bootMilliseconds: now.bootMilliseconds)
  }

  /// Whether the wall clock was set back since the last observation.
  func isBack(_ reading: ClockReading) -> Bool {
    latestWall > .min && reading.wall < now.wall.subtractingSaturated(LedgerTime.toleranceMilliseconds)
  }

  /// Returns the minimum age of `moment` in milliseconds, which limits and windows count.
  ///
  /// Within one boot it is the smaller of both clocks' ages, so that no change of the wall clock makes a call look old. Across
  /// a reboot the wall clock is trusted: while it shows no less than at the call, the difference is the age; after it was set
  /// back, the elapsed time is. A clock that ran years ahead for a while thus does not keep caps exhausted for years.
  func age(of moment: Moment) -> Int64 {
    let wall = now.wall >= moment.latestWall ? now.wall.subtractingSaturated(moment.latestWall) : elapsed(since: moment)
    return bootAge(of: moment).map { min(wall, $0) } ?? wall
  }

  /// Returns the bounds of `age(of:)` for all moments of a span.
  func ages(of span: Span) -> ClosedRange<Int64> {
    let byWall = wallAges(of: span)
    guard let boot = now.boot, boot != 0, span.mayHold(boot: boot) else { return byWall }
    let least = max(0, now.bootMilliseconds.subtractingSaturated(span.bootMilliseconds.upperBound))
    let lower = min(byWall.lowerBound, least)
    guard span.boot == boot else { return lower...byWall.upperBound }
    let most = max(0, now.bootMilliseconds.subtractingSaturated(span.bootMilliseconds.lowerBound))
    return lower...min(byWall.upperBound, most)
  }

  private func wallAges(of span: Span) -> ClosedRange<Int64> {
    func ages(_ range: ClosedRange<Int64>, at now: Int64) -> ClosedRange<Int64> {
      now.subtractingSaturated(range.upperBound)...now.subtractingSaturated(range.lowerBound)
    }
    let set = ages(span.walls, at: now.wall)
    let elapsed = ages(span.elapsed, at: elapsed)
    if now.wall >= span.walls.upperBound { return set }
    if now.wall < span.walls.lowerBound { return elapsed }
    return min(0, elapsed.lowerBound)...max(set.upperBound, elapsed.upperBound)
  }

  /// Returns the maximum age of `moment` in milliseconds, which determines whether Sequence may have forgotten a key.
  func greatestAge(of moment: Moment) -> Int64 {
    let wall = max(now.wall.subtractingSaturated(moment.latestWall), elapsed(since: moment))
    return bootAge(of: moment).map { max(wall, $0) } ?? wall
  }

  /// Returns the same, or `Int64.max` if the machine may have been restarted since, for an unknown time.
  func surelyGreatestAge(of moment: Moment) -> Int64 { bootAge(of: moment) == nil ? .max : greatestAge(of: moment) }

  /// Returns the sum of the times between observations since then. Something old by this measure stays old: a clock that runs
  /// ahead for a while makes nothing older than the days on which the ledger was read.
  func elapsed(since moment: Moment) -> Int64 { elapsed.subtractingSaturated(moment.elapsed) }

  /// Returns nil if the moment belongs to another boot, or if boots cannot be distinguished.
  private func bootAge(of moment: Moment) -> Int64? {
    guard moment.boot != 0, moment.boot == now.boot else { return nil }
    return max(0, now.bootMilliseconds.subtractingSaturated(moment.bootMilliseconds))
  }
}
