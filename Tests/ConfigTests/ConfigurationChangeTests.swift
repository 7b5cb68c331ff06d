import Rules
import Testing

@testable import Config

struct ConfigurationChangeTests {
  private func risks(_ old: String, _ new: String) throws -> [String] {
    ConfigurationChange.risks(from: try configuration(old), to: try configuration(new))
  }

  private static let noLimits = DiagnosticExample.amount("title: Save")

  @Test(
    arguments: [
      (
        "limits: {per_day: 600}", "limits: {per_day: 700}",
        ["rule 'save': limits.per_day was raised from 600.00 to 700.00"]
      ),
      ("limits: {per_day: 600}", "title: Save", ["rule 'save': limits.per_day was removed (it was 600.00)"]),
      ("limits: {per_day: 600}", "limits: {per_day: 500}", []),
      (
        "limits: {calls_per_day: 2}", "limits: {calls_per_day: 3}",
        ["rule 'save': limits.calls_per_day was raised from 2 to 3"]
      ),
      ("limits: {cooldown: 10m}", "limits: {cooldown: 1m}", ["rule 'save': limits.cooldown was shortened or removed"]),
      ("confirm: always", "confirm: client", ["rule 'save': its confirmation was weakened or dropped"]),
      ("confirm: {above: 10}", "confirm: {above: 20}", ["rule 'save': its confirmation was weakened or dropped"]),
      ("confirm: {above: 20}", "confirm: {above: 10}", []),
      (
        "confirm: {when: always, ask: [client]}", "confirm: always",
        ["rule 'save': its confirmation was weakened or dropped"]
      ),
      ("confirm: client", "confirm: always", []),
      ("dedupe_window: 2m", "dedupe_window: 0s", ["rule 'save': its dedupe_window was shortened"]),
      ("enabled: false", "enabled: true", ["rule 'save': it was enabled"]),
    ] as [(String, String, [String])])
  func `what a rule loses in safety is named`(old: String, new: String, expected: [String]) throws {
    #expect(try risks(DiagnosticExample.amount(old), DiagnosticExample.amount(new)) == expected)
  }

  @Test(
    arguments: [
      ("server: {read_only: true}", "server: {}", ["server.read_only was disabled"]),
      (
        "sequence: {}", "sequence: {base_url: \"http://127.0.0.1:8080\"}",
        ["sequence.base_url was changed from 'https://api.getsequence.io' to 'http://127.0.0.1:8080'"]
      ),
      ("limits: {per_day: 600}", "limits: {}", ["limits.per_day was removed (it was 600.00)"]),
      ("tools: {trigger_rule: false}", "tools: {}", ["the generic trigger_rule was enabled"]),
      (
        "tools: {trigger_rule: {accept_api_secret: false, api_secrets: {ru_9: {env: A}}}}",
        "tools: {trigger_rule: {api_secrets: {ru_9: {env: A}}}}",
        ["tools.trigger_rule.accept_api_secret was enabled"]
      ),
      (
        "tools: {trigger_rule: {limits: {calls_per_day: 5}}}", "tools: {trigger_rule: {limits: {calls_per_day: 6}}}",
        ["tools.trigger_rule.limits.calls_per_day was raised from 5 to 6"]
      ),
      (
        "tools: {trigger_rule: {limits: {cooldown: 1m}}}", "tools: {}",
        ["tools.trigger_rule.limits.cooldown was shortened or removed"]
      ),
      (
        "tools: {trigger_rule: {confirm: always}}", "tools: {}",
        ["tools.trigger_rule.confirm was weakened or dropped"]
      ),
    ] as [(String, String, [String])])
  func `what all rules together lose in safety is named`(old: String, new: String, expected: [String]) throws {
    #expect(try risks(DiagnosticExample.top(old), DiagnosticExample.top(new)) == expected)
  }

  @Test(
    arguments: [
      ("exclusiveMaximum: 10", "exclusiveMaximum: 10000", true), ("enum: [5, 10]", "enum: [5, 10, 9999]", true),
      ("maximum: 10", "maximum: 11", true), ("maximum: 10", "enum: [5, 10]", false),
      ("enum: [5, 9]", "maximum: 9", false),
    ])
  func `a raised maximum is named, however it is written`(old: String, new: String, isRaised: Bool) throws {
    let text = DiagnosticExample.amount("limits: {per_day: 600}")
    let found = try risks(
      text.replacing("minimum: 1, maximum: 500", with: old), text.replacing("minimum: 1, maximum: 500", with: new))
    #expect(found == (isRaised ? ["rule 'save': the maximum of 'amount' was raised or removed"] : []))
  }

  @Test func `a changed rule id is named`() throws {
    let old = Self.noLimits
    let new = old.replacing("ru_1", with: "ru_2")
    #expect(try risks(old, new) == ["rule 'save': rule_id was changed from 'ru_1' to 'ru_2'"])
  }

  @Test(
    arguments: [
      ("limits: {per_day: 600}", "title: Save", ["limits.per_day was removed (it was 600.00)"]),
      ("confirm: always", "confirm: never", ["its confirmation was weakened or dropped"]),
      ("enabled: false", "enabled: true", ["it was enabled"]), ("confirm: always", "confirm: always", []),
      ("limits: {per_day: 600}", "enabled: false", []),
    ] as [(String, String, [String])])
  func `another name for a rule keeps its caps`(old: String, new: String, expected: [String]) throws {
    let renamed = DiagnosticExample.amount(new).replacing("save:", with: "other:")
    let named = expected.map { "rule 'other', which triggers what 'save' did: \($0)" }
    #expect(try risks(DiagnosticExample.amount(old), renamed) == named)
  }

  @Test func `a second alias of a rule keeps its caps`() throws {
    let old = try configuration(DiagnosticExample.amount("limits: {per_day: 600}"))
    var new = old
    var second = try #require(old.rules.first)
    second.alias = "other"
    second.limits[.perDay] = nil
    new.rules.append(second)
    #expect(
      ConfigurationChange.risks(from: old, to: new) == [
        "rule 'other', which triggers what 'save' did: limits.per_day was removed (it was 600.00)"
      ])
  }

  @Test func `no change is not a risk`() throws {
    #expect(try risks(Self.noLimits, Self.noLimits) == [])
  }
}
