import Platform
import Testing

@Suite struct UUIDTextTests {
  @Test func `a random UUID is of version four`() {
    let uuids = (0..<100).map { _ in UUIDText.random() }
    #expect(Set(uuids).count == 100)
    for uuid in uuids {
      let bytes = Array(uuid.utf8)
      #expect(UUIDText.isValid(bytes))
      #expect(bytes[14] == UInt8(ascii: "4"))
      #expect("89ab".utf8.contains(bytes[19]))
    }
  }
}

@Suite struct HexTests {
  @Test(
    arguments: [
      ("0", 0), ("00e9", 0xE9), ("00E9", 0xE9), ("9aAfF", 0x9AAFF), ("ffffffff", .max),
      // No sign, nothing else, and no more than 32 bits.
      ("", nil), ("+041", nil), ("-1", nil), ("0x1", nil), ("g", nil), ("1 ", nil), ("\u{661}", nil),
      ("000000000", nil),
    ] as [(String, UInt32?)])
  func `only digits are a number`(digits: String, number: UInt32?) {
    #expect(Hex.value(digits.utf8) == number)
  }

  @Test(
    arguments: [
      ("0", 0), ("9abcdef", 0x9ABCDEF), ("ffffffffffffffff", .max), ("A", nil), ("g", nil), ("-1", nil), (" 1", nil),
      ("00000000000000000", nil),
    ] as [(String, UInt64?)])
  func `only lower-case digits are a number of the ledger`(digits: String, number: UInt64?) {
    #expect(Array(digits.utf8).withUnsafeBufferPointer { Hex.lowercaseValue($0) } == number)
  }

  @Test func `a number has leading zeros`() {
    #expect(Hex.digits(0xE9) == "00000000000000e9" && Hex.digits(0xE9, count: 1) == "e9")
  }
}
