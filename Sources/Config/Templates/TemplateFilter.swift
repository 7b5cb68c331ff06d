import JSON

/// What `{{ name | filter }}` does to a value: one line in `all` each.
package struct TemplateFilter: Sendable {
  package let name: String
  /// The type that it takes.
  package let input: ParameterType
  /// The type that it gives.
  package let output: ParameterType
  /// What it does, for the reference.
  package let summary: String
  private let convert: @Sendable (JSONValue) -> JSONValue

  package static let all = [
    TemplateFilter("cents", .money, .integer, "the amount in whole cents, as an integer") {
      onMoney($0) { .number(JSONNumber(Int($0.cents))) }
    },
    TemplateFilter("dollars", .money, .string, "the amount as text with two decimals") {
      onMoney($0) { .string($0.description) }
    },
    TemplateFilter("upper", .string, .string, "the text in upper case") { onText($0) { $0.uppercased() } },
    TemplateFilter("lower", .string, .string, "the text in lower case") { onText($0) { $0.lowercased() } },
    TemplateFilter("trim", .string, .string, "the text without white space at its ends") { onText($0, trimmed) },
  ]

  /// The filter of that name, told apart by its bytes.
  package static func named(_ name: String) -> TemplateFilter? {
    all.first { $0.name.utf8.elementsEqual(name.utf8) }
  }

  private init(
    _ name: String, _ input: ParameterType, _ output: ParameterType, _ summary: String,
    _ convert: @escaping @Sendable (JSONValue) -> JSONValue
  ) {
    self.name = name
    self.input = input
    self.output = output
    self.summary = summary
    self.convert = convert
  }

  /// The value after the filter; one of another type than `input`, which loading refuses, stays as it is.
  func apply(_ value: JSONValue) -> JSONValue { convert(value) }

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
