import JSON
import Rules
import SourceYAML

/// A check that a number that JSON does not know is used for text alone.
enum NumberSpellingCheck {
  static func check(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    guard !isForText(draft) else { return }
    if let located = draft.defaultValue { check(located, "'default'", &context) }
    for located in draft.enumValues?.value ?? [] { check(located, "a value of 'enum'", &context) }
  }

  /// Whether the values are text: by the type, or without one because another value of `enum` is text. A type that could not be
  /// read was reported.
  private static func isForText(_ draft: ParameterDraft) -> Bool {
    if let type = draft.type { return type.value.map { $0 == .string } ?? true }
    return (draft.enumValues?.value ?? []).contains { located in
      located.value.map { !$0.isNumberOfYAML && $0.value.stringValue != nil } ?? false
    }
  }

  private static func check(_ located: Located<ScalarDraft>, _ subject: String, _ context: inout ReadingContext) {
    guard let scalar = located.value, scalar.isNumberOfYAML else { return }
    context.reportNumberSpelling(scalar.text, subject: subject, at: located.range)
  }
}
