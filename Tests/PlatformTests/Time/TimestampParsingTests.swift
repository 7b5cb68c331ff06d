import Platform
import Testing

struct TimestampParsingTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-11-22T15:56:12.034Z", 1_795_362_972_034),
      ("2026-11-22T16:56:12.034+01:00", 1_795_362_972_034), ("2026-11-22t15:56:12.0349999z", 1_795_362_972_034),
      ("2000-02-29T23:59:60Z", 951_868_799_000), ("1998-12-31T15:59:60-08:00", 915_148_799_000),
      ("1969-12-31T23:59:59.5Z", -500),
      ("0000-03-01T00:00:00Z", -62_162_035_200_000),
    ] as [(String, Int64)])
  func `moments are read`(text: String, milliseconds: Int64) {
    #expect(Timestamp.milliseconds(rfc3339: text) == milliseconds)
  }

  @Test(arguments: [
    "", "2026-11-22", "2026-11-22T15:56:12", "2026-11-22 15:56:12Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:61Z", "1998-12-31T22:59:60Z", "1998-12-31T23:59:60-08:00",
    "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+24:00",
    "+026-01-01T00:00:00Z", "２026-01-01T00:00:00Z", "2026-01-01T00:00:00.5",
  ])
  func `other texts are not moments`(text: String) {
    #expect(Timestamp.milliseconds(rfc3339: text) == nil)
  }

  @Test func `every day of four centuries comes back`() {
    for day in stride(from: -73_000 as Int64, through: 73_000, by: 1) {
      let milliseconds = day * 86_400_000 + 1
      #expect(Timestamp.milliseconds(rfc3339: Timestamp.rfc3339(milliseconds: milliseconds)) == milliseconds)
    }
  }
}
