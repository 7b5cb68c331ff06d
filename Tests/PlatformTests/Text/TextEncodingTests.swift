import Testing

@testable import Platform

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
