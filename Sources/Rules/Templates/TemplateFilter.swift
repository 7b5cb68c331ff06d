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
    TemplateFilter(name: "cents", input: .money, output: .integer) {
      onMoney($0) { .number(JSONNumber(Int($0.cents))) }
    },
    // Two decimals.
    TemplateFilter(name: "dollars", input: .money, output: .string) { onMoney($0) { .string($0.description) } },
    TemplateFilter(name: "upper", input: .string, output: .string) { onText($0) { $0.uppercased() } },
    TemplateFilter(name: "lower", input: .string, output: .string) { onText($0) { $0.lowercased() } },
    // Removes white space at both ends.
    TemplateFilter(name: "trim", input: .string, output: .string) { onText($0, trimmed) },
  ]

  /// Returns the filter with that name, compared by its bytes.
  package static func named(_ name: String) -> TemplateFilter? {
    all.first { $0.name.hasSameBytes(as: name) }
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
