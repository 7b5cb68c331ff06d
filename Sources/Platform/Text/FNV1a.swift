/// FNV-1a with 64 bits: a hash that is the same on every machine. Not for security: collisions are easy to construct.
package enum FNV1a {
  /// - Parameter salt: Another one gives another hash of the same bytes.
  package static func hash(_ bytes: some Sequence<UInt8>, salt: UInt64 = 0) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325 ^ salt) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
