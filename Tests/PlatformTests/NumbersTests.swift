import Platform
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

@Suite struct PaddedTests {
  @Test func `digits get leading zeros and are never cut`() {
    #expect(7.padded(2) == "07" && 2026.padded(2) == "2026" && 0o17.padded(3, radix: 8) == "017")
    #expect(UInt8(0xAB).padded(4, radix: 16, uppercase: true) == "00AB")
  }
}

@Suite struct SeededRandomTests {
  /// The first numbers of the published SplitMix64 for this seed.
  @Test func `a seed gives the published sequence`() {
    var random = SeededRandom(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in random.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }
}
