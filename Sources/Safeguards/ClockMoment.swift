package import Platform

/// A moment by the wall clock and by the boot clock. It is reached as soon as one of the two clocks has reached it, so that an
/// age is always the greater of both: a paused virtual machine stops the boot clock, and the wall clock can be set back.
package struct ClockMoment: Sendable, Hashable {
  private let wallMilliseconds: Int64
  private let bootMilliseconds: Int64

  /// The current moment.
  package init(_ clock: any Clock) {
    self.init(wallMilliseconds: clock.wallMilliseconds(), bootMilliseconds: clock.bootMilliseconds())
  }

  init(wallMilliseconds: Int64, bootMilliseconds: Int64) {
    self.wallMilliseconds = wallMilliseconds
    self.bootMilliseconds = bootMilliseconds
  }

  /// Returns the moment that many milliseconds later.
  package func adding(milliseconds: Int64) -> ClockMoment {
    ClockMoment(
      wallMilliseconds: wallMilliseconds.addingSaturated(milliseconds),
      bootMilliseconds: bootMilliseconds.addingSaturated(milliseconds))
  }

  /// Returns the earlier moment by each of the clocks.
  package func earlier(_ other: ClockMoment) -> ClockMoment {
    ClockMoment(
      wallMilliseconds: min(wallMilliseconds, other.wallMilliseconds),
      bootMilliseconds: min(bootMilliseconds, other.bootMilliseconds))
  }

  package func isReached(by clock: any Clock) -> Bool {
    clock.wallMilliseconds() >= wallMilliseconds || clock.bootMilliseconds() >= bootMilliseconds
  }
}
