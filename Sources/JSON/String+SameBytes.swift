import CSystem
extension String {
  /// Whether both are the same UTF-8 bytes: Swift's own `==` takes the composed and the decomposed `é` for one.
  @inlinable
  package func hasSameBytes(as other: String) -> Bool {
    // Most texts differ in their length already, which costs nothing to ask.
    utf8.count == other.utf8.count && hasSameBytes(asEquallyLong: other)
  }

  @usableFromInline
  func hasSameBytes(asEquallyLong other: String) -> Bool {
    let count = utf8.count
    let areSame = utf8.withContiguousStorageIfAvailable { one in
      other.utf8.withContiguousStorageIfAvailable { other in
        guard let one = one.baseAddress, let other = other.baseAddress else { return true }
        return memcmp(one, other, count) == 0
      }
    }
    return (areSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}
