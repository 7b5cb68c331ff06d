import Catalog
import Config
import JSON
import MCP
import Platform
import Rules
import SourceYAML

/// The tools of `serve` while the configuration is not valid, or cannot be served before a restart: one that reports what is
/// wrong. If the server exited, a client would show only "disconnected". A model reads its answers, so they name no path; the
/// log and `validate-config` do.
struct ConfigurationErrorProvider: ToolProvider {
  static let toolName = GenericTool.configurationError
  static let message = "The configuration is not valid, so nothing can be triggered."
  /// The maximum number of diagnostics in an answer.
  private static let shownDiagnostics = 3

  /// The file's name.
  private let name: String
  private let diagnostics: [Diagnostic]
  private let message: String
  private let hint: String
  let instructions: String?

  /// - Parameter isWatched: Whether a corrected file is served without a signal.
  init(_ loaded: LoadedConfiguration, _ path: String, isWatched: Bool) {
    name = VisibleText.line(FilePath.lastComponent(path), limit: 1000)
    diagnostics = loaded.diagnostics.filter { $0.severity == .error }
    message = Self.message
    hint =
      "Tell the user what is wrong and where. 'sequence-mcp validate-config', with the path of the configuration file, shows "
      + "all of it in a terminal. "
      + (isWatched
        ? "A corrected file is reloaded at once; then list the tools again."
        : "The server does not watch the file: after correcting it, restart the server or send it SIGHUP.")
    instructions =
      "The configuration of this server is not valid, so it has no other tool. Call \(Self.toolName) and tell the user what it "
      + "reports. The other tools appear as soon as the file is corrected"
      + (isWatched ? "." : " and the server restarted.")
  }

  /// For a valid file that appeared while the server ran, and that it cannot serve.
  init(notServedSince reason: String) {
    name = ""
    diagnostics = []
    message =
      "There is a configuration now that this server cannot use, so nothing can be triggered: "
      + VisibleText.line(Self.withoutPaths(reason), limit: 1000)
    hint = "Ask the user to restart this client, so that it starts the server again."
    instructions =
      "This server has no other tool until it is restarted. Call \(Self.toolName) and tell the user what it reports."
  }

  var isTemporary: Bool { true }

  static let tool = Tool(
    name: toolName, title: "Configuration error",
    description:
      "Reports what is wrong with the configuration of this server and how to correct it. Until then there is no other tool "
      + "and nothing can be triggered.",
    inputSchema: ["type": "object", "additionalProperties": false],
    annotations: .readOnly)

  var tools: [Tool] { [Self.tool] }

  /// The tool once the configuration is valid, for a client that still holds the earlier list.
  static let corrected = (
    tool: tool,
    answer: ToolResult([
      "success": true, "message": "The configuration is valid now. List the tools again: this one is gone.",
    ])
  )

  func call(_ name: String, arguments: JSONObject, context: ToolCallContext) -> ToolReply {
    let shown = diagnostics.prefix(Self.shownDiagnostics).map { diagnostic -> JSONValue in
      var object: JSONObject = [
        "place": .string(self.name + (diagnostic.range.map { ":\($0.start.line):\($0.start.column)" } ?? "")),
        "message": .string(VisibleText.line(Self.withoutPaths(diagnostic.message), limit: 1000)),
      ]
      if let help = diagnostic.help.map(Self.beforePaths), !help.isEmpty {
        object.append("help", .string(VisibleText.line(help, limit: 1000)))
      }
      object.append("rule", .string(diagnostic.id))
      return .object(object)
    }
    let content: JSONObject = [
      "code": .string(CallCode.configurationError.rawValue),
      "message": .string(message), "error_count": JSONValue(diagnostics.count), "diagnostics": .array(shown),
      "hint": .string(hint),
    ]
    return .result(ToolResult(content))
  }

  /// Returns the clauses of a help before the first one with a path: a command without its path would be wrong.
  static func beforePaths(_ help: String) -> String {
    let ends = help.indices.filter { help[$0...].hasPrefix("; ") } + [help.endIndex]
    let parts = ends.map { String(help[..<$0]) }
    return parts.last { withoutPaths($0).hasSameBytes(as: $0) } ?? ""
  }

  /// Returns the text with each path of this machine shortened to its last name. A text that only looks like a path, such as a
  /// `trigger_path`, starts with no directory of this machine.
  static func withoutPaths(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let before = index == 0 ? UInt8(ascii: " ") : bytes[index - 1]
      if "/~".utf8.contains(bytes[index]), "'\" (=:,;[{<\n\t".utf8.contains(before),
        let end = pathEnd(in: bytes, from: index, after: before)
      {
        result += FilePath.lastComponent(String(decoding: bytes[index..<end], as: UTF8.self)).utf8
        index = end
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Returns the end of the path that starts there; nil if none does.
  private static func pathEnd(in bytes: [UInt8], from start: Int, after before: UInt8) -> Int? {
    let isQuoted = "'\"".utf8.contains(before)
    let rest = bytes[start...].prefix(4096)
    let end = rest.firstIndex { isQuoted ? $0 == before : unquotedEnds.contains($0) } ?? rest.endIndex
    guard isPathHere(String(decoding: bytes[start..<end], as: UTF8.self)) else { return nil }
    if isQuoted { return end }
    // A name may contain a blank. What exists shows where the path goes on.
    let longer = rest[end...].indices.last { next in
      (rest[next] == UInt8(ascii: "/") || unquotedEnds.contains(rest[next])) && exists(rest[..<next])
    }
    if let longer { return rest[longer...].firstIndex { unquotedEnds.contains($0) } ?? rest.endIndex }
    return exists(rest) ? rest.endIndex : end
  }

  private static let unquotedEnds = Array(" '\",;()\n\t".utf8)

  private static func exists(_ path: ArraySlice<UInt8>) -> Bool {
    FilePath.exists(String(decoding: path, as: UTF8.self))
  }

  private static func isPathHere(_ text: String) -> Bool {
    if text.hasPrefix("~/") { return true }
    // What follows two slashes is a host.
    guard FilePath.isAbsolute(text), !text.hasPrefix("//"), let first = text.split(separator: "/").first else {
      return false
    }
    return FilePath.exists("/\(first)")
  }
}
