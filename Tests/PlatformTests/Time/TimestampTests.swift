import TestSupport
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
  func `instants are written in UTC`(milliseconds: Int64, text: String) {
    #expect(Timestamp.rfc3339(milliseconds: milliseconds) == text)
  }

  @Test(
    arguments: [
      // 2026-03-08: 02:00 becomes 03:00, so midnight is at 05:00Z before and 04:00Z after.
      (
        ["EST5EDT,M3.2.0,M11.1.0", "1772945999999", "1772946000000", "1773028799999", "1773028800000"],
        ["2026-03-07 23:59:59", "2026-03-08 00:00:00", "2026-03-08 23:59:59", "2026-03-09 00:00:00"]
      ),
      // 2026-11-01: 02:00 becomes 01:00, a day of 25 hours.
      (
        ["EST5EDT,M3.2.0,M11.1.0", "1793505599999", "1793505600000", "1793595599999", "1793595600000"],
        ["2026-10-31 23:59:59", "2026-11-01 00:00:00", "2026-11-01 23:59:59", "2026-11-02 00:00:00"]
      ),
      (["XST-2", "3723000"], ["1970-01-01 03:02:03"]),
      // Far east and before 1970, and a zone that changes.
      (
        ["XST-14", "-1", "-50400001", "YST12", "0"],
        ["1970-01-01 13:59:59", "1969-12-31 23:59:59", "1969-12-31 12:00:00"]
      ),
    ])
  func `the local date and time are those of the zone`(words: [String], lines: [String]) throws {
    #expect(try BuiltProgram.probe(["local-time"] + words) == lines)
  }

  @Test(
    arguments: [
      (7, 2, 3), (-7, 2, -4), (-8, 2, -4), (0, 5, 0), (-1, 1000, -1), (-1000, 1000, -1), (-1001, 1000, -2),
      (Int64.min, 1, Int64.min),
    ] as [(Int64, Int64, Int64)])
  func `a floored quotient rounds down`(dividend: Int64, divisor: Int64, quotient: Int64) {
    #expect(dividend.flooredQuotient(divisor) == quotient)
  }
}
