/// Text that somebody else wrote (an account's name, an API's message) on its way to a model or a terminal.
package enum UntrustedText {
  /// The text without control, invisible and direction-changing characters, cut to a length.
  ///
  /// Line breaks and tabs become spaces. What is taken out can hide text from a person, reorder what is shown, drive a
  /// terminal, or carry words that only a model sees (the tag characters). Takes time linear in `limit`, not in the text,
  /// where nothing is taken out.
  /// - Parameter limit: how many Unicode code points may stay, the ellipsis of a cut included.
  package static func clean(_ text: String, limit: Int = 200) -> String {
    var result = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars where !isHidden(scalar) {
      if count == limit {
        if !result.isEmpty { result.removeLast() }
        if limit > 0 { result.append("…") }
        break
      }
      result.append(isBreak(scalar) ? " " : scalar)
      count += 1
    }
    return String(result)
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x85: false
    case 0..<0x20, 0x7F..<0xA0: true  // control
    case 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2060...0x206F, 0xFEFF: true  // zero width, directions
    case 0x202A...0x202E: true  // direction embeddings and overrides
    case 0x115F, 0x1160, 0x3164, 0xFFA0: true  // letters without a shape
    case 0xFFF9...0xFFFB, 0xE0000...0xE0FFF: true  // annotations, tags and the variation selectors that smuggle bytes
    default: false
    }
  }
}
