import JSON

extension Tool {
  /// The tool as `tools/list` shows it, with only the fields that the version has (MCP server/tools, each version's schema).
  func json(for version: ProtocolVersion) -> JSONObject {
    var object: JSONObject = ["name": .string(name)]
    if version.has(.titles), let title { object.append("title", .string(title)) }
    object.append("description", .string(description))
    object.append("inputSchema", .object(inputSchema))
    if version.has(.structuredOutput), let outputSchema { object.append("outputSchema", .object(outputSchema)) }
    if version.has(.annotations) { object.append("annotations", .object(annotations.json)) }
    if version.has(.toolMeta), let meta { object.append("_meta", .object(meta)) }
    return object
  }
}

extension ToolAnnotations {
  fileprivate var json: JSONObject {
    [
      "readOnlyHint": .bool(readOnlyHint), "destructiveHint": .bool(destructiveHint),
      "idempotentHint": .bool(idempotentHint), "openWorldHint": .bool(openWorldHint),
    ]
  }
}

extension ToolResult {
  /// The result as `tools/call` answers it.
  func json(for version: ProtocolVersion, _ info: ServerInfo) -> JSONObject {
    var fields: [(String, JSONValue)] = [("content", [["type": "text", "text": .string(text)]])]
    if version.has(.structuredOutput), let structuredContent {
      fields.append(("structuredContent", .object(structuredContent)))
    }
    fields.append(("isError", .bool(isError)))
    return version.era == .modern ? ModernEra.result(fields, version, info) : JSONObject(fields)
  }
}
