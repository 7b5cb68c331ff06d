import Testing

@testable import JSON

@Suite struct ExactDecimalTests {
  private func decimal(_ text: String) -> ExactDecimal { ExactDecimal(JSONNumber(text)!) }

  @Test(arguments: [
    ("1", "1.0"), ("0", "-0"), ("0", "0e99999999999999999999"), ("100", "1e2"), ("0.1", "1E-1"), ("-5.50", "-55e-1"),
    ("12345678901234567890.5", "123456789012345678905e-1"),
  ])
  func `values are equal however written`(_ one: String, _ other: String) {
    #expect(decimal(one) == decimal(other))
    #expect(decimal(one).hashValue == decimal(other).hashValue)
    #expect(!(decimal(one) < decimal(other)) && !(decimal(other) < decimal(one)))
  }

  @Test(arguments: [
    ("0", "1"), ("-1", "0"), ("-2", "-1"), ("9", "10"), ("0.3", "0.30000000000000000001"), ("1e400", "1e401"),
    ("-1e401", "-1e400"), ("9007199254740992", "9007199254740993"), ("1e-999999999", "1e999999999"),
    ("0", "1e-99999999999999999999999"), ("99.999", "1e2"), ("-1e999999999999999999999", "-1"),
  ])
  func `smaller comes first`(_ small: String, _ large: String) {
    #expect(decimal(small) < decimal(large))
    #expect(!(decimal(large) < decimal(small)))
    #expect(decimal(small) != decimal(large))
  }

  @Test(arguments: [
    ("1", "1"), ("1.0", "1"), ("-0", "0"), ("0.000", "0"), ("1e3", "1000"), ("1200e-2", "12"), ("-12.50e1", "-125"),
    ("9007199254740993", "9007199254740993"),
  ])
  func `whole numbers are written plainly`(_ text: String, _ expected: String) {
    #expect(decimal(text).isWhole)
    #expect(decimal(text).wholeText == expected)
  }

  @Test(arguments: ["1.5", "0.1", "1e-1", "-3.0001", "1e-999999999999"])
  func `fractions are not whole`(_ text: String) {
    #expect(!decimal(text).isWhole)
    #expect(decimal(text).wholeText == nil)
  }

  @Test func `huge whole numbers are not expanded`() {
    #expect(decimal("1e999").wholeText?.utf8.count == 1000)
    #expect(decimal("1e1000").wholeText == nil)
    #expect(decimal("1e999999999999999999999999").wholeText == nil)
    #expect(decimal("1e999999999999999999999999").isWhole)
  }

  @Test(
    arguments: [
      ("0", "3", true), ("9", "3", true), ("10", "3", false), ("0.3", "0.1", true), ("0.35", "0.1", false),
      ("1e400", "3", false), ("3e400", "3", true), ("1e999999999", "7", false), ("7e999999999", "7", true),
      ("4.35", "0.01", true), ("4.355", "0.01", false), ("-6", "4", false), ("-8", "4", true), ("1e-5", "1e-7", true),
      ("1e-7", "1e-5", false), ("123456789012345678901234567890", "10", true), ("19.99", "0.01", true),
      ("1", "2.5", false), ("5", "2.5", true), ("1e3", "999999999999999999", false),
    ] as [(String, String, Bool)])
  func `multiples are exact`(_ value: String, _ divisor: String, _ isMultiple: Bool) {
    #expect(decimal(value).isMultiple(of: decimal(divisor)) == isMultiple)
  }

  @Test(
    arguments: [
      ("1", true), ("0.01", true), ("999999999999999999", true), ("1e300", true), ("0", false), ("-1", false),
      ("1234567890123456789", false),
    ] as [(String, Bool)])
  func `divisors are positive and short`(_ text: String, _ isUsable: Bool) {
    #expect(decimal(text).isUsableAsDivisor == isUsable)
  }
}
