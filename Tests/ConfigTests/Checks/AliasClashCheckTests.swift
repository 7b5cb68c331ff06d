import SourceYAML
import Testing

@testable import Config

struct AliasClashCheckTests {
  /// Returns the reports on a configuration whose only rule has that alias. The rule uses the Platform API.
  private func reports(_ alias: String, _ top: String = "") -> [Diagnostic] {
    let fixture = MarkedConfiguration(
      """
      version: 1
      \(top)
      limits: {calls_per_day: 20}
      rules:
        ⟦\(alias)⟧:
          api: platform
          rule_id: 6f1f8c1e-6d0b-4c57-9d0d-2b8f4a3c7e10
          description: Puts money aside.

      """)
    let found = fixture.loaded.diagnostics.filter { $0.id == "alias-hides-tool" || $0.id == "alias-taken" }
    #expect(found.allSatisfy { $0.range == fixture.ranges.first })
    return found
  }

  @Test(arguments: [
    ("get_limits", "tools: {get_limits: true}", "choose another name, or disable the tool under 'tools'"),
    ("get_run", "", "choose another name"), ("simulate_trigger", "", "choose another name"),
  ])
  func `an alias that hides a generic tool is reported`(alias: String, top: String, help: String) {
    let found = reports(alias, top)
    #expect(found.map(\.id) == ["alias-hides-tool"])
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.message == "the alias '\(alias)' hides the generic tool of that name")
    #expect(found.first?.help == help)
  }

  @Test func `an alias that differs from a tool only in case is an error`() {
    let fixture = MarkedConfiguration(DiagnosticExample.rule(alias: "⟦Get_Limits⟧") + "tools: {get_limits: true}\n")
    fixture.expectIDs(["alias-clash"])
  }

  @Test(arguments: [("get_limits", ""), ("simulate_trigger", "server: {read_only: true}"), ("save", "")])
  func `an alias hides no tool that is off`(alias: String, top: String) {
    #expect(reports(alias, top).isEmpty)
  }

  @Test(arguments: ["get_accounts", "trigger_rule", "Get_Accounts", "configuration_error"])
  func `the names of the original tools and of the one for an invalid file are always taken`(alias: String) {
    #expect(reports(alias, "tools: {get_accounts: false, trigger_rule: false}").map(\.id) == ["alias-taken"])
  }
}
