import JSON

/// A string of a payload template, cut into text and placeholders.
package struct TemplateString: Sendable {
  package enum Segment: Sendable {
    case text(String)
    case placeholder(Placeholder)
  }

  /// `{{ name | filter }}`; all ranges count UTF-8 bytes of the string.
  package struct Placeholder: Sendable {
    /// What stands between the bars, without the spaces around it.
    package struct Part: Sendable {
      package let text: String
      package let range: Range<Int>
    }

    /// A parameter's name, or a built-in value's with its `$`; then the filters' names. Never empty.
    let parts: [Part]
    /// With the braces.
    package let range: Range<Int>

    package var name: String { parts[0].text }
    package var filters: ArraySlice<Part> { parts.dropFirst() }
  }

  package let segments: [Segment]

  /// The text without any placeholder, for trees that are built by hand.
  package init(literal text: String) { segments = [.text(text)] }

  init(segments: [Segment]) { self.segments = segments }

  package func forEachPlaceholder(_ body: (Placeholder) -> Void) {
    for case .placeholder(let placeholder) in segments { body(placeholder) }
  }

  /// The placeholder that is the whole string, so that its value keeps its JSON type.
  var wholePlaceholder: Placeholder? {
    guard segments.count == 1, case .placeholder(let placeholder) = segments[0] else { return nil }
    return placeholder
  }

  /// The JSON value; nil where it is one placeholder whose argument was left out.
  func render(_ arguments: BoundArguments, _ context: RenderContext) -> JSONValue? {
    if let wholePlaceholder { return value(of: wholePlaceholder, arguments, context)?.value }
    let parts = segments.map { segment in
      switch segment {
      case .text(let text): text
      case .placeholder(let placeholder): value(of: placeholder, arguments, context)?.text ?? ""
      }
    }
    return .string(parts.joined())
  }

  private func value(
    of placeholder: Placeholder, _ arguments: BoundArguments, _ context: RenderContext
  ) -> TypedValue? {
    var result: TypedValue
    if let builtin = BuiltinValue(name: placeholder.name) {
      result = TypedValue(type: .string, value: .string(builtin.value(context)))
    } else {
      guard let entry = arguments[placeholder.name] else { return nil }
      result = TypedValue(type: entry.type, value: entry.value)
    }
    for filter in placeholder.filters.compactMap({ TemplateFilter.named($0.text) }) {
      result = TypedValue(type: filter.output, value: filter.apply(result.value))
    }
    return result
  }
}

/// A value on its way through a placeholder's filters.
private struct TypedValue {
  let type: ParameterType
  let value: JSONValue

  /// The value inside a longer string: money with two places, numbers in their exact digits.
  var text: String {
    switch value {
    case .string(let text): text
    case .number(let number):
      if type == .money, let money = try? Money(number) { money.description } else { number.text }
    case .bool(let value): value ? "true" : "false"
    // No parameter has such a value.
    case .null, .array, .object: ""
    }
  }
}
