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
}
