import SourceYAML
import Testing

@testable import Config

/// Keys that name a unit, with values in that unit and in the other one.
struct AmountUnitCheckTests {
  private func rules(_ payload: String) -> [String] {
    MarkedConfiguration(
      DiagnosticExample.rule("parameters:\n  amount: {type: money, maximum: 9}\npayload:\n  \(payload)")
    ).loaded.diagnostics.map(\.id)
  }

  @Test(
    arguments: [
      "amountInCents: \"{{ amount }}\"", "amount_cents: \"{{ amount | dollars }}\"", "cents: \"{{ amount }}\"",
      "amount_dollars: \"{{ amount | cents }}\"", "usd: \"{{ amount | cents }}\"",
      "a: {AMOUNT_IN_CENTS: \"{{ amount }}\"}",
      "amountindollars: \"{{ amount | cents }}\"", "a: [{cents: \"about {{ amount }}\"}]",
      "amountsInCents: [\"{{ amount }}\"]", "cents: {value: \"{{ amount }}\"}",
    ])
  func `a value in the other unit is a warning`(payload: String) { #expect(rules(payload) == ["amount-unit"]) }

  @Test(
    arguments: [
      "amountInCents: \"{{ amount | cents }}\"", "dollars: \"{{ amount }}\"", "usd_cents: \"{{ amount | cents }}\"",
      "percent: \"{{ amount }}\"", "recents: \"{{ amount }}\"", "amount: \"{{ amount }}\"", "scent: \"{{ amount }}\"",
    ])
  func `the right unit, and words that only look like one, pass`(payload: String) { #expect(rules(payload) == []) }
}
