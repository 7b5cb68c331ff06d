import Testing

@testable import SourceYAML

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

  @Test func `a number whose commas tell no number is reported all the same`() {
    let help = Array("5190,973}".utf8).withUnsafeBufferPointer { CutNumber(in: $0, from: 0)?.help(of: "a") }
    #expect(help == "write it without commas")
  }

  @Test(
    arguments: [
      ("1,000}", "1000"), ("$1,000.00 ", "1000.00"), ("-1,50,", "-1.50"), ("1, 000\n", "1000"), ("1,b", nil),
      ("1.5}", nil),
      // Each of a thousand faults on a line would read it to its end.
      ("1" + String(repeating: ",000", count: 100) + "}", nil),
    ])
  func `a short number that its commas cut is put together`(text: String, number: String?) {
    let meant = Array(text.utf8).withUnsafeBufferPointer { CutNumber(in: $0, from: 0)?.meant }
    #expect(meant == number)
  }
}
