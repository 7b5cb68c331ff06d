import JSON
import Secrets
import SourceYAML

/// The diagnostics and the places of secrets collected while a configuration file is read.
package struct ReadingContext {
  /// The maximum number of errors, and of diagnostics after which further warnings are dropped: a hostile file cannot cause
  /// gigabytes of messages, and one that is no configuration is refused at once.
  static let diagnosticLimit = 500

  /// The file that is read.
  let file: SourceFile
  /// Resolves relative paths and a leading `~/`.
  let paths: PathResolver

  private(set) var diagnostics: [Diagnostic] = []
  private var wasCut = false
  /// The reported diagnostics. An anchor used twice is read twice, but its problem is reported once.
  private var seen: Set<Diagnostic> = []
  private var errorCount = 0
  /// The sorted byte offsets at which errors start, for lookup by range.
  private var errorStarts: [Int] = []
  /// The rule that is checked. What is found outside of it, at an anchor, is reported for each rule, with a note.
  var rule: SectionScope?
  /// The secret references of the file, in file order.
  private(set) var secretPlaces: [SecretPlace] = []
  /// Spans that may contain a secret's text, which excerpts must hide.
  private(set) var hiddenRanges: [SourceRange] = []

  /// - Parameter syntaxDiagnostics: The diagnostics of the YAML parser.
  init(file: SourceFile, paths: PathResolver, syntaxDiagnostics: [Diagnostic] = []) {
    self.file = file
    self.paths = paths
    diagnostics = syntaxDiagnostics
    errorStarts = syntaxDiagnostics.filter { $0.severity == .error }.compactMap { $0.range?.start.byte }.sorted()
    errorCount = errorStarts.count
  }

  /// Whether further errors are dropped.
  var isFull: Bool { errorCount >= ReadingContext.diagnosticLimit }

  /// Records that an error was not made, since there are too many.
  mutating func noteCut() { wasCut = true }

  /// Adds a diagnostic, unless the same one was already added. The texts are created only if it is kept.
  /// - Parameter severity: Default: the kind's severity.
  mutating func report(
    _ kind: DiagnosticKind, severity: Diagnostic.Severity? = nil, _ message: @autoclosure () -> String,
    help: @autoclosure () -> String? = nil, at range: SourceRange,
    related: [(message: String, range: SourceRange)] = []
  ) {
    let severity = severity ?? kind.severity
    guard severity == .error ? !isFull : diagnostics.count < ReadingContext.diagnosticLimit else {
      wasCut = true
      return
    }
    var related = related
    if let rule, range.start < rule.ownerRange.start || rule.range.end < range.end {
      related.append(("in \(rule.place.description)", rule.ownerRange))
    }
    let diagnostic = file.diagnostic(
      severity: severity, kind.id, message(), help: help(), at: range, related: related,
      hidesSource: hiddenRanges.last == range)
    guard seen.insert(diagnostic).inserted else { return }
    diagnostics.append(diagnostic)
    if severity == .error {
      errorCount += 1
      noteError(at: range.start.byte)
    }
  }

  /// Reports a value that cannot be used.
  /// - Returns: Nil.
  mutating func refuse<Value>(
    _ kind: DiagnosticKind, _ message: @autoclosure () -> String, help: @autoclosure () -> String? = nil,
    at range: SourceRange, related: [(message: String, range: SourceRange)] = []
  ) -> Value? {
    report(kind, message(), help: help(), at: range, related: related)
    return nil
  }

  /// Checks the name of an entry. A key that is not text was already reported; a diagnostic of the check replaces that report.
  /// - Returns: False for a key that is not text.
  mutating func check(_ keyRange: SourceRange, _ checkName: (inout ReadingContext) -> Void) -> Bool {
    func isNonString(_ diagnostic: Diagnostic) -> Bool {
      diagnostic.id == YAMLFault.nonStringKey.rawValue && diagnostic.range == keyRange
    }
    let isText = !hasError(in: keyRange) || !diagnostics.contains(where: isNonString)
    let known = diagnostics.count
    checkName(&self)
    if !isText, diagnostics.count > known { diagnostics.removeAll(where: isNonString) }
    return isText
  }

  /// All diagnostics. If there are too many, the errors come first, the rest is cut, and a final diagnostic reports the cut.
  var findings: [Diagnostic] {
    let limit = ReadingContext.diagnosticLimit
    guard wasCut else { return diagnostics }
    let errors = diagnostics.filter { $0.severity == .error }
    let kept = (errors + diagnostics.filter { $0.severity != .error }).prefix(limit)
    return kept + [
      // Warnings that are cut make no valid file invalid.
      file.diagnostic(
        severity: errors.isEmpty ? .warning : .error, DiagnosticKind.tooManyProblems.id,
        "more than \(limit) problems; the rest are not shown", at: kept.last?.range)
    ]
  }

  mutating func note(_ place: SecretPlace) { secretPlaces.append(place) }

  mutating func hide(_ range: SourceRange) { hiddenRanges.append(range) }

  /// Hides a value in place of a secret reference, which may be the secret itself, or hold it at any depth.
  mutating func hideInlineSecret(_ node: YAMLNode) {
    switch node.content {
    case .string, .number, .numberLike, .sequence, .mapping: hide(node.range)
    case .null, .boolean: break
    }
  }

  /// Hides what is called a secret in a value that nobody reads.
  mutating func hideSecrets(in node: YAMLNode) {
    switch node.content {
    case .null, .boolean, .number, .string, .numberLike: break
    case .sequence(let items): for item in items { hideSecrets(in: item) }
    case .mapping(let entries):
      for entry in entries {
        let isSecret = SecretGuess.isSecretKey(entry.key) || entry.key == "key"
        if isSecret { hideInlineSecret(entry.value) } else { hideSecrets(in: entry.value) }
      }
    }
  }

  /// Whether an error was reported in that range, or in the anchor of an alias inside it. Checks skip such a value.
  func hasError(in range: SourceRange) -> Bool {
    guard !errorStarts.isEmpty else { return false }
    let index = firstError(from: range.start.byte)
    return index < errorStarts.count && errorStarts[index] <= max(range.start.byte, range.end.byte - 1)
  }

  /// Whether an error was reported in that range outside those parts of it.
  func hasError(in range: SourceRange, outside parts: @autoclosure () -> [SourceRange]) -> Bool {
    guard !errorStarts.isEmpty else { return false }
    func count(_ range: SourceRange) -> Int {
      firstError(from: max(range.start.byte + 1, range.end.byte)) - firstError(from: range.start.byte)
    }
    return count(range) > parts().reduce(0) { $0 + count($1) }
  }

  /// Whether an error was reported in that value, or in place of it; false if the file does not set it.
  func hasError<Value>(in located: Located<Value>?) -> Bool {
    located.map { $0.value == nil || hasError(in: $0.range) } ?? false
  }

  /// Records an error at a node that contains an alias whose anchor has one, since errors are reported at the anchor.
  mutating func noteErrorsOfAliases(in node: YAMLNode) {
    guard !errorStarts.isEmpty, !hasError(in: node.range), hasErrorOfAlias(in: node) else { return }
    noteError(at: node.range.start.byte)
  }

  private func hasErrorOfAlias(in node: YAMLNode) -> Bool {
    switch node.content {
    case .null, .boolean, .number, .string, .numberLike: false
    case .sequence(let items): items.contains { hasError(in: $0.range) || hasErrorOfAlias(in: $0) }
    case .mapping(let entries):
      entries.contains { entry in
        [entry.keyRange, entry.value.range].contains { hasError(in: $0) } || hasErrorOfAlias(in: entry.value)
      }
    }
  }

  private mutating func noteError(at byte: Int) { errorStarts.insert(byte, at: firstError(from: byte)) }

  private func firstError(from byte: Int) -> Int { errorStarts.partitioningIndex { $0 >= byte } }
}

