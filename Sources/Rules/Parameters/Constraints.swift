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

  /// Whether the file sets the keyword.
  package func has(_ keyword: ParameterKeyword) -> Bool {
    switch keyword {
    case .enum: enumValues.isSet
    case .minLength: minLength.isSet
    case .maxLength: maxLength.isSet
    case .pattern: pattern.isSet
    case .format: format.isSet
    case .minimum: minimum.isSet
    case .maximum: maximum.isSet
    case .exclusiveMinimum: exclusiveMinimum.isSet
    case .exclusiveMaximum: exclusiveMaximum.isSet
    case .multipleOf: multipleOf.isSet
    }
  }
}

extension Optional {
  /// Whether there is a value. `!= nil` would copy and compare Equatable values.
  fileprivate var isSet: Bool {
    switch self {
    case .some: true
    case .none: false
    }
  }
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

/// The bounds shared by all number types.
struct NumberBounds {
  private let minimum: ExactDecimal?
  private let maximum: ExactDecimal?
  private let exclusiveMinimum: ExactDecimal?
  private let exclusiveMaximum: ExactDecimal?
  private let multipleOf: ExactDecimal?
  /// Formats a bound; an amount of money as `$1,000.00`.
  private let text: @Sendable (ExactDecimal) -> String

  /// - Parameters:
  ///   - isMoney: Whether the numbers are dollars.
  ///   - defaultMinimum: Applies if the file declares no `minimum`.
  ///   - defaultMaximum: Applies if the file declares no `maximum`.
  init(
    _ constraints: Constraints, isMoney: Bool = false, defaultMinimum: ExactDecimal? = nil,
    defaultMaximum: ExactDecimal? = nil
  ) {
    text = { isMoney ? DollarText.of($0.number) : $0.number.text }
    minimum = constraints.minimum ?? defaultMinimum
    maximum = constraints.maximum ?? defaultMaximum
    exclusiveMinimum = constraints.exclusiveMinimum
    exclusiveMaximum = constraints.exclusiveMaximum
    multipleOf = constraints.multipleOf
  }

  /// - Throws: `InvalidValue` for the first violated bound.
  func check(_ value: ExactDecimal) throws(InvalidValue) {
    if let minimum, value < minimum { throw InvalidValue("is under the minimum") }
    if let maximum, value > maximum { throw InvalidValue("is over the maximum") }
    if let exclusiveMinimum, value <= exclusiveMinimum {
      throw InvalidValue("is not more than \(text(exclusiveMinimum))")
    }
    if let exclusiveMaximum, value >= exclusiveMaximum {
      throw InvalidValue("is not less than \(text(exclusiveMaximum))")
    }
    if let multipleOf, !value.isMultiple(of: multipleOf) {
      throw InvalidValue("is not a multiple of \(text(multipleOf))")
    }
  }

  /// The bounds in words, with a leading space unless empty: ` from 1 to 10`.
  var words: String {
    let end = maximum.map { text($0) } ?? exclusiveMaximum.map { "less than \(text($0))" }
    let range = minimum.flatMap { least in end.map { "from \(text(least)) to \($0)" } }
    let bounds = [
      range ?? minimum.map { "from \(text($0))" }, exclusiveMinimum.map { "more than \(text($0))" },
      range == nil ? maximum.map { "at most \(text($0))" } : nil,
      range == nil || maximum != nil ? exclusiveMaximum.map { "less than \(text($0))" } : nil,
    ].compactMap { $0 }
    let parts = [bounds.joined(separator: " and "), multipleOf.map { "in steps of \(text($0))" } ?? ""]
    return parts.filter { !$0.isEmpty }.map { " " + $0 }.joined()
  }

  /// Adds the bounds in JSON Schema's keywords.
  func publish(in schema: inout JSONObject) {
    func publish(_ name: String, _ bound: ExactDecimal?) {
      if let bound { schema.append(name, .number(bound.number)) }
    }
    publish("minimum", minimum)
    publish("maximum", maximum)
    publish("exclusiveMinimum", exclusiveMinimum)
    publish("exclusiveMaximum", exclusiveMaximum)
    publish("multipleOf", multipleOf)
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
