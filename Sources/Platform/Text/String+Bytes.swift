import CSystem

extension String {
  /// Whether both strings have the same UTF-8 bytes. Swift's `==` also equates canonically equivalent strings, such as composed
  /// and decomposed `é`.
  @inlinable
  package func hasSameBytes(as other: String) -> Bool {
    // Comparing lengths is free and rules out most pairs.
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

/// A text that is compared by its UTF-8 bytes.
package struct ByteText: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (one: ByteText, other: ByteText) -> Bool { one.text.hasSameBytes(as: other.text) }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
