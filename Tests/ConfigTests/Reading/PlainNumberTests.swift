import Testing

@testable import Config

@Suite struct PlainNumberTests {
  @Test(
    arguments: [
      ("$500", "500"), ("1,000", "1000"), ("1,000.50", "1000.50"), ("1_000_000", "1000000"), ("500 USD", "500"),
      ("USD 1000", "1000"),
      ("US$1,000", "1000"), ("€500", nil), ("500 £", nil),
      ("100,50", nil), ("1,00", nil), ("1.000,50", "1000.50"), ("1,0000", nil), ("1234,567", nil), (",500", nil),
      ("abc", nil), ("500", nil), ("25 00", nil), ("5 0", nil), ("1 000", "1000"), ("1$000", nil), ("1 000 50", nil),
      (" $ 1\u{202F}000,50 ", "1000.50"), ("1\u{A0}000", "1000"), ("500$", "500"), ("$$5", nil), ("1.5 0", nil),
      ("", nil),
    ])
  func `thousands separators and a currency sign are dropped, but no other comma is`(text: String, number: String?) {
    #expect(plainNumber(text) == number)
  }
}
