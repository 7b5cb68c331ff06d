import Config
import JSON
import MCP
import Platform
import Rules
import SourceYAML

/// The tools of `serve` while the configuration is not valid: one that reports what is wrong. If the server exited, a client
/// would show only "disconnected".
struct FaultyConfiguration: ToolProvider {
  static let toolName = "configuration_error"
  static let message = "The configuration is not valid, so nothing can be triggered."
  /// The maximum number of diagnostics in an answer.
  private static let shownDiagnostics = 3

  static let info = ServerInfo(
    name: "sequence-mcp", title: "Sequence (configuration error)", version: CommandLineInterface.version)

  private let path: String
  private let diagnostics: [Diagnostic]

  /// - Parameter path: the path of the file, as the person knows it.
  init(_ loaded: LoadedConfiguration, _ path: String, _ console: Console) {
    let home = console.accountHome + "/"
    self.path = path.hasPrefix(home) ? "~/" + path.dropFirst(home.count) : path
    diagnostics = loaded.diagnostics.filter { $0.severity == .error }
  }

  var instructions: String? {
    "The configuration of this server is not valid, so it has no other tool. Call \(Self.toolName) and tell the user what it "
      + "reports. The other tools appear as soon as the file is corrected."
  }

  var tools: [Tool] {
    [
      Tool(
        name: Self.toolName, title: "Configuration error",
        description:
          "Reports what is wrong with the configuration of this server and how to correct it. Until then there is no other tool "
          + "and nothing can be triggered.",
        inputSchema: ["type": "object", "additionalProperties": false],
        annotations: ToolAnnotations(
          readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false))
    ]
  }

  func call(_ name: String, arguments: JSONObject, context: ToolCallContext) -> ToolReply {
    let shown = diagnostics.prefix(Self.shownDiagnostics).map { diagnostic -> JSONValue in
      var object: JSONObject = [
        "place": .string(place(diagnostic)), "message": .string(VisibleText.line(diagnostic.message, limit: 1000)),
      ]
      if let help = diagnostic.help { object.append("help", .string(VisibleText.line(help, limit: 1000))) }
      object.append("rule", .string(diagnostic.rule))
      return .object(object)
    }
    let command = VisibleText.line("sequence-mcp validate-config " + ShellWord.path(path), limit: 1000)
    let content: JSONObject = [
      "error": true, "code": "CONFIGURATION_ERROR",
      "message": .string(Self.message),
      "error_count": JSONValue(diagnostics.count), "diagnostics": .array(shown),
      "hint": .string(
        "Tell the user what is wrong and where. '\(command)' shows all of it in a terminal. A corrected file is reloaded at "
          + "once; then list the tools again."),
      "retryable": true,
    ]
    return .result(ToolResult(text: JSONWriter.text(.object(content)), structuredContent: content))
  }

  private func place(_ diagnostic: Diagnostic) -> String {
    let position = diagnostic.range.map { ":\($0.start.line):\($0.start.column)" } ?? ""
    return VisibleText.line(path, limit: 1000) + position
  }
}
