/// How bytes that should be UTF-8 are encoded instead.
package enum TextEncoding {
  /// Whether the text begins with UTF-8's byte order mark.
  package static func hasMark(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: [0xEF, 0xBB, 0xBF]) }

  /// Whether the text is UTF-16: it begins with a byte order mark, or every other of its first bytes is 0, as in ASCII of either
  /// byte order.
  package static func isUTF16(_ bytes: some Sequence<UInt8>) -> Bool {
    let start = Array(bytes.prefix(8))
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return true }
    return start.count > 1
      && [0, 1].contains { order in start.enumerated().allSatisfy { ($0.offset % 2 == order) == ($0.element == 0) } }
  }

  /// Returns what is wrong with a file's encoding; nil if its bytes may be UTF-8 without a byte order mark. Windows editors write
  /// the others, and clients read them inconsistently.
  package static func fault(ofFile bytes: [UInt8]) -> String? {
    if hasMark(bytes) { return "the file begins with a byte order mark; save it as UTF-8 without one" }
    return isUTF16(bytes) ? "the file is UTF-16; save it as UTF-8" : nil
  }
}
