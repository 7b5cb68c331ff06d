import Platform
import Testing

struct DurationTextTests {
  @Test(arguments: [("30s", 30), ("10m", 600), ("2h", 7200), ("1d", 86_400), ("0s", 0), ("90s", 90)])
  func `durations are read and written`(text: String, seconds: Int) {
    #expect(DurationText.parse(text) == seconds)
    #expect(DurationText.parse(DurationText.write(seconds)) == seconds)
  }

  @Test(arguments: ["", "s", "10", "10 m", "1.5h", "-1s", "10ms", "1D", "99999999999s", "٣s"])
  func `other texts are not durations`(text: String) { #expect(DurationText.parse(text) == nil) }

  @Test func `weeks are read only if they are allowed`() {
    #expect(DurationText.parse("2w", takesWeeks: true) == 1_209_600)
    #expect(DurationText.parse("2w") == nil)
  }

  @Test(
    arguments: [
      (0, "0 s"), (1, "1 s"), (119_000, "119 s"), (119_001, "2 min"), (600_000, "10 min"), (3_600_000, "1 h"),
      (3_600_001, "1 h 1 min"), (11_520_000, "3 h 12 min"), (172_800_000, "2 d"), (187_200_000, "2 d 4 h"),
    ] as [(Int64, String)])
  func `lengths of time are rounded up`(milliseconds: Int64, text: String) {
    #expect(DurationText.rough(milliseconds) == text)
  }
}
