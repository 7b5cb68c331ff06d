import SourceYAML
import Testing

@testable import Config

/// All errors of a file at once, and none that only follows from another.
struct AllErrorsTests {
  private func found(_ lines: String) -> [String] {
    MarkedConfiguration(DiagnosticExample.rule(lines)).loaded.diagnostics.map(\.id)
  }

  @Test(
    arguments: [
      ("{type: string, pattern: '(', minLength: 5, maxLength: 2}", ["bad-pattern", "bounds-reversed"]),
      ("{type: string, pattern: '(', default: 5}", ["bad-pattern", "bad-default"]),
      ("{type: money, maximum: ten, default: 5.555}", ["wrong-type", "bad-default"]),
      ("{type: string, maxLength: x, enum: [1]}", ["wrong-type", "bad-enum-value"]),
      ("{type: string, maxLen: 2, default: 5}", ["unknown-key", "bad-default"]),
      ("{type: money, maximum: ten}", ["wrong-type"]), ("{type: money, maxmum: 5}", ["unknown-key"]),
      ("{tpe: money, minimum: 5, maximum: 2}", ["unknown-key"]),
    ])
  func `every fault of a parameter that stands alone is reported`(parameter: String, ids: [String]) {
    #expect(found("parameters: {a: \(parameter)}\npayload: {a: \"{{ a }}\"}") == ids)
  }

  @Test func `a fault of a parameter hides no amount that names none`() {
    #expect(
      found(
        "parameters: {a: {type: money, maximum: 5x}}\npayload: {a: \"{{ a }}\"}\nlimits: {per_call: 50, amount: foo}")
        == ["wrong-type", "amount-unknown-parameter"])
  }

  /// Rules `a`, with a money parameter, and `b` and `c`, without one, that share what is at the top.
  private func shared(_ top: String, _ line: String) -> [Diagnostic] {
    let text =
      "version: 1\n\(top)\nlimits: {calls_per_day: 20}\nrules:\n"
      + ["a", "b", "c"].map { alias in
        "  \(alias):\n    rule_id: ru_\(alias)\n    api_secret: {env: SECRET_\(alias)}\n"
          + "    description: Puts money aside.\n    \(line)\n"
          + (alias == "a"
            ? "    parameters: {m: {type: money, maximum: 9}}\n    payload: {cents: \"{{ m | cents }}\"}\n" : "")
      }.joined()
    return MarkedConfiguration(text).loaded.diagnostics
  }

  @Test func `what is wrong at an anchor names each rule that it is wrong for`() {
    let found = shared("x-l: &l {per_day: 5}", "limits: *l")
    #expect(found.map(\.id) == ["limit-without-amount", "limit-without-amount"])
    #expect(found.map { $0.related.last?.message } == ["in rule 'b'", "in rule 'c'"])
  }

  @Test func `what is wrong at an anchor for every rule is reported once`() {
    #expect(shared("x-l: &l {per_dya: 5}", "limits: *l").map(\.id) == ["unknown-key"])
  }

  @Test func `a fault at an anchor has no consequences where it is repeated`() {
    let top = "x-a: &a {tpe: money, minimum: 1, maximum: 500, description: How much.}\n"
    let rule = DiagnosticExample.rule("parameters: {amount: *a}\npayload: {c: \"{{ amount | cents }}\"}")
    let ordered = rule.replacing("version: 1\n", with: "version: 1\n" + top)
    #expect(MarkedConfiguration(ordered).loaded.diagnostics.map(\.id) == ["unknown-key"])
    let misnamed = rule.replacing("version: 1\n", with: "version: 1\nx-p: &p {c: \"{{ amount | cents }}\"}\n")
      .replacing("amount: *a", with: "amout: {type: money, maximum: 5}").replacing(
        "payload: {c: \"{{ amount | cents }}\"}", with: "payload: *p")
    #expect(MarkedConfiguration(misnamed).loaded.diagnostics.map(\.id) == ["template-unknown-name"])
  }
}
