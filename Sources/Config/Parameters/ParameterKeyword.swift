/// A keyword that narrows a parameter's values, spelt as in JSON Schema 2020-12.
package enum ParameterKeyword: String, Sendable, Hashable, CaseIterable {
  case `enum`
  case minLength, maxLength, pattern, format
  case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf

  /// The bounds of every type that is a number.
  static let ofNumbers: [ParameterKeyword] = [
    .enum, .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf,
  ]
}
