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
