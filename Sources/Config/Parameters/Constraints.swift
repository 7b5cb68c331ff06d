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
  func has(_ keyword: ParameterKeyword) -> Bool {
    switch keyword {
    case .enum: enumValues != nil
    case .minLength: minLength != nil
    case .maxLength: maxLength != nil
    case .pattern: pattern != nil
    case .format: format != nil
    case .minimum: minimum != nil
    case .maximum: maximum != nil
    case .exclusiveMinimum: exclusiveMinimum != nil
    case .exclusiveMaximum: exclusiveMaximum != nil
    case .multipleOf: multipleOf != nil
    }
  }
}
