import Testing

@testable import Safeguards

struct LedgerTimeTests {
  private static let hour: Int64 = 3_600_000

  /// Returns a reading in hours, of the wall clock and, if the boot is known, of the boot clock.
  private static func reading(_ wall: Int64, boot: Int64? = nil, _ bootID: UInt64 = 1) -> ClockReading {
    ClockReading(wall: wall * hour, boot: boot.map { _ in bootID }, bootMilliseconds: (boot ?? 0) * hour)
  }

  /// The first reading is the moment in question, the last one is now.
  @Test(
    arguments: [
      ("no jumps", [reading(10), reading(12)], 2),
      ("a step back", [reading(100), reading(50)], 0),
      ("time after a step back", [reading(100), reading(50), reading(53)], 3),
      ("a step back put right", [reading(100), reading(50), reading(101)], 1),
      ("a clock that ran years ahead", [reading(40_000), reading(101), reading(125)], 24),
      ("forward within a boot", [reading(10, boot: 1), reading(40, boot: 2)], 1),
      ("back within a boot", [reading(100, boot: 1), reading(50, boot: 3)], 2),
      ("a year back within a boot, with no line for 40 days", [reading(9000, boot: 1), reading(1200, boot: 961)], 960),
      (
        "the clock was back at the start of the boot, and right before the next one",
        [reading(100, boot: 9), reading(0, boot: 1, 2), reading(124, boot: 2, 2), reading(125, boot: 1, 3)], 2
      ),
      (
        "forward after a reboot at which it was right",
        [reading(100, boot: 9), reading(101, boot: 1, 2), reading(126, boot: 2, 2)], 2
      ),
      (
        "forward and right again after such a reboot",
        [reading(100, boot: 9), reading(101, boot: 1, 2), reading(126, boot: 2, 2), reading(103, boot: 3, 2)], 3
      ),
      (
        "a reboot a day, with the clock right since the first line after one that was ahead",
        [reading(9000, boot: 9), reading(100, boot: 1, 2), reading(124, boot: 1, 3), reading(148, boot: 1, 4)], 48
      ),
      ("to and fro within a boot", [10, 40, 10, 40, 11].enumerated().map { reading($1, boot: Int64($0) / 4) }, 1),
      ("a machine that slept", [reading(10, boot: 1), reading(20, boot: 11)], 10),
      ("a virtual machine that was paused", [reading(10, boot: 1), reading(20, boot: 2)], 1),
      ("over a reboot", [reading(10, boot: 9), reading(15, boot: 1, 2)], 5),
      ("over a reboot that lost the time", [reading(10, boot: 9), reading(0, boot: 1, 2), reading(2, boot: 3, 2)], 2),
      ("a boot clock that went back", [reading(10, boot: 9), reading(15, boot: 1)], 0),
    ] as [(String, [ClockReading], Int64)])
  func `a call is at least this old`(name: String, readings: [ClockReading], hours: Int64) throws {
    var time = LedgerTime()
    time.observe(try #require(readings.first))
    let moment = time.moment
    for reading in readings.dropFirst() { time.observe(reading) }
    #expect(time.age(of: moment) == hours * LedgerTimeTests.hour)
  }

  @Test(
    arguments: [
      ("no jumps", [reading(10, boot: 1), reading(12, boot: 3)], 2),
      ("back within a boot", [reading(100, boot: 1), reading(50, boot: 3)], 2),
      ("forward within a boot", [reading(10, boot: 1), reading(40, boot: 2)], 30),
      ("a virtual machine that was paused", [reading(10, boot: 1), reading(20, boot: 2)], 10),
      ("back without a boot id, by less than a minute", [reading(10), ClockReading(wall: 10 * hour - 30_000)], 0),
      ("over a reboot", [reading(10, boot: 9), reading(15, boot: 1, 2)], 5),
    ] as [(String, [ClockReading], Int64)])
  func `a key is at most this old`(name: String, readings: [ClockReading], hours: Int64) throws {
    var time = LedgerTime()
    time.observe(try #require(readings.first))
    let moment = time.moment
    for reading in readings.dropFirst() { time.observe(reading) }
    #expect(time.maxAge(of: moment) == hours * LedgerTimeTests.hour)
  }

  @Test(
    arguments: [
      ("over a reboot that lost the time", [reading(10, boot: 9), reading(0, boot: 1, 2), reading(2, boot: 3, 2)]),
      ("ahead before a reboot", [reading(100, boot: 1), reading(75, boot: 1, 2), reading(101, boot: 27, 2)]),
      ("back without a boot id", [reading(100), reading(50), reading(101)]),
    ] as [(String, [ClockReading])])
  func `a key may be of any age after an unknown time`(name: String, readings: [ClockReading]) throws {
    var time = LedgerTime()
    time.observe(try #require(readings.first))
    let moment = time.moment
    for reading in readings.dropFirst() { time.observe(reading) }
    #expect(time.maxAge(of: moment) == .max)
    #expect(time.maxAge(of: time.moment) == 0)
  }

  @Test func `a call made while the clock was back is not older than it is`() {
    var time = LedgerTime()
    time.observe(Self.reading(100))
    time.observe(Self.reading(50))
    let moment = time.moment
    time.observe(Self.reading(101))
    #expect(time.age(of: moment) == Self.hour)
  }

  @Test func `no reading overflows`() {
    let extremes: [Int64] = [.min, .max, 0, -1, 1]
    var time = LedgerTime()
    for wall in extremes {
      for boot in extremes {
        let moment = time.moment
        time.observe(ClockReading(wall: wall, boot: 1, bootMilliseconds: boot))
        #expect(time.age(of: moment) >= 0)
        _ = time.maxAge(of: moment)
        _ = ClockReading(wall: .min).isUnknownStep(from: time.now)
      }
    }
  }
}
