import Testing

@testable import JSON

/// RFC 8259 section 6.
@Suite struct JSONNumberTests {
  @Test(arguments: [
    "0", "-0", "1", "-1", "10", "123456789012345678901234567890", "0.0", "-0.0", "1.10", "0.1", "1e5", "1E5", "1e+5",
    "1e-5", "0e0", "0E+0", "-0e-0", "1.5e300", "1e400", "-1e-400", "1e00", "100.00", "0.00000000000000000001",
    "9007199254740993", "1.7976931348623157e309",
  ])
  func `a number keeps its exact text`(text: String) throws {
    #expect(JSONNumber(text)?.text == text)
    let value = try JSONParser.parse("[\(text)]")
    #expect(JSONWriter.text(value) == "[\(text)]")
  }

  @Test(arguments: [
    "", "-", "+1", "--1", "-+1", "01", "-01", "00", "1.", "-1.", ".5", "-.5", "1.e5", "1e", "1E", "1e+", "1e-", "1.5e",
    "1e5.5", "0x1F", "0b1", "1_000", "1,000", "1 ", " 1", "1a", "NaN", "-NaN", "Infinity", "-Infinity", "1f", "1٠", "１",
    "1e１", "-a", "1-", "1+1", "1/2", "0.1.2", "1ee5", "\u{661}",
  ])
  func `other texts are not numbers`(text: String) {
    #expect(JSONNumber(text) == nil)
    // In an array, an empty text is not an element, and spaces may surround an element.
    if text.isEmpty || text.contains(" ") { return }
    #expect(throws: JSONParseError.self) { try JSONParser.parse("[\(text)]") }
  }

  @Test(
    arguments: [
      ("-", .badNumber, 0), ("01", .badNumber, 0), ("[-01]", .badNumber, 1), ("1.", .badNumber, 0),
      ("1e", .badNumber, 0),
      ("-a", .badNumber, 0), ("0x1", .trailingBytes, 1), ("+1", .unexpectedByte, 0), (".5", .unexpectedByte, 0),
      ("[1a]", .unexpectedByte, 2),
    ] as [(String, JSONParseError.Reason, Int)])
  func `a bad number is reported at its start`(text: String, reason: JSONParseError.Reason, offset: Int) {
    #expect(throws: JSONParseError(reason: reason, offset: offset)) { try JSONParser.parse(text) }
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("42", 42), ("-42", -42), ("9223372036854775807", .max), ("-9223372036854775808", .min),
      ("9223372036854775808", nil), ("1.0", nil), ("1e2", nil), ("1e0", nil),
    ] as [(String, Int?)])
  func `only a plain integer has an int value`(text: String, value: Int?) throws {
    #expect(try #require(JSONNumber(text)).intValue == value)
  }

  @Test func `numbers are equal if their texts are`() {
    #expect(JSONNumber("1.0") == JSONNumber("1.0"))
    #expect(JSONNumber("1.0") != JSONNumber("1.00"))
    #expect(JSONNumber(7) == JSONNumber("7"))
  }
}
