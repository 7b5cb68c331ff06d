package import JSON

/// The constraints on a parameter's value, in JSON Schema 2020-12's keywords.
package struct Constraints: Sendable {
  package static let defaultMaxLength = 4096

  /// The only values that are allowed; nil allows all.
  package var enumValues: [JSONValue]?
  /// In Unicode code points.
  package var minLength: Int?
  /// In Unicode code points; nil means `defaultMaxLength`.
  package var maxLength: Int?
  /// The pattern that the whole text must match.
  package var pattern: Pattern?
  package var format: StringFormat?
  /// The smallest allowed number; dollars for `money`.
  package var minimum: ExactDecimal?
  /// The largest allowed number; dollars for `money`.
  package var maximum: ExactDecimal?
  /// A number that the value must be over.
  package var exclusiveMinimum: ExactDecimal?
  /// A number that the value must be under.
  package var exclusiveMaximum: ExactDecimal?
  /// The number that the value must be a whole multiple of; over zero.
  package var multipleOf: ExactDecimal?

  package init() {}
}

/// A keyword that constrains a parameter's values, spelled as in JSON Schema 2020-12.
package enum ParameterKeyword: String, Sendable, Hashable, CaseIterable {
  case `enum`
  case minLength, maxLength, pattern, format
  case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf

  /// Whether the keyword applies to number types. The others apply to strings, `enum` to both.
  var isForNumbers: Bool {
    switch self {
    case .enum, .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf: true
    case .minLength, .maxLength, .pattern, .format: false
    }
  }
}

/// A type of numbers. All take the same keywords.
protocol NumberKind: ParameterKind {
  func bounds(_ constraints: Constraints) -> NumberBounds
}

extension NumberKind {
  func takes(_ keyword: ParameterKeyword) -> Bool { keyword.isForNumbers }

  func bounds(_ constraints: Constraints) -> NumberBounds { NumberBounds(constraints: constraints) }

  func publish(_ constraints: Constraints, in schema: inout JSONObject) {
    for (name, bound) in bounds(constraints).all {
      if let bound { schema.append(name, .number(bound.number)) }
    }
  }
}

/// The bounds shared by all number types.
struct NumberBounds {
  var constraints: Constraints
  /// Whether the numbers are dollars.
  var isMoney = false

  /// By JSON Schema's keywords.
  var all: [(name: String, bound: ExactDecimal?)] {
    [
      ("minimum", constraints.minimum), ("maximum", constraints.maximum),
      ("exclusiveMinimum", constraints.exclusiveMinimum), ("exclusiveMaximum", constraints.exclusiveMaximum),
      ("multipleOf", constraints.multipleOf),
    ]
  }

  /// Returns a bound as shown: an amount of money as `$1,000.00`.
  private func text(_ bound: ExactDecimal) -> String {
    isMoney ? DollarText.of(bound.number) : bound.number.text
  }

  /// - Throws: `InvalidValue` for the first violated bound.
  func check(_ value: ExactDecimal) throws(InvalidValue) {
    if let least = constraints.minimum, value < least { throw InvalidValue("is under the minimum") }
    if let most = constraints.maximum, value > most { throw InvalidValue("is over the maximum") }
    if let low = constraints.exclusiveMinimum, value <= low { throw InvalidValue("is not more than \(text(low))") }
    if let high = constraints.exclusiveMaximum, value >= high { throw InvalidValue("is not less than \(text(high))") }
    if let step = constraints.multipleOf, !value.isMultiple(of: step) {
      throw InvalidValue("is not a multiple of \(text(step))")
    }
  }

  /// The bounds in words, with a leading space unless empty: ` from 1 to 10`.
  var words: String {
    let (least, most) = (constraints.minimum, constraints.maximum)
    let under = constraints.exclusiveMaximum.map { "less than \(text($0))" }
    let range = least.flatMap { least in (most.map(text) ?? under).map { "from \(text(least)) to \($0)" } }
    let bounds = [
      range ?? least.map { "from \(text($0))" }, constraints.exclusiveMinimum.map { "more than \(text($0))" },
      range == nil ? most.map { "at most \(text($0))" } : nil, range == nil || most != nil ? under : nil,
    ].compactMap { $0 }
    let parts = [bounds.joined(separator: " and "), constraints.multipleOf.map { "in steps of \(text($0))" } ?? ""]
    return parts.filter { !$0.isEmpty }.map { " " + $0 }.joined()
  }

  /// Returns the number, also from a text without an exponent: some clients send numbers as text.
  /// - Throws: `InvalidValue` for any other value.
  static func number(in value: JSONValue) throws(InvalidValue) -> JSONNumber {
    switch value {
    case .number(let number): return number
    case .string(let text):
      guard let number = JSONNumber(text) else { throw InvalidValue("is text that is not a plain number") }
      guard !text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
        throw InvalidValue("is text with an exponent")
      }
      return number
    case .null, .bool, .array, .object: throw InvalidValue("is not a number")
    }
  }
}
