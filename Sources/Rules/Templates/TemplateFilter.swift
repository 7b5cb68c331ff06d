import JSON
import Platform

/// A filter in `{{ name | filter }}`. Each has one line in `all`.
package struct TemplateFilter: Sendable {
  package let name: String
  /// The type of its input.
  package let input: ParameterType
  /// The type of its output.
  package let output: ParameterType
  /// Returns the filtered value. A value of another type than `input`, which loading refuses, is returned unchanged.
  let apply: @Sendable (JSONValue) -> JSONValue

  package static let all = [
    // Whole cents.
    TemplateFilter("cents", .money, .integer) { onMoney($0) { .number(JSONNumber(Int($0.cents))) } },
    // Two decimals.
    TemplateFilter("dollars", .money, .string) { onMoney($0) { .string($0.description) } },
    TemplateFilter("upper", .string, .string) { onText($0) { $0.uppercased() } },
    TemplateFilter("lower", .string, .string) { onText($0) { $0.lowercased() } },
    // Removes white space at both ends.
    TemplateFilter("trim", .string, .string) { onText($0, trimmed) },
  ]

  /// Returns the filter with that name, compared by its bytes.
  package static func named(_ name: String) -> TemplateFilter? {
    all.first { $0.name.hasSameBytes(as: name) }
  }

  private init(
    _ name: String, _ input: ParameterType, _ output: ParameterType,
    _ apply: @escaping @Sendable (JSONValue) -> JSONValue
  ) {
    self.name = name
    self.input = input
    self.output = output
    self.apply = apply
  }

  private static func onMoney(_ value: JSONValue, _ convert: (Money) -> JSONValue) -> JSONValue {
    guard case .number(let number) = value, let money = try? Money(number) else { return value }
    return convert(money)
  }

  private static func onText(_ value: JSONValue, _ convert: (String) -> String) -> JSONValue {
    guard case .string(let text) = value else { return value }
    return .string(convert(text))
  }

  private static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
