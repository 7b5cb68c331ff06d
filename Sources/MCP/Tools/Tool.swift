package import JSON

/// One tool as `tools/list` publishes it. Which fields a protocol version has is the protocol's business, not the tool's.
package struct Tool: Sendable {
  package var name: String
  package var title: String?
  package var description: String
  package var inputSchema: JSONObject
  package var outputSchema: JSONObject?
  package var annotations: ToolAnnotations
  /// The tool's `_meta`, where it has one.
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

/// The four hints of MCP 2025-03-26 and later, always all published, since their defaults surprise.
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
}