// Mistakes that would otherwise cause several diagnostics each.

extension ReadingContext {
  /// Reports lines in the same column as the key that they belong to.
  mutating func reportNotIndented(_ entry: YAMLNode.Entry, before next: YAMLNode.Entry, count: Int) {
    let help = "put two more spaces before \(quoted(next.key)) and the lines that belong to it"
    if case .mapping = entry.value.content {
      // The line may contain a secret.
      if next.value.scalarText != nil || SecretGuess.isSecretKey(next.key) { hideInlineSecret(next.value) }
      return report(
        .notIndented,
        "\(quoted(next.key)) belongs to \(quoted(entry.key)) above it, but is not indented like its other keys",
        help: help, at: next.keyRange)
    }
    let nothing = "\(quoted(entry.key)) has nothing below it:"
    guard count > 1 else {
      return report(
        .notIndented, "\(nothing) the line that should be there is not indented", help: help, at: entry.keyRange)
    }
    report(
      .notIndented, "\(nothing) the \(count) keys that should be there are not indented",
      help: "put two more spaces before each of them, from \(quoted(next.key)) on, and the lines that belong to them",
      at: entry.keyRange)
  }

  /// Reports an entry without keys of its own below a secret's key without a value: it may be the secret.
  /// - Returns: False for any other entry.
  mutating func reportSecret(_ entry: YAMLNode.Entry, below other: YAMLNode.Entry) -> Bool {
    var last = other
    while case .mapping(let entries) = last.value.content, let inner = entries.last { last = inner }
    if case .mapping = entry.value.content { return false }
    guard last.value.isMissing, SecretGuess.isSecretKey(last.key) else { return false }
    hide(entry.value.range)
    hide(entry.keyRange)
    report(
      .inlineSecret, "the line below \(quoted(last.key)) may be the secret itself",
      help: "write \(last.key): {file: PATH}" + InlineSecretCheck.afterSharing, at: entry.keyRange)
    return true
  }

