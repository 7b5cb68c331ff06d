import Rules
package import Secrets
package import SourceYAML

/// What one reading of a configuration file gathers beside the values: its mistakes, and where its secrets are named.
package struct ReadingContext {
  /// The most findings of a file, and the most warnings before an error takes the place of one: a hostile file cannot ask for
  /// gigabytes of messages.
  static let diagnosticLimit = 10_000

  /// The file's name as shown.
  let fileName: String
  /// What relative paths and a leading `~/` stand for.
  let paths: PathResolver

  private(set) var diagnostics: [Diagnostic] = []
  private var wasCut = false
  /// An anchor that is used twice is read twice, yet its mistake is one.
  private var seen: Set<Diagnostic> = []
  private var errorCount = 0
  /// Where errors start, in bytes, in order: to be looked up by span.
  private var errorStarts: [Int] = []
  /// The secret references of the file, in its order.
  private(set) var secretPlaces: [SecretPlace] = []
  /// Spans that may hold a secret's text, which no excerpt may show.
  private(set) var hiddenRanges: [SourceRange] = []

  /// - Parameter syntaxDiagnostics: what the YAML reader found.
  init(fileName: String, paths: PathResolver, syntaxDiagnostics: [Diagnostic] = []) {
    self.fileName = fileName
    self.paths = paths
    diagnostics = syntaxDiagnostics
    errorStarts = syntaxDiagnostics.filter { $0.severity == .error }.compactMap { $0.range?.start.byte }.sorted()
    errorCount = errorStarts.count
  }

  /// Whether no further error is noted.
  var isFull: Bool { errorCount >= ReadingContext.diagnosticLimit }

  /// Notes a mistake; the same mistake at the same place only once. Its words are made only if it is kept.
  /// - Parameter severity: the rule's own unless given.
  mutating func report(
    _ rule: DiagnosticRule, severity: Diagnostic.Severity? = nil, _ message: @autoclosure () -> String,
    help: @autoclosure () -> String? = nil, at range: SourceRange,
    related: [(message: String, range: SourceRange)] = []
  ) {
    let severity = severity ?? rule.severity
    guard severity == .error ? !isFull : diagnostics.count < ReadingContext.diagnosticLimit else {
      wasCut = true
      return
    }
    let diagnostic = Diagnostic(
      severity: severity, rule: rule.id, message: message(), help: help(), file: fileName, range: range,
      related: related.map { Diagnostic.Related(message: $0.message, file: fileName, range: $0.range) },
      hidesSource: hiddenRanges.last == range)
    guard seen.insert(diagnostic).inserted else { return }
    diagnostics.append(diagnostic)
    if severity == .error {
      errorCount += 1
      noteError(at: range.start.byte)
    }
  }

  /// All findings, cut to the limit with the errors first, and then with a last one that says so.
  var findings: [Diagnostic] {
    let limit = ReadingContext.diagnosticLimit
    guard wasCut || isFull else { return diagnostics }
    let errors = diagnostics.filter { $0.severity == .error }
    let kept = (errors + diagnostics.filter { $0.severity != .error }).prefix(limit)
    return kept + [
      Diagnostic(
        rule: DiagnosticRule.tooManyProblems.id, message: "more than \(limit) problems; the rest is not shown",
        file: fileName, range: kept.last?.range)
    ]
  }

  mutating func note(_ place: SecretPlace) { secretPlaces.append(place) }

  mutating func hide(_ range: SourceRange) { hiddenRanges.append(range) }

  /// Hides what stands in the place of a secret reference and may be the secret; a mapping, such as `{env: NAME}`, is none.
  mutating func hideInlineSecret(_ node: YAMLNode) {
    switch node.content {
    case .string, .number, .numberLike, .sequence: hide(node.range)
    case .null, .boolean, .mapping: break
    }
  }

  /// Whether an error was reported in that range, or in the anchor of an alias inside it. Checks skip such a value.
  func hasError(in range: SourceRange) -> Bool {
    guard !errorStarts.isEmpty else { return false }
    let index = firstError(from: range.start.byte)
    return index < errorStarts.count && errorStarts[index] <= max(range.start.byte, range.end.byte - 1)
  }

  /// Whether an error was reported in that value; false if the file does not set it.
  func hasError<Value>(in located: Located<Value>?) -> Bool { located.map { hasError(in: $0.range) } ?? false }

  /// Records an error at each alias whose anchor has one: errors are reported at the anchor.
  mutating func noteErrorsBehindAliases(in node: YAMLNode) {
    guard !errorStarts.isEmpty, !hasError(in: node.range), isErrorBehindAlias(in: node) else { return }
    noteError(at: node.range.start.byte)
  }

  private func isErrorBehindAlias(in node: YAMLNode) -> Bool {
    switch node.content {
    case .null, .boolean, .number, .string, .numberLike: false
    case .sequence(let items): items.contains { hasError(in: $0.range) || isErrorBehindAlias(in: $0) }
    case .mapping(let entries): entries.contains { hasError(in: $0.value.range) || isErrorBehindAlias(in: $0.value) }
    }
  }

  private mutating func noteError(at byte: Int) { errorStarts.insert(byte, at: firstError(from: byte)) }

  /// The index of the first error that starts at that byte or later.
  private func firstError(from byte: Int) -> Int {
    var low = 0
    var high = errorStarts.count
    while low < high {
      let middle = (low + high) / 2
      if errorStarts[middle] < byte { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// One secret reference of the file.
package struct SecretPlace: Sendable {
  package let reference: SecretReference
  package let range: SourceRange
  /// Whose secret it is, for messages: `rule 'move_to_savings'`, `the access token`.
  package var owner: String { ownerPlace.description }
  /// The words are made only when a message needs them.
  let ownerPlace: Place
  /// Whether this is the access token, not a rule's secret.
  package let isAccessToken: Bool
  /// Whether the file names it; the access token has a default.
  package let isWrittenDown: Bool
  /// Whether the tool that needs it is offered at all.
  package let isInUse: Bool
}
