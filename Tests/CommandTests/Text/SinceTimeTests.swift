import Testing

@testable import sequence_mcp

struct SinceTimeTests {
  @Test(
    arguments: [("0s", 0), ("90m", 5400), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600)] as [(String, Int64)])
  func `a time is a length of time until now`(text: String, seconds: Int64) {
    let now: Int64 = 1_795_363_200_000
    #expect(SinceTime.milliseconds(text, now: now) == now - seconds * 1000)
  }

  @Test func `a time is a moment`() {
    #expect(SinceTime.milliseconds("2026-11-22T15:56:12Z", now: 0) == 1_795_362_972_000)
    let midnight: Int64 = 1_795_305_600_000
    #expect(SinceTime.milliseconds("2026-11-22", now: 0, isUTC: true) == midnight)
    #expect(SinceTime.milliseconds("today", now: midnight + 1, isUTC: true) == midnight)
    #expect(SinceTime.milliseconds("yesterday", now: midnight, isUTC: true) == midnight - 86_400_000)
  }

  @Test(arguments: ["tomorrow", "", "d", "-1d", "1.5h", "2026-13-01", "2026-11-2"])
  func `other texts are not moments`(text: String) {
    #expect(SinceTime.milliseconds(text, now: 0) == nil)
  }

  @Test func `today and yesterday begin at their local midnights`() throws {
    let now: Int64 = 1_795_363_200_000
    let today = try #require(SinceTime.milliseconds("today", now: now))
    let yesterday = try #require(SinceTime.milliseconds("yesterday", now: now))
    #expect(today <= now && now - today < 86_400_000)
    #expect([23, 24, 25].contains((today - yesterday) / 3_600_000))
    #expect(SinceTime.milliseconds("yesterday", now: today) == yesterday)
  }

  @Test func `a date starts at its local midnight`() throws {
    let start = try #require(SinceTime.milliseconds("2026-11-22", now: 0))
    #expect(abs(start - 1_795_305_600_000) <= 14 * 3_600_000)
  }
}
