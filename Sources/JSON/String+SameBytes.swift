#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension String {
  /// Whether both are the same UTF-8 bytes: Swift's own `==` takes the composed and the decomposed `é` for one.
  package func hasSameBytes(as other: String) -> Bool {
    let count = utf8.count
    // Most texts differ in their length already, which costs nothing to ask.
    guard count == other.utf8.count else { return false }
    let areSame = utf8.withContiguousStorageIfAvailable { one in
      other.utf8.withContiguousStorageIfAvailable { other in
        guard let one = one.baseAddress, let other = other.baseAddress else { return true }
        return memcmp(one, other, count) == 0
      }
    }
    return (areSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}
