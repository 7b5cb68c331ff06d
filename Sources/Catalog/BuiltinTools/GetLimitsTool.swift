import JSON
import MCP
import Platform
import Rules
import Safeguards

/// `get_limits`: the used and remaining part of each limit, and when it frees. It reads the ledger's sums and shows no calls.
struct GetLimitsTool: CatalogTool {
  let configuration: Configuration
  let services: CatalogServices

  var name: String { GenericTool.getLimits.name }

  private static let parameters = [
    Parameter.text("tool", "Only the limits of this tool, and those over all tools.")
  ]

  var tool: Tool {
    Tool(
      name: name, title: "Get limits",
      description: """
        Reports what is used and left of the limits that the user has set on the tools that move money, when a used \
        amount becomes available again, and whether everything is paused. It only reads.
        """,
      inputSchema: ParameterSchema.inputSchema(for: Self.parameters, takesIdempotencyKey: false),
      outputSchema: Self.outputSchema,
      annotations: .readOnly)
  }

  private static let outputSchema = OutputSchema.withFailure([
    "paused": ["type": "boolean", "description": "Whether the owner has paused everything that moves money."],
    "total_limits": ["type": "integer", "description": "The number of matching limits, including those left out."],
    "note": ["type": "string", "description": "Present if the list is long or incomplete."],
    "limits": [
      "type": "array",
      "items": [
        "type": "object",
        "properties": [
          "tool": ["type": ["string", "null"], "description": "The tool; null for a limit over all of them."],
          "limit": ["type": "string", "description": "per_day counts any 24 hours, per_30_days any 30 days."],
          "cap": ["type": ["string", "integer"]], "used": ["type": ["string", "integer"]],
          "left": ["type": ["string", "integer"]], "cap_text": ["type": "string"], "used_text": ["type": "string"],
          "left_text": ["type": "string"],
          "frees_at": [
            "type": ["string", "null"],
            "description":
              "When the first used part becomes available again, or a cooldown ends; null if nothing is used.",
          ],
        ],
        "required": ["tool", "limit", "cap", "frees_at"],
      ],
    ],
  ])

  func call(_ arguments: JSONObject, _ context: ToolCallContext) throws(ToolFailure) -> ToolReply {
    let asked = try bind(arguments, to: Self.parameters)["tool"]?.value.stringValue
    let generic = configuration.tools.triggerRule == nil ? [] : [GenericTool.triggerRule.name]
    let names = configuration.rules.filter(\.isEnabled).map(\.alias) + generic
    if let asked, !names.contains(where: { $0.hasSameBytes(as: asked) }) {
      let suggestion = Suggestion.help(for: asked, among: names).map { " (\($0))" } ?? ""
      let fault = ArgumentFault(
        argument: "tool", problem: "is not a tool that moves money" + suggestion, allowed: "the name of such a tool")
      throw .invalidArguments([fault], of: name, status: nil)
    }
    // Disabled rules are not published as tools, so the model does not know them.
    let disabled = Set(configuration.rules.filter { !$0.isEnabled }.map(\.alias))
    do throws(LedgerFault) {
      let report = try services.process.safeguards.limits(of: configuration)
      let limits = report.limits.filter { limit in
        guard let tool = limit.tool else { return true }
        return !disabled.contains(tool) && asked.map { $0.hasSameBytes(as: tool) } ?? true
      }
      // Those over all tools apply to every call, so they are not left out.
      let ordered = limits.filter { $0.tool == nil } + limits.filter { $0.tool != nil }
      let list = LongList(ordered, "limits", narrowing: "Pass 'tool' to narrow it.", json: \.json)
      var content: JSONObject = ["paused": .bool(report.isPaused), "total_limits": JSONValue(limits.count)]
      if let note = list.note { content["note"] = .string(note) }
      content["limits"] = .array(list.shown)
      return .result(ToolResult(content))
    } catch {
      throw .refused(Refusal(error), status: nil)
    }
  }
}
