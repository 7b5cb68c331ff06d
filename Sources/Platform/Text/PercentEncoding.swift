/// The encoding of text in URLs (RFC 3986 section 2).
package enum PercentEncoding {
  /// Returns the text with `%XX` in place of every byte that is not unreserved.
  /// - Parameter kept: Other characters that stay as they are.
  package static func encode(_ text: String, keeping kept: String = "") -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte.isASCIIAlphanumeric || "-._~".utf8.contains(byte) || kept.utf8.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += ("%" + byte.padded(2, radix: 16, uppercase: true)).utf8
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
