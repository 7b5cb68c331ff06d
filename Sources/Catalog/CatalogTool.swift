package import JSON
package import MCP

/// One tool of the catalogue: what is published, and what a call does.
package protocol CatalogTool: Sendable {
  var name: String { get }
  /// What clients see, worked out anew each time.
  var tool: Tool { get }
  /// Runs a call on a worker thread, blocking as long as it takes.
  func call(_ arguments: JSONObject, _ context: ToolCallContext) -> ToolReply
}
