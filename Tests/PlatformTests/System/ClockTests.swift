import Testing

@testable import Platform

@Suite struct ClockTests {
  @Test func `the monotonic clock never goes back`() {
    let clock = SystemClock()
    let times = (0..<1000).map { _ in clock.monotonicNanoseconds() }
    #expect(times == times.sorted())
  }

  @Test func `the wall clock is in milliseconds`() {
    // Between 2025 and 2100.
    #expect((1_735_689_600_000...4_102_444_800_000).contains(SystemClock().wallMilliseconds()))
  }

  @Test func `the boot clock never goes back`() {
    let clock = SystemClock()
    let times = (0..<1000).map { _ in clock.bootMilliseconds() }
    #expect(times == times.sorted())
  }

  @Test func `the boot id is the same each time and fits a line`() throws {
    let bootID = try #require(SystemClock().bootID)
    #expect(bootID == SystemClock().bootID)
    #expect((1...64).contains(bootID.utf8.count))
  }
}
