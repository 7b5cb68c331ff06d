import JSON
import Rules

/// The arguments of the generic tools, declared like an alias's parameters, so that validation and the published schema agree.
enum InputSchema {
  /// Returns an argument of up to 128 characters.
  static func text(_ name: String, _ description: String, isRequired: Bool = false) -> Parameter {
    var parameter = Parameter()
    parameter.name = name
    parameter.description = description
    parameter.isRequired = isRequired
    parameter.constraints.maxLength = 128
    return parameter
  }
}
