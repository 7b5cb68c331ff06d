import JSON
import Platform
import Rules
import SourceYAML

/// A check for a safeguard that is indented too far, so that YAML reads it as a part of the payload or of a text above it.
enum MisplacedSafeguardCheck {
  static func check(_ draft: RuleDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    for text in draft.texts { check(text.source, text.key, absentKeys(of: scope), &context) }
    guard draft.rule.api == .remote, let payload = draft.payload?.value else { return }
    for text in payload.texts { check(text.source, text.key ?? "payload", absentKeys(of: scope), &context) }
    let named = payload.lineKeys.filter { safeguards.contains($0.name.lowercased()) }
    if named.isEmpty { return }
    let absent = absentKeys(of: scope)
    let keys = named.filter { key in
      absent.contains(key.name) && !key.isNested || absent.contains(key.name.lowercased()) && isSafeguard(key)
    }
    guard let first = keys.first else { return }
    let place = place(of: first.name, "payload")
    let isMerged = isMerged(first.name.lowercased(), scope)
    context.report(
      .misplacedSafeguard, severity: isMerged ? .warning : .error,
      "\(quoted(first.name)) is inside the payload: it would be sent to Sequence and "
        + (isMerged ? "not replace the merged one" : "guard nothing"),
      help: "\(place); a key of the payload with that name is written in quotes: "
        + "\"\(first.name)\":",
      at: first.range, related: keys.dropFirst().map { ("\(quoted($0.name)) is a part of it as well", $0.range) })
  }

  /// Checks the description of a parameter for a bound of its value.
  static func check(_ draft: ParameterDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard let text = draft.description?.value else { return }
    check(text, "description", ParameterKeyword.allCases.map(\.rawValue).filter { !scope.setsItself($0) }, &context)
  }

  static func check(_ draft: ServerDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    if scope.setsItself("read_only") { return }
    for text in draft.texts { check(text.source, text.key, ["read_only"], &context) }
  }

  /// The keys that guard a rule.
  private static let safeguards = ["limits", "confirm", "enabled", "dedupe_window"] + LimitsDraft.capKeys

  /// Returns the keys that guard a rule and that this one does not have itself. A merged one may allow more.
  private static func absentKeys(of scope: SectionScope) -> [String] {
    var caps: [String] = []
    if let limits = scope.entry("limits"), !limits.isMerged, case .mapping(let entries) = limits.value.content {
      caps = entries.filter { !$0.isMerged }.map(\.key)
    }
    return safeguards.filter { !caps.contains($0) && !scope.setsItself($0) }
  }

  /// Whether the rule has that safeguard from a merged mapping only, so that the one in the payload may be a field of the
  /// request.
  private static func isMerged(_ name: String, _ scope: SectionScope) -> Bool {
    if case .mapping(let caps)? = scope.entry("limits")?.value.content, caps.contains(where: { $0.key == name }) {
      return true
    }
    return scope.sets(name) && !scope.setsItself(name)
  }

  /// Whether a key that is nested or in capitals has a value that only the safeguard of that name takes.
  private static func isSafeguard(_ key: PayloadDraft.LineKey) -> Bool {
    switch key.name.lowercased() {
    case "limits": key.holdsMapping
    case "confirm": key.holdsMapping || ["always", "client", "never"].contains(key.text)
    case "enabled": false
    // A cap belongs below 'limits', which would be misplaced with it.
    default: !key.isNested
    }
  }

  /// Returns where a safeguard belongs that is a part of that key's value.
  private static func place(of name: String, _ owner: String) -> String {
    LimitsDraft.capKeys.contains(name.lowercased())
      ? "put it below the rule's 'limits'" : "put it in the column of \(quoted(owner))"
  }

  /// Whether what follows a safeguard's name is a value of it, and not prose.
  private static func isValue(_ rest: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: rest.filter { !" \r\n".utf8.contains($0) }, as: UTF8.self)
    return text.isEmpty || text.hasPrefix("{") || text.hasPrefix("[") || text.hasPrefix("#")
      || DurationText.parse(text) != nil || JSONNumber(text) != nil
      || ["always", "client", "never", "true", "false"].contains(text)
  }

  /// Reports the first line of a text that is one of these keys. A text on one line contains none.
  private static func check(
    _ text: SourceText, _ owner: String, _ keys: @autoclosure () -> [String], _ context: inout ReadingContext
  ) {
    let file = context.file
    guard text.range.start.line < text.range.end.line else { return }
    let keys = keys()
    for number in (text.range.start.line + 1)...text.range.end.line {
      let line = file.bytes[file.line(number).clamped(to: 0..<text.range.end.byte)]
      let start = line.firstIndex { $0 != UInt8(ascii: " ") } ?? line.endIndex
      let name = line[start...].prefix { $0 == UInt8(ascii: "_") || $0.isASCIILetter }
      let rest = line[name.endIndex...]
      guard rest.first == UInt8(ascii: ":"), rest.dropFirst().first.map({ $0 == UInt8(ascii: " ") }) ?? true,
        let key = keys.first(where: { name.elementsEqual($0.utf8) }), isValue(rest.dropFirst())
      else { continue }
      context.report(
        .misplacedSafeguard, "\(quoted(key)) is a part of the text of \(quoted(owner)), and guards nothing",
        help: "\(place(of: key, owner)), or begin the line of the text with another word",
        at: file.range(ofBytes: name.startIndex..<name.endIndex))
      return
    }
  }
}

extension DiagnosticKind {
  static let misplacedSafeguard = DiagnosticKind(
    "misplaced-safeguard", .error, "a safeguard that is indented too far",
    "YAML reads a line that is indented as far as the payload, or as the text above it, as a part of that. A cap or a question "
      + "there would be sent to Sequence or shown to the model, and nothing would be limited. A key of the payload that really "
      + "has such a name is written in quotes. If the rule has such a safeguard from a merged mapping, this is only a warning.",
    example: DiagnosticExample.rule("payload:\n  source: mcp\n  ⟦confirm→\"enabled\": true\nconfirm⟧: always"))
}
