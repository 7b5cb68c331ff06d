import JSON

@testable import Rules

/// Returns a parameter in one line.
func parameter(
  _ name: String, _ type: ParameterType = .string, required: Bool = true, default value: JSONValue? = nil,
  _ constrain: (inout Constraints) -> Void = { _ in }
) -> Parameter {
  var parameter = Parameter()
  parameter.name = name
  parameter.type = type
  parameter.isRequired = required && value == nil
  parameter.defaultValue = value
  constrain(&parameter.constraints)
  return parameter
}

func decimal(_ text: String) -> ExactDecimal { ExactDecimal(JSONNumber(text)!) }
func number(_ text: String) -> JSONValue { .number(JSONNumber(text)!) }
func json(_ text: String) -> JSONValue { try! JSONParser.parse(text) }
