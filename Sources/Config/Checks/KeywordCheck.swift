import Rules
import SourceYAML

/// Each keyword belongs to some types only.
enum KeywordCheck {
  static func check(_ parameter: Parameter, _ scope: SectionScope, _ context: inout ReadingContext) {
    let kind = parameter.type.kind
    for keyword in ParameterKeyword.allCases where parameter.constraints.has(keyword) && !kind.takes(keyword) {
      guard let entry = scope.node.entry(keyword.rawValue) else { continue }
      let type = parameter.type.rawValue
      let allowed = ParameterKeyword.allCases.filter(kind.takes)
      context.report(
        .keywordNotForType, "\(quoted(entry.key)) means nothing for the type \(quoted(type))",
        help: "\(type) takes \(allowed.map(\.rawValue).joined(separator: ", "))", at: entry.keyRange)
    }
  }
}

extension DiagnosticRule {
  static let keywordNotForType = DiagnosticRule(
    "keyword-not-for-type", .error, "a keyword that means nothing for the parameter's type",
    "Lengths, pattern and format are for strings, bounds and multipleOf for numbers and money. A keyword that could not be "
      + "enforced would promise what is not kept.",
    bad: DiagnosticExample.parameter("type: integer\n⟦maxLength⟧: 5"),
    good: DiagnosticExample.parameter("type: integer\nmaximum: 99999"))
}
