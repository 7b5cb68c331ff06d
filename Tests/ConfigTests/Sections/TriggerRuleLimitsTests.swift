import Rules
import SourceYAML
import Testing

@testable import Config

/// `tools: {trigger_rule: {limits: ...}}`.
struct TriggerRuleLimitsTests {
  private func diagnostics(_ limits: String, _ top: String = "") -> (found: [Diagnostic], marked: [SourceRange]) {
    let fixture = MarkedConfiguration("version: 1\ntools: {trigger_rule: {limits: \(limits)}}\n\(top)")
    return (fixture.loaded.diagnostics, fixture.ranges)
  }

  @Test func `the generic tool's calls and the time between them can be capped`() throws {
    let text =
      "version: 1\ntools: {trigger_rule: {limits: {calls_per_day: 5, calls_per_30_days: 20, cooldown: 1m}}}\n"
    let limits = try #require(try configuration(text).tools.triggerRule).limits
    #expect(limits[.callsPerDay] == 5 && limits[.callsPer30Days] == 20 && limits[.cooldown] == 60)
  }

  @Test(
    arguments: ["per_call", "per_day", "per_30_days", "amount"])
  func `a cap on amounts is an error that names the available caps`(key: String) {
    let (found, marked) = diagnostics("{⟦\(key)⟧: 5}")
    #expect(found.map(\.id) == ["unknown-key"])
    #expect(found.compactMap(\.range) == marked)
    #expect(
      found.map(\.help) == ["its calls have no amount; use 'calls_per_day', 'calls_per_30_days' or 'cooldown'"])
  }

  @Test(
    arguments: [
      ("{calls_per_day: ⟦9⟧, calls_per_30_days: 5}", "", "limits-contradict"),
      ("{calls_per_day: ⟦9⟧}", "limits: {calls_per_day: 5}\n", "limit-above-global"),
    ])
  func `caps that contradict each other or the caps of all rules are reported`(limits: String, top: String, id: String)
  {
    let (found, marked) = diagnostics(limits, top)
    #expect(found.map(\.id) == [id])
    #expect(found.compactMap(\.range) == marked)
  }
}
