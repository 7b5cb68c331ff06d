package import JSON

/// A payload's YAML tree with parsed placeholders, rendered with arguments to a JSON tree in one pass. A substituted value is
/// never parsed as a template.
package indirect enum PayloadTemplate: Sendable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(TemplateString)
  case array([PayloadTemplate])
  /// In file order, with distinct keys; keys are not templated.
  case object([(key: String, value: PayloadTemplate)])

  /// The maximum length of a call's arguments and payload together, in bytes.
  package static let longestCall = 60 << 10

  /// Returns the JSON value; nil for a placeholder whose argument was omitted, so that its key or list item is omitted too.
  package func render(_ arguments: BoundArguments, _ context: RenderContext) -> JSONValue? {
    switch self {
    case .null: return .null
    case .bool(let value): return .bool(value)
    case .number(let number): return .number(number)
    case .string(let string): return string.render(arguments, context)
    case .array(let items): return .array(items.compactMap { $0.render(arguments, context) })
    case .object(let members):
      var object = JSONObject()
      for (key, node) in members {
        if let value = node.render(arguments, context) { object.append(key, value) }
      }
      return .object(object)
    }
  }
}

/// A comparison of a rendered payload with the one that an `examples` entry expects: members in any order, numbers by value.
/// `$now`, `$today` and `$uuid` in an expected text match any value of that form.
package enum PayloadComparison {
  /// A difference between two payloads; nil on one side means that the value is missing there.
  package struct Difference: Sendable, Hashable {
    package let pointer: JSONPointer
    package let expected: JSONValue?
    package let actual: JSONValue?
  }

  /// Returns the first difference in the order of the expected payload, then the first extra member of the rendered one; nil if
  /// they match.
  package static func firstDifference(
    expected: JSONValue, actual: JSONValue, at pointer: JSONPointer = JSONPointer()
  ) -> Difference? {
    let isSame: Bool
    switch (expected, actual) {
    case (.object(let expected), .object(let actual)): return compare(expected, actual, at: pointer)
    case (.array(let expected), .array(let actual)): return compare(expected, actual, at: pointer)
    case (.number(let expected), .number(let actual)): isSame = ExactDecimal(expected) == ExactDecimal(actual)
    case (.string(let expected), .string(let actual)): isSame = matches(Array(expected.utf8), Array(actual.utf8))
    default: isSame = expected == actual
    }
    return isSame ? nil : Difference(pointer: pointer, expected: expected, actual: actual)
  }

  private static func compare(_ expected: JSONObject, _ actual: JSONObject, at pointer: JSONPointer) -> Difference? {
    for (key, value) in expected.members {
      let pointer = pointer.appending(key)
      guard let other = actual[key] else { return Difference(pointer: pointer, expected: value, actual: nil) }
      if let difference = firstDifference(expected: value, actual: other, at: pointer) { return difference }
    }
    guard let extra = actual.members.first(where: { expected[$0.key] == nil }) else { return nil }
    return Difference(pointer: pointer.appending(extra.key), expected: nil, actual: extra.value)
  }

  private static func compare(_ expected: [JSONValue], _ actual: [JSONValue], at pointer: JSONPointer) -> Difference? {
    for index in 0..<max(expected.count, actual.count) {
      let pointer = pointer.appending(String(index))
      guard index < expected.count, index < actual.count else {
        return Difference(
          pointer: pointer, expected: expected.dropFirst(index).first, actual: actual.dropFirst(index).first)
      }
      if let difference = firstDifference(expected: expected[index], actual: actual[index], at: pointer) {
        return difference
      }
    }
    return nil
  }

  /// Whether the texts match. The wildcards' forms have fixed lengths, so no backtracking is needed.
  private static func matches(_ expected: [UInt8], _ actual: [UInt8]) -> Bool {
    var rest = actual[...]
    var index = 0
    while index < expected.count {
      if expected[index] == UInt8(ascii: "$"),
        let builtin = BuiltinValue.allCases.first(where: { expected[index...].starts(with: $0.rawValue.utf8) }),
        let length = builtin.matchedLength(rest)
      {
        index += builtin.rawValue.utf8.count
        rest = rest.dropFirst(length)
      } else {
        guard rest.first == expected[index] else { return false }
        index += 1
        rest = rest.dropFirst()
      }
    }
    return rest.isEmpty
  }
}
