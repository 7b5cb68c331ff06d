package import JSON
package import MCP

/// The marks on every result of a server that moves no real money.
package struct ResultMarks: Sendable {
  /// Whether calls go to the built-in sandbox.
  package let isSandbox: Bool
  /// Whether nothing is sent.
  package let isDryRun: Bool

  package init(isSandbox: Bool, isDryRun: Bool) {
    self.isSandbox = isSandbox
    self.isDryRun = isDryRun
  }

  /// Returns the result with its marks, in the text and in the structured content.
  package func marking(_ result: ToolResult) -> ToolResult {
    guard isSandbox || isDryRun, var content = result.structuredContent else { return result }
    if isSandbox { content["sandbox"] = true }
    if isDryRun { content["dry_run"] = true }
    var marked = result
    (marked.text, marked.structuredContent) = (JSONWriter.text(.object(content)), content)
    return marked
  }
}

extension ToolResult {
  /// Creates a result with the same JSON as text content, for clients of every version, and as structured content (MCP
  /// 2025-06-18, server/tools, "Structured Content").
  package init(_ content: JSONObject, isError: Bool = false) {
    self.init(text: JSONWriter.text(.object(content)), structuredContent: content, isError: isError)
  }
}
