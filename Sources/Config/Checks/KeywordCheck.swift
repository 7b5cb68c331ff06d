import Rules
import SourceYAML

/// A check that each keyword applies to the parameter's type.
enum KeywordCheck {
  static func check(_ draft: ParameterDraft, _ scope: SectionScope, _ context: inout ReadingContext) {
    for keyword in ParameterKeyword.allCases where !draft.parameter.type.takes(keyword) {
      guard let entry = scope.entry(keyword.rawValue), !context.hasError(in: entry.value.range) else { continue }
      let type = draft.parameter.type.rawValue
      let allowed = ParameterKeyword.allCases.filter(draft.parameter.type.takes)
      context.report(
        .keywordNotForType, "\(quoted(keyword.rawValue)) does not apply to the type \(quoted(type))",
        help: allowed.isEmpty
          ? "remove it: \(type) takes no such keyword"
          : "\(type) takes \(allowed.map(\.rawValue).joined(separator: ", "))",
        at: entry.keyRange)
    }
  }
}

extension DiagnosticKind {
  static let keywordNotForType = DiagnosticKind(
    "keyword-not-for-type", .error, "a keyword that does not apply to the parameter's type",
    "Lengths, pattern and format are for strings, bounds and multipleOf for numbers and money. A keyword that cannot be "
      + "enforced would be an empty promise.",
    example: DiagnosticExample.parameter("type: integer\n⟦maxLength→maximum⟧: 5"))
}
