import JSON

/// What `{{ name | filter }}` does to a value.
package enum TemplateFilter: String, Sendable, CaseIterable {
  /// The amount in whole cents, as an integer.
  case cents
  /// The amount as text with two decimals.
  case dollars
  case upper
  case lower
  /// The text without white space at its ends.
  case trim

  package static var all: [TemplateFilter] { allCases }

  /// The filter of that name, told apart by its bytes.
  package static func named(_ name: String) -> TemplateFilter? { allCases.first { $0.name.hasSameBytes(as: name) } }

  package var name: String { rawValue }

  /// The type that it takes.
  package var input: ParameterType {
    switch self {
    case .cents, .dollars: .money
    case .upper, .lower, .trim: .string
    }
  }

  /// The type that it gives.
  package var output: ParameterType {
    switch self {
    case .cents: .integer
    case .dollars, .upper, .lower, .trim: .string
    }
  }

  /// The value after the filter; one of another type than `input`, which loading refuses, stays as it is.
  func apply(_ value: JSONValue) -> JSONValue {
    switch self {
    case .cents: TemplateFilter.onMoney(value) { .number(JSONNumber(Int($0.cents))) }
    case .dollars: TemplateFilter.onMoney(value) { .string($0.description) }
    case .upper: TemplateFilter.onText(value) { $0.uppercased() }
    case .lower: TemplateFilter.onText(value) { $0.lowercased() }
    case .trim: TemplateFilter.onText(value, TemplateFilter.trimmed)
    }
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
