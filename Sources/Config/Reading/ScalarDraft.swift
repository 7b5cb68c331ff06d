import JSON
import Rules
import SourceYAML

/// A value of `default` or `enum` as read. Only its parameter tells whether a number that JSON does not know (`0123`) is text.
struct ScalarDraft: Sendable {
  /// Text for a number that only YAML knows.
  let value: JSONValue
  /// The scalar as the file has it, without quotes.
  let text: String
  let isNumberOfYAML: Bool

  /// - Returns: Nil for anything but text, a number or a boolean.
  init?(_ node: YAMLNode) {
    switch node.content {
    case .string(let text), .numberLike(let text): value = .string(text)
    case .number(let number): value = .number(number)
    case .boolean(let isTrue): value = .bool(isTrue)
    case .null, .sequence, .mapping: return nil
    }
    text = node.scalarText ?? ""
    isNumberOfYAML = node.isNumberOfYAML
  }
}

extension YAMLNode {
  /// Whether this is a number in YAML but not in JSON.
  var isNumberOfYAML: Bool { if case .numberLike = content { true } else { false } }
}

extension ValueReader where Value == ScalarDraft {
  /// Reads text, a number or a boolean.
  static var scalar: ValueReader {
    ValueReader(
      type: "text, number or boolean", schema: { _ in ["type": ["string", "number", "boolean"]] }, encode: { $0.value },
      read: { node, place, context in
        if let scalar = ScalarDraft(node) { return scalar }
        return context.refuseType(node, place, expected: "text, a number or a boolean")
      })
  }
}

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

extension Parameter {
  /// Returns the help for a value that `check` refused: how to quote it if it would be accepted as text, else what is allowed.
  /// - Parameter text: The value as the file has it.
  func help(for fault: ArgumentFault, _ value: JSONValue, text: String) -> String {
    let isScalar = value.numberValue != nil || value.boolValue != nil
    return isScalar && (try? check(.string(text))) != nil ? "quote it: \"\(text)\"" : "allowed: \(fault.allowed)"
  }
}
