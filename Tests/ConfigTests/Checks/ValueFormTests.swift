import SourceYAML
import Testing

@testable import Config

/// A value in a form that people or other programs write gets help with the right one.
struct ValueFormTests {
  @Test(
    arguments: [
      ("limits: {per_day: $500}", "write 500, without a currency sign and separators"),
      ("limits: {per_day: \"1,000.50\"}", "write 1000.50, without a currency sign and separators"),
      ("limits: {per_day: 1,000}", "write per_day: 1000"), ("limits: {per_day: 1,500}", "write per_day: 1500"),
      ("limits: {per_call: 1,50}", "write per_call: 1.50, with a decimal point"),
      ("limits: {per_call: 1,5, calls_per_day: 3}", "write per_call: 1.5, with a decimal point"),
      ("limits:\n  per_call: 1,50", "write 1.50, with a decimal point"),
      ("limits: {per_call: \"20,5\"}", "write 20.5, with a decimal point"),
      ("limits: {per_call: 20,05}", "write per_call: 20.05, with a decimal point"),
      ("limits: {per_day: $1,000.00, calls_per_day: 3}", "write per_day: 1000.00, with a decimal point"),
      ("limits: {per_day: $1,500, calls_per_day: 3}", "write per_day: 1500"),
      ("limits: {per_day: 1,000,000}", "write per_day: 1000000"),
      ("limits: {per_day: 1,000,000.00, calls_per_day: 3}", "write per_day: 1000000.00, with a decimal point"),
      ("limits: {per_day 100}", "write per_day: with a space, then its value"),
      ("limits: {per_day=100, calls_per_day: 3}", "write per_day: with a space, then its value"),
      ("limits: {per_day: 1,250.75, per_call: 5}", "write per_day: 1250.75, with a decimal point"),
      ("limits: {per_day: 500 €}", "all amounts are US dollars: write how many dollars, such as 50 or 49.90"),
      ("limits: {per_day: EUR 500}", "all amounts are US dollars: write how many dollars, such as 50 or 49.90"),
      ("limits: {per_day: US$500}", "write 500, without a currency sign and separators"),
      ("limits: {per_day: unlimited}", "leave the key out: then there is no such limit"),
      ("limits: {calls_per_day: unlimited}", "leave the key out: then there is no such limit"),
      ("limits: {calls_per_day: three}", "write how many, such as 3"),
      ("limits: {calls_per_day: 03}", "write 3"), ("limits: {calls_per_day: 3.0}", "write 3"),
      ("limits: {per_day: .5}", "write 0.50"), ("limits: {per_day: 1000.}", "write 1000.00"),
      ("limits: {per_day: +5}", "write 5.00"), ("limits: {per_day: 0x10}", "write 16.00"),
      ("limits: {per_day: 1000.000}", "write 1000.00"),
      ("limits: {per_day: 1.005}", "write dollars with at most two places and no sign, such as 50 or 49.90"),
      ("limits: {per_day: 1 000}", "write 1000, without a currency sign and separators"),
      ("limits: {per_day: 1\u{A0}000}", "write 1000, without a currency sign and separators"),
      ("limits: {per_day: 1\u{2009}000}", "write 1000, without a currency sign and separators"),
      ("limits: {per_day: 1\u{202F}000}", "write 1000, without a currency sign and separators"),
      ("limits: {calls_per_day: 1 000}", "write 1000, without a currency sign and separators"),
      ("limits: {per_day: \"1.000,50\"}", "write 1000.50, without a currency sign and separators"),
      ("limits: {daily: 500}", "did you mean 'per_day'?"),
      ("limits: {calls_per_day: \"1,000\"}", "write 1000, without a currency sign and separators"),
      ("limits: {calls_per_day: $500}", "write how many, such as 3; it is not an amount of money"),
    ])
  func `amounts as people write them get help with the right form`(line: String, help: String) {
    let errors = MarkedConfiguration("version: 1\n\(line)\n").loaded.diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.help) == [help])
  }

  @Test(arguments: ["1.5, 1.50", "1, 1.0", "0.1, 1e-1"])
  func `a value of 'enum' that is written in two ways appears twice`(_ values: String) {
    let diagnostics = MarkedConfiguration(DiagnosticExample.parameter("type: number\nenum: [\(values)]")).loaded
      .diagnostics
    #expect(diagnostics.map(\.id) == ["bad-enum-value"])
  }

  @Test(
    arguments: [
      ("yes", "write confirm: always"), ("true", "write confirm: always"),
      ("no", "write confirm: never, or leave it out: then the client asks"),
    ])
  func `a plain yes or no to 'confirm' gets help with the word to write`(word: String, help: String) {
    let text = DiagnosticExample.rule("confirm: \(word)")
    #expect(MarkedConfiguration(text).loaded.diagnostics.map(\.help) == [help])
  }

  @Test(
    arguments: [
      ("yes", "write true, or \"yes\" in quotes for the text"),
      ("Off", "write false, or \"Off\" in quotes for the text"),
      ("1_000", "write 1000, or \"1_000\" in quotes for the text"),
      ("n", "write false, or \"n\" in quotes for the text"),
      ("+1_000", "write 1000, or \"+1_000\" in quotes for the text"),
      ("0x1_F", "write 31, or \"0x1_F\" in quotes for the text"),
      ("0b101", "write 5, or \"0b101\" in quotes for the text"),
      ("-0b1_1", "write -3, or \"-0b1_1\" in quotes for the text"),
    ])
  func `what older YAML takes for a boolean or number gets help with the right form`(word: String, help: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.rule("payload:\n  a: [⟦\(word)⟧]"))
    #expect(fixture.loaded.diagnostics.map(\.id) == ["ambiguous-spelling"])
    #expect(fixture.loaded.diagnostics.map(\.help) == [help])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test(
    arguments: ["\"yes\"", "'1_000'", "yes please", "a_1", "nope", "12:30", "0b2", "1_000 a"])
  func `a boolean or number in quotes, or as part of a text, passes`(word: String) {
    #expect(MarkedConfiguration(DiagnosticExample.rule("payload:\n  a: \(word)")).loaded.diagnostics == [])
  }
}
