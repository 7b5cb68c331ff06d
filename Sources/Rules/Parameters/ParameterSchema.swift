package import JSON

/// An alias's `inputSchema` (MCP, server/tools): everything that `ArgumentBinder` enforces is published in it, or said in a
/// description if some client's engine refuses the keyword.
package enum ParameterSchema {
  /// A JSON Schema 2020-12 object that takes exactly these parameters and `idempotency_key`.
  /// - Parameter takesIdempotencyKey: false for tools that trigger nothing.
  package static func inputSchema(for parameters: [Parameter], takesIdempotencyKey: Bool = true) -> JSONObject {
    var properties = JSONObject(minimumCapacity: parameters.count + 1)
    var required: [JSONValue] = []
    for index in parameters.indices {
      properties.append(parameters[index].name, .object(parameters[index].publishedSchema))
      if parameters[index].isRequired, parameters[index].defaultValue == nil {
        required.append(.string(parameters[index].name))
      }
    }
    if takesIdempotencyKey {
      properties.append(IdempotencyKey.argumentName, .object(IdempotencyKey.publishedSchema))
    }
    var schema = JSONObject(minimumCapacity: 4)
    schema.append("type", "object")
    // llama.cpp refuses an empty `properties`.
    if !properties.isEmpty { schema.append("properties", .object(properties)) }
    if !required.isEmpty { schema.append("required", .array(required)) }
    schema.append("additionalProperties", false)
    return schema
  }
}
