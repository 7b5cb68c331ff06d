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

/// Quoting for POSIX shells.
package enum ShellWord {
  /// Returns the word unchanged if a shell does, otherwise in single quotes.
  package static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.utf8.allSatisfy { $0.isASCIIAlphanumeric || "@%+=:,./-_".utf8.contains($0) }
    if isPlain { return word }
    // By scalars: with a combining mark after it, the quote is another character, but the shell reads bytes.
    return "'" + word.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
  }

  /// Returns a quoted path. A leading `~/` stays outside the quotes, where a shell expands it.
  package static func path(_ path: String) -> String {
    guard path.utf8.starts(with: "~/".utf8), path.utf8.count > 2 else { return quoted(path) }
    return "~/" + quoted(String(path.dropFirst(2)))
  }

  /// Returns a command line that can be pasted.
  package static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }
}
