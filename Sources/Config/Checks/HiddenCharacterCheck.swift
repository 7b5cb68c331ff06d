import Platform
import Rules
import SourceYAML

/// What reaches the model word for word may hold nothing that a person who reads it cannot see.
enum HiddenCharacterCheck {
  static func check(_ rule: Rule, _ scope: SectionScope, _ context: inout ReadingContext) {
    check(["title", "description"], scope, &context)
    for entry in scope.node["parameters"]?.entries ?? [] {
      check(entry.value["description"], "description", &context)
    }
  }

  static func check(_ settings: ServerSettings, _ scope: SectionScope, _ context: inout ReadingContext) {
    check(["title", "instructions"], scope, &context)
  }

  private static func check(_ keys: [String], _ scope: SectionScope, _ context: inout ReadingContext) {
    for key in keys { check(scope.node[key], key, &context) }
  }

  private static func check(_ node: YAMLNode?, _ key: String, _ context: inout ReadingContext) {
    guard let node, let text = node.scalarText, text.utf8.contains(where: { $0 < 0x20 || $0 > 0x7E }) else { return }
    var previous: Unicode.Scalar?
    var first: (scalar: Unicode.Scalar, offset: Int)?
    var count = 0
    var offset = 0
    for (scalar, next) in Neighbors(text) {
      // Line breaks and tabs are seen as blanks.
      if scalar != "\n", scalar != "\t", VisibleText.isHidden(scalar, after: previous, before: next) {
        first = first ?? (scalar, offset)
        count += 1
      } else {
        previous = scalar
      }
      offset += UTF8.width(scalar)
    }
    guard let first else { return }
    let name = first.scalar.properties.name.map { " (\($0.lowercased()))" } ?? ""
    context.report(
      .hiddenCharacter,
      "\(quoted(key)) holds the hidden character \(VisibleText.escape(first.scalar))\(name)"
        + (count > 1 ? " and \(count - 1) more" : ""),
      help: "delete it, or type the text anew: the model would read what you cannot see",
      at: node.range(ofUTF8Offset: first.offset, count: UTF8.width(first.scalar)))
  }
}

extension DiagnosticRule {
  static let hiddenCharacter = DiagnosticRule(
    "hidden-character", .error, "a character that nobody sees in a text for the model",
    "Titles, descriptions and instructions reach the model word for word. Controls that turn the direction of the text, tag "
      + "characters, variation selectors, and characters without width can hide words in them, which only the model reads.",
    bad: DiagnosticExample.rule("title: Save⟦\u{200B}⟧ now"), good: DiagnosticExample.rule("title: Save now"))
}
