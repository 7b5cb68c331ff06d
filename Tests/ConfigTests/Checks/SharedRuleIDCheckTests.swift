import SourceYAML
import Testing

@testable import Config

/// A rule id is the same in any spelling that the ledger or trigger_rule takes for one.
struct SharedRuleIDCheckTests {
  @Test(
    arguments: [("ru_Qq1", "RU_QQ1"), ("2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2EB8AA08AA9811EAB4AA73B441D16380")])
  func `two spellings of one rule id are reported`(id: String, other: String) {
    let text = DiagnosticExample.twoRules(id: "⟦\(other)⟧").replacing("ru_1", with: id)
    let fixture = MarkedConfiguration(text)
    fixture.expectIDs(["shared-rule-id"])
  }

  @Test func `an alias without an amount is not counted by the caps of another one`() {
    let text = DiagnosticExample.twoRules(id: "⟦ru_1⟧").replacing("  save:", with: "  ⟦save⟧:")
    let caps = "    limits: {amount: 5, per_day: 100}\n"
    MarkedConfiguration(text + caps).expectIDs(["uncounted-rule", "shared-rule-id"])
    MarkedConfiguration(text.replacing("⟦save⟧", with: "save") + "    limits: {calls_per_day: 3}\n")
      .expectIDs(["shared-rule-id"])
  }

  @Test func `an optional amount beside the caps of another alias is reported`() {
    let text = """
      version: 1
      rules:
        ⟦a⟧:
          rule_id: ru_1
          api_secret: {env: A}
          description: Moves money.
          parameters: {amount: {type: money, maximum: 5.00, required: false}}
          payload: {amount: "{{ amount | cents }}"}
          limits: {calls_per_day: 1}
        b:
          rule_id: ⟦ru_1⟧
          api_secret: {env: A}
          description: Moves money.
          parameters: {amount: {type: money, maximum: 5.00}}
          payload: {amount: "{{ amount | cents }}"}
          limits: {per_day: 9.00}

      """
    MarkedConfiguration(text).expectIDs(["amount-optional", "shared-rule-id"])
  }

  @Test(arguments: [("", "the same caps"), ("    confirm: always\n", "the same caps and the same 'confirm'")])
  func `the help names what two aliases should share`(lines: String, shared: String) {
    let found = MarkedConfiguration(DiagnosticExample.twoRules(id: "ru_1") + lines).loaded.diagnostics
    #expect(
      found.map(\.help) == ["calls of both count against the caps of each; give both \(shared), or remove one"])
  }

  @Test(arguments: ["ru_1", "RU-1", "(ru.1)"]) func `a secret that trigger_rule never uses is found in any spelling`(
    id: String
  ) {
    let fixture = MarkedConfiguration(
      DiagnosticExample.rule("title: Save")
        + "tools:\n  trigger_rule:\n    api_secrets:\n      ⟦\"\(id)\"⟧: {env: OTHER_SECRET}\n")
    fixture.expectIDs(["shadowed-secret"])
  }
}
