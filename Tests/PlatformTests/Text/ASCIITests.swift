import Platform
import Testing

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
    }
  }
}
