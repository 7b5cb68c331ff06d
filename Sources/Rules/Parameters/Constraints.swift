package import JSON

/// What a parameter's value must be, in JSON Schema 2020-12's keywords.
package struct Constraints: Sendable {
  package var enumValues: [JSONValue]?
  /// In Unicode code points.
  package var minLength: Int?
  package var maxLength: Int?
  package var pattern: Pattern?
  package var format: StringFormat?
  package var minimum: ExactDecimal?
  package var maximum: ExactDecimal?
  package var exclusiveMinimum: ExactDecimal?
  package var exclusiveMaximum: ExactDecimal?
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
  /// As `!= nil`, which for values that can be compared makes copies and compares those.
  fileprivate var isSet: Bool {
    switch self {
    case .some: true
    case .none: false
    }
  }
}

/// A keyword that narrows a parameter's values, spelt as in JSON Schema 2020-12.
package enum ParameterKeyword: String, Sendable, Hashable, CaseIterable {
  case `enum`
  case minLength, maxLength, pattern, format
  case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf

  /// Whether it bounds every type that is a number; the others bound strings, and `enum` bounds both.
  var isForNumbers: Bool {
    switch self {
    case .enum, .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf: true
    case .minLength, .maxLength, .pattern, .format: false
    }
  }
}
