import JSON
import Testing

@testable import Rules

@Suite struct MoneyTests {
  @Test(
    arguments: [
      ("50", 5000), ("50.5", 5050), ("50.00", 5000), ("0", 0), ("0.01", 1), ("9999999999.99", 999_999_999_999),
    ] as [(String, Int64)])
  func `dollars become exact cents`(_ text: String, _ cents: Int64) throws {
    #expect(try Money(text).cents == cents)
  }

  @Test(
    arguments: [
      ("-1", .sign), ("-0", .sign), ("5e1", .exponent), ("1E400", .exponent), ("1.005", .thirdDecimal),
      ("1.000", .thirdDecimal), ("10000000000", .tooLarge), ("9999999999.991", .thirdDecimal), ("+5", .notANumber),
      ("1,000", .notANumber), (" 50", .notANumber), ("0x32", .notANumber), ("", .notANumber), ("050", .notANumber),
      ("5.", .notANumber), (".5", .notANumber), ("$5", .notANumber), ("999999999999999999999999999999", .tooLarge),
      ("99999999999999999999e1", .exponent),
    ] as [(String, MoneyError)])
  func `other texts are not money`(_ text: String, _ expected: MoneyError) {
    #expect(throws: expected) { try Money(text) }
  }

  @Test(arguments: [(5000, "50.00", "50"), (5050, "50.50", "50.5"), (5025, "50.25", "50.25"), (7, "0.07", "0.07")])
  func `amounts are written with two places or as the shortest number`(
    _ cents: Int64, _ text: String, _ shortest: String
  ) {
    #expect(Money(cents: cents).description == text)
    #expect(Money(cents: cents).dollars.text == shortest)
  }
}
