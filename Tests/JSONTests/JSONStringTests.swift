import Testing

@testable import JSON

/// RFC 8259 section 7, and section 8.1: only UTF-8.
@Suite struct JSONStringTests {
  @Test(arguments: [
    (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0000""#, "\u{0}"),
    (#""\u0061\u00e9\u00E9""#, "aéé"), (#""\u20aC""#, "€"), (#""\uD83D\uDE00""#, "😀"), (#""\ud83d\ude00x""#, "😀x"),
    (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\uD800\uDC00""#, "\u{10000}"), (#""\uFFFF\uFFFE""#, "\u{FFFF}\u{FFFE}"),
    (#""\uFEFF""#, "\u{FEFF}"), (#""\\u0061""#, "\\u0061"), (#""\\\"""#, "\\\""), (#""a/b""#, "a/b"),
    ("\"\u{7F}\"", "\u{7F}"), ("\"é€😀\"", "é€😀"), ("\"\u{2028}\u{2029}\"", "\u{2028}\u{2029}"),
    ("\"\u{E000}\u{FFFF}\u{10FFFF}\"", "\u{E000}\u{FFFF}\u{10FFFF}"), ("\"'\"", "'"), ("\"//\"", "//"),
    ("\" \"", " "), ("\"[]{},:\"", "[]{},:"),
  ])
  func `valid strings are taken`(text: String, value: String) throws {
    let parsed = try #require(try JSONParser.parse(text).stringValue)
    #expect(parsed.utf8.elementsEqual(value.utf8))
  }

  @Test(
    arguments: [
      (#""\a""#, .badEscape, 1), (#""\x41""#, .badEscape, 1), (#""\'""#, .badEscape, 1), (#""\0""#, .badEscape, 1),
      (#""\U0041""#, .badEscape, 1), (#""ab\ ""#, .badEscape, 3), (#""\é""#, .badEscape, 1), (#""\😀""#, .badEscape, 1),
      (#""\u""#, .badEscape, 1), (#""\u0""#, .badEscape, 1), (#""\u00""#, .badEscape, 1), (#""\u004""#, .badEscape, 1),
      (#""\u00g0""#, .badEscape, 1), (#""\u+041""#, .badEscape, 1), (#""\u 041""#, .badEscape, 1),
      (#""\u{41}""#, .badEscape, 1), ("\"\\\n\"", .badEscape, 1), ("\"\\\u{0}\"", .badEscape, 1),
      (#""\uD800""#, .loneSurrogate, 1), (#""\uDC00""#, .loneSurrogate, 1), (#""\uD800x""#, .loneSurrogate, 1),
      (#""\uD800\n""#, .loneSurrogate, 1), (#""\uD800\uD800""#, .loneSurrogate, 1),
      (#""\uD800\u0041""#, .loneSurrogate, 1), (#""\uDC00\uD800""#, .loneSurrogate, 1),
      (#""ab\uDFFF""#, .loneSurrogate, 3), (#""\uD800\uDBFF\uDC00""#, .loneSurrogate, 1),
      (#""\uD800\u12""#, .badEscape, 7), (#""\uD800\u""#, .badEscape, 7), (#""\uD83D\uDE0""#, .badEscape, 7),
      ("\"\n\"", .controlCharacter, 1), ("\"a\tb\"", .controlCharacter, 2), ("\"\u{0}\"", .controlCharacter, 1),
      ("\"\u{1F}\"", .controlCharacter, 1), ("\"\r\"", .controlCharacter, 1),
      (#"{"\uD800":1}"#, .loneSurrogate, 2), ("{\"\n\":1}", .controlCharacter, 2), (#"{"\q":1}"#, .badEscape, 2),
    ] as [(String, JSONParseError.Reason, Int)])
  func `other strings are refused`(text: String, reason: JSONParseError.Reason, offset: Int) {
    #expect(throws: JSONParseError(reason: reason, offset: offset)) { try JSONParser.parse(text) }
  }

  @Test(arguments: [
    (#""Pizza \ud83d""#, "Pizza \u{FFFD}"), (#""\uDC00x""#, "\u{FFFD}x"), (#""\uD800\n""#, "\u{FFFD}\n"),
    (#""\uD800\uD800""#, "\u{FFFD}\u{FFFD}"), (#""\uD800\u0041""#, "\u{FFFD}A"), (#""\uD83D\uDE00""#, "😀"),
    (#""\uD800\uD83D\uDE00""#, "\u{FFFD}😀"),
  ])
  func `half of a surrogate pair is replaced if that is asked for`(text: String, value: String) throws {
    let parsed = try JSONParser.parse(Array(text.utf8)[...], replacesLoneSurrogates: true)
    #expect(parsed.stringValue?.utf8.elementsEqual(value.utf8) == true)
  }

  @Test(arguments: [#""\uD800\u12""#, #""\uD83""#, #""\uD800\x""#, "\"\u{1}\"", #"{"a":1,"a":2}"#])
  func `nothing else is accepted then`(text: String) {
    #expect(throws: JSONParseError.self) {
      try JSONParser.parse(Array(text.utf8)[...], replacesLoneSurrogates: true)
    }
  }

  @Test func `every control character must be escaped`() {
    for byte in UInt8(0)..<0x20 {
      #expect(throws: JSONParseError(reason: .controlCharacter, offset: 1)) {
        try JSONParser.parse([0x22, byte, 0x22])
      }
    }
  }

  /// Unicode 16, table 3-7 (well-formed UTF-8 byte sequences): one case at each of its edges.
  @Test(
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x22], [0xC2, 0xC2], [0xE0, 0x80, 0x80],
      [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xAF, 0xBF], [0xED, 0xBF, 0xBF],
      [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
      [0xFC, 0x84, 0x80, 0x80, 0x80],
      [0xFE], [0xFF], [0xFF, 0xFE], [0x61, 0xE9, 0x62],
    ] as [[UInt8]])
  func `invalid UTF-8 is refused in values and names`(bytes: [UInt8]) {
    for text in [[0x22] + bytes + [0x22], Array("\"\\n".utf8) + bytes + [0x22]] {
      #expect(throws: JSONParseError(reason: .invalidUTF8, offset: 0)) { try JSONParser.parse(text) }
    }
    #expect(throws: JSONParseError(reason: .invalidUTF8, offset: 1)) {
      try JSONParser.parse(Array("{\"".utf8) + bytes + Array("\":1}".utf8))
    }
  }

  @Test(
    arguments: [
      [0xFF, 0xFE, 0x31, 0x00], [0xFE, 0xFF, 0x00, 0x31], [0x31, 0x00], [0x5B, 0x00, 0x5D, 0x00], [0xE9],
      [0x5B, 0xFF, 0x5D],
    ] as [[UInt8]])
  func `other encodings are refused`(bytes: [UInt8]) {
    #expect(throws: JSONParseError.self) { try JSONParser.parse(bytes) }
  }

  @Test func `every scalar comes through raw and escaped`() throws {
    for value in stride(from: UInt32(0x20), to: 0x11_0000, by: 37) {
      guard let scalar = Unicode.Scalar(value), value != 0x22, value != 0x5C else { continue }
      let escaped = String(scalar).utf16.map { unit in
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined()
      try #require(
        JSONParser.parse("\"\(Character(scalar))\"").stringValue?.unicodeScalars.elementsEqual([scalar]) == true)
      try #require(JSONParser.parse("\"\(escaped)\"").stringValue?.unicodeScalars.elementsEqual([scalar]) == true)
    }
  }
}
