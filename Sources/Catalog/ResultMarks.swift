import JSON
package import MCP

/// What every result of a server says that moves no real money.
package struct ResultMarks: Sendable {
  /// Whether calls go to the built-in sandbox.
  package let isSandbox: Bool
  /// Whether nothing is sent.
  package let isDryRun: Bool

  package init(isSandbox: Bool, isDryRun: Bool) {
    self.isSandbox = isSandbox
    self.isDryRun = isDryRun
  }

  /// The result with its marks, in the text and in the structured content.
  package func marking(_ result: ToolResult) -> ToolResult {
    guard isSandbox || isDryRun, var content = result.structuredContent else { return result }
    if isSandbox { content["sandbox"] = true }
    if isDryRun { content["dry_run"] = true }
    var marked = result
    marked.structuredContent = content
    marked.text = JSONWriter.text(.object(content))
    return marked
  }
}
