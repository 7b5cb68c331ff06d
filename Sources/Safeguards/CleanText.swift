/// Text from a file or a server, made fit for a message and a terminal.
enum CleanText {
  /// The text without control, zero-width and direction-changing characters, its lines joined by spaces, cut to `limit` code points.
  static func line(_ text: String, limit: Int) -> String {
    var scalars = String.UnicodeScalarView()
    var count = 0
    var isSpace = true
    for scalar in text.unicodeScalars {
      let isBreak = scalar.properties.isWhitespace
      if isBreak ? isSpace : isInvisible(scalar) { continue }
      guard count < limit else {
        scalars.append("…")
        break
      }
      scalars.append(isBreak ? " " : scalar)
      isSpace = isBreak
      count += 1
    }
    if scalars.last == " " { scalars.removeLast() }
    return String(scalars)
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: true
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
