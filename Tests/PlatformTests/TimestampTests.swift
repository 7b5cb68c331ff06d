import Foundation
import Testing

@testable import Platform

@Suite struct TimestampTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1_795_363_972_034, "2026-11-22T16:12:52.034Z"),
      (999, "1970-01-01T00:00:00.999Z"),
      (-1, "1969-12-31T23:59:59.999Z"), (-1000, "1969-12-31T23:59:59.000Z"), (-86_400_001, "1969-12-30T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func instantsAreWrittenInUTC(milliseconds: Int64, text: String) {
    #expect(Timestamp.rfc3339(milliseconds: milliseconds) == text)
  }

  // Setting TZ is safe only where no other thread reads the environment: each of these runs in a process of its own.
  @Test func theLocalDateFollowsTheZoneOverBothClockChanges() async {
    await #expect(processExitsWith: .success) {
      setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1)
      // 2026-03-08: 02:00 becomes 03:00, so midnight is at 05:00Z before and 04:00Z after.
      #expect(Timestamp.localDate(milliseconds: 1_772_945_999_999) == "2026-03-07")
      #expect(Timestamp.localDate(milliseconds: 1_772_946_000_000) == "2026-03-08")
      #expect(Timestamp.localDate(milliseconds: 1_773_028_799_999) == "2026-03-08")
      #expect(Timestamp.localDate(milliseconds: 1_773_028_800_000) == "2026-03-09")
      // 2026-11-01: 02:00 becomes 01:00, a day of 25 hours.
      #expect(Timestamp.localDate(milliseconds: 1_793_505_600_000) == "2026-11-01")
      #expect(Timestamp.localDate(milliseconds: 1_793_505_599_999) == "2026-10-31")
      #expect(Timestamp.localDate(milliseconds: 1_793_595_599_999) == "2026-11-01")
      #expect(Timestamp.localDate(milliseconds: 1_793_595_600_000) == "2026-11-02")
    }
  }

  @Test func theLocalTimeIsThatOfTheZone() async {
    await #expect(processExitsWith: .success) {
      setenv("TZ", "XST-2", 1)
      #expect(Timestamp.localTime(milliseconds: 3_723_000) == "03:02:03")
    }
  }

  @Test func theLocalDateHoldsFarEastAndBefore1970() async {
    await #expect(processExitsWith: .success) {
      setenv("TZ", "XST-14", 1)
      #expect(Timestamp.localDate(milliseconds: -1) == "1970-01-01")
      #expect(Timestamp.localDate(milliseconds: -50_400_001) == "1969-12-31")
      setenv("TZ", "YST12", 1)
      #expect(Timestamp.localDate(milliseconds: 0) == "1969-12-31")
    }
  }

  @Test(
    arguments: [
      (7, 2, 3), (-7, 2, -4), (-8, 2, -4), (0, 5, 0), (-1, 1000, -1), (-1000, 1000, -1), (-1001, 1000, -2),
      (Int64.min, 1, Int64.min),
    ] as [(Int64, Int64, Int64)])
  func aFlooredQuotientRoundsDown(dividend: Int64, divisor: Int64, quotient: Int64) {
    #expect(dividend.flooredQuotient(divisor) == quotient)
  }
}
