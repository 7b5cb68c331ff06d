import Testing

@testable import Platform

@Suite struct FNV1aTests {
  /// Vectors of draft-eastlake-fnv.
  @Test(arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)])
  func `the published vectors hold`(text: String, hash: UInt64) {
    #expect(FNV1a.hash(text.utf8) == hash)
    #expect(FNV1a.hash(text.utf8, salt: 1) != hash)
  }
}
