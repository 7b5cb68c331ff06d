package import JSON

/// One tool as `tools/list` publishes it. Which fields a protocol version has is decided in `json(for:)`.
package struct Tool: Sendable {
  package var name: String
  package var title: String?
  package var description: String
  package var inputSchema: JSONObject
  package var outputSchema: JSONObject?
  package var annotations: ToolAnnotations
  /// The tool's `_meta`, if it has one.
  package var meta: JSONObject?

  package init(
    name: String, title: String? = nil, description: String, inputSchema: JSONObject, outputSchema: JSONObject? = nil,
    annotations: ToolAnnotations, meta: JSONObject? = nil
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.inputSchema = inputSchema
    self.outputSchema = outputSchema
    self.annotations = annotations
    self.meta = meta
  }
}

/// The four annotation hints of MCP 2025-03-26 and later. All are always published, because their defaults are surprising.
package struct ToolAnnotations: Sendable, Hashable {
  package var readOnlyHint: Bool
  package var destructiveHint: Bool
  package var idempotentHint: Bool
  package var openWorldHint: Bool

  package init(readOnlyHint: Bool, destructiveHint: Bool, idempotentHint: Bool, openWorldHint: Bool) {
    self.readOnlyHint = readOnlyHint
    self.destructiveHint = destructiveHint
    self.idempotentHint = idempotentHint
    self.openWorldHint = openWorldHint
  }

  /// The hints of a tool that only reads.
  package static let readOnly = ToolAnnotations(
    readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false)
}

extension Tool {
  /// Returns the tool for `tools/list`, with only the fields that the version has (MCP server/tools, each version's schema).
  func json(for version: ProtocolVersion) -> JSONObject {
    var object: JSONObject = ["name": .string(name)]
    if version.has(.titles), let title { object.append("title", .string(title)) }
    object.append("description", .string(description))
    object.append("inputSchema", .object(inputSchema))
    if version.has(.structuredOutput), let outputSchema { object.append("outputSchema", .object(outputSchema)) }
    if version.has(.annotations) { object.append("annotations", .object(annotations.json(title: title))) }
    if version.has(.toolMeta), let meta { object.append("_meta", .object(meta)) }
    return object
  }
}

extension ToolAnnotations {
  /// - Parameter title: Repeated here because clients older than 2025-06-18 look for it among the annotations.
  fileprivate func json(title: String?) -> JSONObject {
    var object = JSONObject()
    if let title { object.append("title", .string(title)) }
    object.append("readOnlyHint", .bool(readOnlyHint))
    object.append("destructiveHint", .bool(destructiveHint))
    object.append("idempotentHint", .bool(idempotentHint))
    object.append("openWorldHint", .bool(openWorldHint))
    return object
  }
}

extension ToolResult {
  /// Returns the result for `tools/call`.
  func json(for version: ProtocolVersion, _ info: ServerInfo) -> JSONObject {
    var fields: [(String, JSONValue)] = [("content", [["type": "text", "text": .string(text)]])]
    if version.has(.structuredOutput), let structuredContent {
      fields.append(("structuredContent", .object(structuredContent)))
    }
    fields.append(("isError", .bool(isError)))
    return version.has(.resultEnvelope) ? ModernEra.result(fields, version, info) : JSONObject(fields)
  }
}
