import Platform

/// The syntax of Sequence's rule ids.
package enum RuleID {
  /// Whether the text can be a rule id: 1 to 128 visible ASCII characters without `/`, and neither `.` nor `..`, which URL path
  /// normalization would remove.
  package static func isValid(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") } && lengths.contains(text.utf8.count)
      && text != "." && text != ".."
  }

  /// In characters.
  package static let lengths = 1...128

  /// The characters that `isValid` accepts, as a pattern for a published schema.
  package static let pattern = try? Pattern("[!-.0-~]+")

  /// Whether the text is a documentation placeholder for an id: `YOUR_RULE_ID`, `<rule id>`, `{rule_id}`.
  package static func isPlaceholder(_ text: String) -> Bool {
    if [("<", ">"), ("{", "}"), ("[", "]"), ("$", "")].contains(where: { text.hasPrefix($0) && text.hasSuffix($1) }) {
      return true
    }
    let word = String(decoding: text.lowercased().utf8.filter(\.isASCIILetter), as: UTF8.self)
    return ["ruleid", "replaceme", "changeme", "placeholder", "xxx", "todo"].contains(word)
      || ["yourrule", "yourid", "myruleid", "insertrule", "replacewith", "pasterule"].contains(where: word.hasPrefix)
  }

  /// The reason a text is not the id of a rule.
  package enum Fault: Sendable, Hashable {
    /// A URL, with the id in it if there is one.
    case address(id: String?)
    /// Text with a `/`, with the id in it if there is one.
    case path(id: String?)
    case placeholder
    /// `isValid` is false for another reason.
    case malformed
  }

  /// Returns the reason the text is not the id of a rule, or nil.
  package static func fault(of text: String) -> Fault? {
    if text.utf8.contains(UInt8(ascii: "/")) {
      return text.contains(part: "://") ? .address(id: inURL(text)) : .path(id: inURL(text))
    }
    if isPlaceholder(text) { return .placeholder }
    return isValid(text) ? nil : .malformed
  }

  /// Returns the id in a rule's URL, as pasted from a browser or the API's documentation: the part after `rules/`.
  package static func inURL(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "/")) else { return nil }
    let path = text.prefix { $0 != "?" && $0 != "#" }
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.firstIndex(where: { $0 == "rules" || $0 == "rule" }), name + 1 < parts.count,
      isValid(parts[name + 1]), !isPlaceholder(parts[name + 1])
    else { return nil }
    return parts[name + 1]
  }

  /// Returns the id in lower case, without dashes, so that another spelling of an id cannot bypass caps. The ledger's digests
  /// and sums depend on it, so it keeps every other character: two ids that differ in one may be two rules.
  package static func normalized(_ ruleID: String) -> String {
    String(decoding: ruleID.utf8.filter { $0 != UInt8(ascii: "-") }.map(lowercased), as: UTF8.self)
  }

  /// Whether two ids have the same letters and digits, in any case. Stricter than `normalized`: it only refuses, where an id in
  /// any spelling that Sequence may accept, such as a UUID in braces, must not bypass the caps of a declared rule.
  package static func isSpelling(_ ruleID: String, of other: String) -> Bool {
    plain(ruleID).elementsEqual(plain(other))
  }

  /// What all spellings of an id have in common.
  package static func plain(_ ruleID: String) -> [UInt8] {
    let letters = ruleID.utf8.filter(\.isASCIIAlphanumeric)
    return letters.isEmpty ? Array(ruleID.utf8) : letters.map(lowercased)
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
