import Testing

@testable import Platform

@Suite struct ASCIITests {
  private static let digits = "0123456789"
  private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

  @Test func `each byte is in the classes of its character alone`() {
    for byte in UInt8.min...UInt8.max {
      let isDigit = Self.digits.utf8.contains(byte)
      let isLetter = Self.letters.utf8.contains(byte)
      #expect(byte.isASCIIDigit == isDigit && byte.isASCIILetter == isLetter, "\(byte)")
      #expect(byte.isASCIIAlphanumeric == (isDigit || isLetter), "\(byte)")
      #expect(byte.isASCIIHexDigit == "0123456789ABCDEFabcdef".utf8.contains(byte), "\(byte)")
      #expect(byte.isASCIISpace == " \t\r\n".utf8.contains(byte), "\(byte)")
    }
  }
}

struct CollectionPartTests {
  @Test(arguments: [
    ("Vacation pod", "pod"), ("pod", "pod"), ("pod", ""), ("", ""), ("ppod", "pod"), ("caf\u{E9}", "e\u{301}"),
  ])
  func `a text holds its parts`(_ text: String, _ part: String) {
    #expect(text.contains(part: part))
  }

  @Test(arguments: [("Vacation pod", "Pod"), ("po", "pod"), ("", "p"), ("caf\u{E9}", "e")])
  func `anything else is not a part`(_ text: String, _ part: String) {
    #expect(!text.contains(part: part))
  }

  @Test func `parts of bytes are found`() {
    #expect([UInt8]("jsonrpc".utf8).contains(part: Array("rpc".utf8)))
    #expect(![UInt8]("caf\u{E9}".utf8).contains(part: Array("e\u{301}".utf8)))
  }
}

@Suite struct SameBytesTests {
  @Test(arguments: ["", "a", "fifteen letters", "sixteen letters!", "é", String(repeating: "ü", count: 40)])
  func `a text has the same bytes as its copy`(_ text: String) {
    #expect(text.hasSameBytes(as: String(decoding: Array(text.utf8), as: UTF8.self)))
  }

  @Test(arguments: [
    ("a", "b"), ("a", "ab"), ("a long text that differs at its end", "a long text that differs at its enD"),
    // Swift's own `==` equates the two texts of each pair.
    ("\u{E9}", "e\u{301}"), ("a\u{301}\u{323}", "a\u{323}\u{301}"),
  ])
  func `other bytes are another text`(_ one: String, _ other: String) {
    #expect(!one.hasSameBytes(as: other))
    #expect(!other.hasSameBytes(as: one))
  }
}

@Suite struct TextEncodingTests {
  @Test(
    arguments: [
      [0xFF, 0xFE], [0xFE, 0xFF, 0, 0x7B], [0x7B, 0], [0, 0x7B], [0x7B, 0, 0x7D], [0, 0x7B, 0, 0x7D, 0, 0x0A],
      Array("{\0}\0 \0 \0 ".utf8),
    ] as [[UInt8]])
  func `a mark or a 0 in every other byte is UTF-16`(bytes: [UInt8]) {
    #expect(TextEncoding.isUTF16(bytes))
    #expect(TextEncoding.fault(ofFile: bytes) == "the file is UTF-16; save it as UTF-8")
  }

  @Test(arguments: [[], [0], [0x7B], [0, 0x7B, 0x7D], [0x7B, 0, 0, 0x7D], [0, 0], Array("{}\0".utf8)] as [[UInt8]])
  func `a 0 elsewhere is not`(bytes: [UInt8]) {
    #expect(!TextEncoding.isUTF16(bytes))
    #expect(TextEncoding.fault(ofFile: bytes) == nil)
  }

  @Test func `a byte order mark of UTF-8 is named as such`() {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF, 0x7B, 0x7D]
    #expect(TextEncoding.hasMark(bytes) && !TextEncoding.isUTF16(bytes))
    #expect(
      TextEncoding.fault(ofFile: bytes) == "the file begins with a byte order mark; save it as UTF-8 without one")
  }
}
