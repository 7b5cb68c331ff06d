package import JSON

/// Compares a rendered payload with the one that an `examples` entry expects: members in any order, numbers by value, and
/// `$now`, `$today` and `$uuid` in an expected text standing for any value of that form.
package enum PayloadComparison {
  /// The first place where two payloads differ; nil on one side means that nothing stands there.
  package struct Difference: Sendable, Hashable {
    package let pointer: JSONPointer
    package let expected: JSONValue?
    package let actual: JSONValue?
  }

  /// The first difference in the expected payload's order, then what only the rendered one has; nil where they match.
  package static func firstDifference(expected: JSONValue, actual: JSONValue) -> Difference? {
    compare(expected, actual, at: JSONPointer())
  }

  private static func compare(_ expected: JSONValue, _ actual: JSONValue, at pointer: JSONPointer) -> Difference? {
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
      if let difference = compare(value, other, at: pointer) { return difference }
    }
    guard let extra = actual.members.first(where: { expected[$0.key] == nil }) else { return nil }
    return Difference(pointer: pointer.appending(extra.key), expected: nil, actual: extra.value)
  }

  private static func compare(_ expected: [JSONValue], _ actual: [JSONValue], at pointer: JSONPointer) -> Difference? {
    for index in 0..<max(expected.count, actual.count) {
      let pointer = pointer.appending(String(index))
      guard index < expected.count, index < actual.count else {
        return Difference(
          pointer: pointer, expected: index < expected.count ? expected[index] : nil,
          actual: index < actual.count ? actual[index] : nil)
      }
      if let difference = compare(expected[index], actual[index], at: pointer) { return difference }
    }
    return nil
  }

  /// Walks both texts side by side; the wildcards' forms have fixed lengths, so there is nothing to try twice.
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
