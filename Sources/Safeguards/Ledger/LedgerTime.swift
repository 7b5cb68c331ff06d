/// How much time has surely passed, by a clock that may be set back or forward.
///
/// While the clock shows no less than at a call, the difference is the call's age. Where the clock was set back behind it, the age
/// is the time that the clock has gone forward since, steps back left out. A step back thus never makes a call look older than it
/// is, neither while it lasts nor after it is put right; and a clock that ran years ahead for a while, and was set right again, does not
/// hold caps shut for years. Time zones and daylight saving play no part: all times are milliseconds since 1970 in UTC.
struct LedgerTime: Sendable {
  /// A moment as the ledger knows it.
  struct Moment: Sendable, Hashable {
    /// The latest time that the clock had shown until then.
    let latest: Int64
    /// How far the clock had gone forward until then.
    let progress: Int64
    /// The same, but for leaps of more than a day, which count as a day.
    let steadyProgress: Int64
  }

  /// A clock that is behind by less than this is not worth a line: it was adjusted, not set back.
  static let toleranceMilliseconds: Int64 = 60_000

  private var last: Int64?
  private var latest = Int64.min
  private var progress: Int64 = 0
  private var steadyProgress: Int64 = 0
  private static let longestStep: Int64 = 86_400_000

  /// Takes note of what the clock shows.
  mutating func observe(_ now: Int64) {
    if let last {
      let step = max(0, now - last)
      progress += step
      steadyProgress += min(step, LedgerTime.longestStep)
    }
    last = now
    latest = max(latest, now)
  }

  /// The moment of the last observation.
  var moment: Moment { Moment(latest: latest, progress: progress, steadyProgress: steadyProgress) }

  /// Whether the clock was set back since the last observation.
  func isBack(_ now: Int64) -> Bool { last.map { now < $0 - LedgerTime.toleranceMilliseconds } ?? false }

  /// How long ago `moment` was, in milliseconds, at least.
  /// - Parameter now: what the clock shows, observed already.
  func age(of moment: Moment, now: Int64) -> Int64 {
    now >= moment.latest ? now - moment.latest : progress - moment.progress
  }

  /// How long ago `moment` was, where leaps of more than a day count as a day: a clock that runs years ahead for a while makes
  /// nothing old. What is never old by this may still be younger by the clock.
  func steadyAge(of moment: Moment) -> Int64 { steadyProgress - moment.steadyProgress }
}