  /// Reports a colon without a space after it: `{per_day:500}`.
  /// - Parameter start: The start of the text that contains it.
  mutating func report(_ missing: MissingSpace, _ kind: DiagnosticKind, from start: SourcePosition) {
    report(kind, missing.message, help: MissingSpace.help, at: missing.colon(from: start))
  }

  /// Reports a value of the wrong type, with its actual type and how to fix it.
  /// - Parameter isNumber: Whether a number is expected.
  mutating func reportWrongType(
    _ node: YAMLNode, subject: String, expected: String, isNumber: Bool = false, help: String? = nil
  ) {
    if isNumber, case .numberLike(let text) = node.content {
      reportNumberSpelling(text, subject: subject, takesText: false, at: node.range)
      return
    }
    let help = isTextByTag(node) ? "remove the tag before it" : help
    report(.wrongType, "\(subject) must be \(expected), not \(node.kindInWords)", help: help, at: node.range)
  }

  /// Whether a number or a boolean is text only because of its tag: `!!str 5`.
  private func isTextByTag(_ node: YAMLNode) -> Bool {
    guard case .string(let text) = node.content, !node.isLiteral,
      JSONNumber(text) != nil || ["true", "false"].contains(text.lowercased())
    else { return false }
    return file.bytes[node.range.start.byte...].starts(with: text.utf8)
  }

  /// Reports the value of a key that has the wrong type.
  /// - Returns: Nil.
  mutating func refuseType<Value>(
    _ node: YAMLNode, _ place: KeyContext, expected: String, isNumber: Bool = false, help: String? = nil
  ) -> Value? {
    reportWrongType(node, subject: place.subject, expected: expected, isNumber: isNumber, help: help)
    return nil
  }

  /// Reports a number that is valid in YAML but not in JSON, with how to write it.
  /// - Parameter takesText: Whether the text in quotes is another possible value.
  mutating func reportNumberSpelling(
    _ text: String, subject: String, takesText: Bool = true, at range: SourceRange
  ) {
    let quotes = takesText ? " for the number, or \"\(text)\" in quotes for the text" : ""
    let help =
      jsonNumber(ofYAML: text).map { "write \($0)\(quotes)" }
      ?? "there is no such number in JSON; write a plain number" + (takesText ? ", or put the text in quotes" : "")
    report(
      .numberSpelling, "\(subject) is written as \(quoted(text)), which is not a number in JSON", help: help, at: range)
  }
}

extension YAMLNode {
  var isSequence: Bool { if case .sequence = content { true } else { false } }

  /// The kind of node, worded for messages without quoting its content.
  var kindInWords: String {
    switch content {
    case .null: "empty"
    case .boolean(let value): "the boolean \(value)"
    case .number: "a number"
    case .string, .numberLike: "text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
