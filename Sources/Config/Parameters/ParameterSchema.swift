package import JSON

/// An alias's `inputSchema` (MCP, server/tools): everything that `ArgumentBinder` enforces is published in it.
package enum ParameterSchema {
  /// A JSON Schema 2020-12 object that takes exactly these parameters and `idempotency_key`.
  /// - Parameter takesIdempotencyKey: false for tools that trigger nothing.
  package static func inputSchema(for parameters: [Parameter], takesIdempotencyKey: Bool = true) -> JSONObject {
    var properties = JSONObject()
    for parameter in parameters { properties.append(parameter.name, .object(parameter.publishedSchema)) }
    if takesIdempotencyKey {
      properties.append(IdempotencyKey.argumentName, .object(IdempotencyKey.publishedSchema))
    }
    let required = parameters.filter { $0.isRequired && $0.defaultValue == nil }.map { JSONValue.string($0.name) }
    var schema: JSONObject = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { schema.append("required", .array(required)) }
    schema.append("additionalProperties", false)
    return schema
  }
}
