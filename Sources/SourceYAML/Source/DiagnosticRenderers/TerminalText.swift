/// How text appears on a terminal: how wide it is, and nothing in it that the terminal would obey.
enum TerminalText {
  /// The text with control and formatting characters made visible, such as escape sequences and changes of direction.
  static func safe(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars { result += visible(scalar).text }
    return result
  }

  /// What to print for a code point, and how many terminal cells that takes.
  static func visible(_ scalar: Unicode.Scalar) -> (text: String, cells: Int) {
    if scalar.value >= 0x20, scalar.value < 0x7F { return (String(scalar), 1) }
    if scalar == "\t" { return ("    ", 4) }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      let text = "<U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + ">"
      return (text, text.utf8.count)
    case .nonspacingMark, .enclosingMark: return (String(scalar), 0)
    default: return (String(scalar), isWide(scalar) ? 2 : 1)
    }
  }

  /// Unicode Standard Annex 11: wide and fullwidth characters, by their blocks, and emoji.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18DFF, 0x1B000...0x1B2FF, 0x1F200...0x1F2FF,
      0x20000...0x3FFFD:
      true
    default: scalar.properties.isEmojiPresentation
    }
  }
}
