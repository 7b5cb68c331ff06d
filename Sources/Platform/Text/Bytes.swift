import CSystem

/// The classes of ASCII characters, for the bytes of UTF-8.
extension UInt8 {
  /// Whether it is one of `0` to `9`.
  @inlinable package var isASCIIDigit: Bool { self &- 0x30 < 10 }

  /// Whether it is one of `A` to `Z` and `a` to `z`.
  @inlinable package var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }

  /// Whether it is a letter or a digit.
  @inlinable package var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }

  /// Whether it is a letter, a digit or `_`.
  @inlinable package var isASCIIWord: Bool { isASCIIAlphanumeric || self == 0x5F }

  /// Whether it is one of `0` to `9`, `A` to `F` and `a` to `f`.
  @inlinable package var isASCIIHexDigit: Bool { isASCIIDigit || (self | 0x20) &- 0x61 < 6 }

  /// Whether it is a space, a tab, a line feed or a carriage return: the white space of JSON, YAML, TOML and HTTP.
  @inlinable package var isASCIISpace: Bool { self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D }
}

extension Collection where Element: Equatable {
  /// Whether `part` occurs as a contiguous run; always true for an empty `part`. Strings compare by canonical equivalence.
  /// The standard library's own search would link its regular expressions, a seventh of the whole executable.
  @inlinable
  package func contains(part: some Collection<Element>) -> Bool {
    var rest = self[...]
    while !rest.starts(with: part) {
      guard rest.popFirst() != nil else { return false }
    }
    return true
  }
}

extension [UInt8] {
  /// Returns the character that starts at `index`; nil at `end` and for invalid UTF-8.
  package func character(at index: Int, before end: Int) -> (scalar: Unicode.Scalar, length: Int)? {
    var rest = self[index..<Swift.max(index, Swift.min(index + 4, end))].makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    guard case .valid(let encoded) = parser.parseScalar(from: &rest) else { return nil }
    return (Unicode.UTF8.decode(encoded), encoded.count)
  }
}

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
    if case let areSame?? = areSame { return areSame }
    return utf8.elementsEqual(other.utf8)
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

/// How bytes that should be UTF-8 are encoded instead.
package enum TextEncoding {
  /// Whether the text begins with UTF-8's byte order mark.
  package static func hasMark(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: [0xEF, 0xBB, 0xBF]) }

  /// Whether the text is UTF-16: it begins with a byte order mark, or every other of its first bytes is 0, as in ASCII of
  /// either byte order.
  package static func isUTF16(_ bytes: some Sequence<UInt8>) -> Bool {
    let start = Array(bytes.prefix(8))
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return true }
    return start.count > 1
      && [0, 1].contains { order in start.enumerated().allSatisfy { ($0.offset % 2 == order) == ($0.element == 0) } }
  }

  /// Returns what is wrong with a file's encoding; nil if its bytes may be UTF-8 without a byte order mark. Windows editors
  /// write the others, and clients read them inconsistently.
  package static func fault(ofFile bytes: [UInt8]) -> String? {
    if hasMark(bytes) { return "the file begins with a byte order mark; save it as UTF-8 without one" }
    return isUTF16(bytes) ? "the file is UTF-16; save it as UTF-8" : nil
  }
}
