/// The kinds of faults that the YAML parser reports. The raw value is the diagnostic's id.
package enum YAMLFault: String, Sendable, CaseIterable {
  case syntax = "yaml-syntax"
  case hiddenCharacter = "yaml-hidden-character"
  case duplicateKey = "yaml-duplicate-key"
  case nonStringKey = "yaml-non-string-key"
  case unknownTag = "yaml-unknown-tag"
  case multipleDocuments = "yaml-multiple-documents"
  case unknownAnchor = "yaml-unknown-anchor"
  case duplicateAnchor = "yaml-duplicate-anchor"
  case badMerge = "yaml-bad-merge"
  case notUTF8 = "yaml-not-utf8"
  case tooLarge = "yaml-too-large"
  case tooDeep = "yaml-too-deep"
  case expansion = "yaml-expansion"
  case tooManyErrors = "yaml-too-many-errors"
  /// The reader of the configuration reports it, too.
  case numberSpelling = "number-spelling"

  /// Whether the id is that of a fault which only the parser reports. The reader has then not looked for secrets in that place.
  static func isOfParser(_ id: String) -> Bool { id.utf8.starts(with: "yaml-".utf8) }
}

extension SourceFile {
  func diagnostic(
    severity: Diagnostic.Severity = .error, _ fault: YAMLFault, _ message: String, help: String? = nil,
    at range: SourceRange, related: [(message: String, range: SourceRange)] = []
  ) -> Diagnostic {
    diagnostic(severity: severity, fault.rawValue, message, help: help, at: range, related: related)
  }
}
