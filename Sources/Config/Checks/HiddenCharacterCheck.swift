import Platform
import Rules
import SourceYAML

/// A check that text passed verbatim to the model contains no character that a person cannot see.
enum HiddenCharacterCheck {
  static func check(_ text: ModelText, _ context: inout ReadingContext) {
    var source = text.source
    guard source.text.utf8.contains(where: { $0 < 0x20 || $0 > 0x7E }) else { return }
    var previous: Unicode.Scalar?
    var hidden: [(scalar: Unicode.Scalar, offset: Int)] = []
    var offset = 0
    for (scalar, next) in Neighbors(source.text) {
      // Line breaks and tabs are visible as blanks.
      if scalar != "\n", scalar != "\t", VisibleText.isHidden(scalar, after: previous, before: next) {
        hidden.append((scalar, offset))
      } else {
        previous = scalar
      }
      offset += UTF8.width(scalar)
    }
    guard let first = hidden.first else { return }
    context.report(
      .hiddenCharacter,
      "\(quoted(text.key)) contains the hidden character \(described(first.scalar))"
        + (hidden.count > 1 ? " and \(hidden.count - 1) more" : ""),
      help: "delete it, or type the text again: the model would read what you cannot see",
      at: source.range(ofUTF8: first.offset..<first.offset + UTF8.width(first.scalar)))
  }
}

extension DiagnosticKind {
  static let hiddenCharacter = DiagnosticKind(
    "hidden-character", .error, "an invisible character in a text for the model",
    "Titles, descriptions and instructions reach the model word for word. Direction controls, tag characters, variation "
      + "selectors and zero-width characters can hide words in them that only the model reads.",
    example: DiagnosticExample.rule("title: Save⟦\u{200B}→⟧ now"))
}
