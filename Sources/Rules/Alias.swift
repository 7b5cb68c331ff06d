import Platform

/// The syntax of aliases: names of tools that every client accepts.
package enum Alias {
  /// In characters.
  package static let maxLength = 64

  /// The reason a text is not an alias.
  package enum Fault: Sendable, Hashable {
    /// It would be one if it were not over `maxLength`.
    case tooLong
    /// It does not consist of a letter, and then letters, digits, `_` and `-`.
    case malformed
  }

  /// Returns the reason the text is not an alias, or nil.
  package static func fault(of text: String) -> Fault? {
    guard text.utf8.first?.isASCIILetter == true, text.utf8.allSatisfy(isAllowed) else { return .malformed }
    return text.utf8.count > maxLength ? .tooLong : nil
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  /// Returns the text in the characters of an alias, `move_to_savings` for `Move to savings`. It may be too long, begin with a
  /// digit or be empty.
  package static func spelling(of text: String) -> String {
    let words = text.utf8.split { !$0.isASCIIAlphanumeric }
    let bytes = words.joined(separator: [UInt8(ascii: "_")]).map { $0.isASCIILetter ? $0 | 0x20 : $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}
