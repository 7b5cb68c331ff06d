import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets
import SequenceAPI

/// `get_run`: the current state of a run of this ledger. It reads the run from Sequence and records the result.
struct GetRunTool: CatalogTool {
  let services: CatalogServices
  let apiKey: SecretReference

  var name: String { GenericTool.getRun.name }

  /// Exactly one of the two is required.
  private static let parameters = [
    Parameter.text("execution_id", "The execution_id of a call's 'run'."),
    Parameter.text("tool", "The name of a tool, for its last run."),
  ]

  private static let outputSchema = OutputSchema.withFailure([
    "tool": ["type": "string"],
    "sent_at": ["type": "string", "description": "When the run was triggered (RFC 3339)."],
    "note": ["type": "string", "description": "Why 'run' may be out of date or incomplete."],
    "run": ["type": "object", "properties": .object(OutputSchema.runMembers)],
  ])

  var tool: Tool {
    Tool(
      name: name, title: "Get run",
      description: """
        Reports what happened to a run that one of these tools started: what has moved, what is still pending, and why a \
        transfer failed. Pass its execution_id, or a tool's name for that tool's last run. It only reads.
        """,
      inputSchema: ParameterSchema.inputSchema(for: Self.parameters, takesIdempotencyKey: false),
      outputSchema: Self.outputSchema,
      annotations: .readOnly)
  }

  func call(_ arguments: JSONObject, _ context: ToolCallContext) throws(ToolFailure) -> ToolReply {
    readSimulations(context)
    let known = try find(arguments)
    let (run, note) = known.isFinal ? (nil, nil) : try read(known, context)
    var content: JSONObject = [
      "tool": .string(known.intent.tool),
      "sent_at": .string(Timestamp.rfc3339(milliseconds: known.intent.timeMilliseconds)),
      "run": .object(run ?? known.run ?? RunResult.unrecorded(known.executionID)),
    ]
    if let note {
      let isRecorded = run == nil && known.run != nil
      content["note"] = .string(isRecorded ? "\(note) 'run' is its last recorded state." : note)
    }
    return .result(ToolResult(content))
  }

  /// Reads the simulations again that could not be read: Sequence may answer now.
  private func readSimulations(_ context: ToolCallContext) {
    guard !services.process.isDryRun, let runs = try? services.process.safeguards.openRuns(),
      runs.contains(where: \.intent.isSimulation),
      let key = try? services.callSecrets(context).resolve(apiKey)
    else { return }
    OpenRuns(services: services, key: key).read(isDue: \.intent.isSimulation, isCancelled: context.isCancelled)
  }

  private func find(_ arguments: JSONObject) throws(ToolFailure) -> KnownRun {
    let bound = try bind(arguments, to: Self.parameters)
    let id = bound["execution_id"]?.value.stringValue
    let tool = bound["tool"]?.value.stringValue
    guard (id == nil) != (tool == nil) else {
      let fault = ArgumentFault(
        argument: "execution_id", problem: "and 'tool' were both given, or neither was", allowed: "exactly one of them")
      throw .invalidArguments([fault], of: name, status: nil)
    }
    let found: KnownRun?
    do throws(LedgerFault) {
      found =
        if let id {
          try services.process.safeguards.run(executionID: id.lowercased())
        } else {
          try services.process.safeguards.lastRun(tool: tool ?? "")
        }
    } catch {
      throw .refused(Refusal(error), status: nil)
    }
    guard let found else {
      let what = id.map { "with the id '\(VisibleText.escaped($0, limit: 60))'" }
      throw .unknownRun(what ?? "by the tool '\(VisibleText.escaped(tool ?? "", limit: 60))'")
    }
    return found
  }

  private func read(
    _ known: KnownRun, _ context: ToolCallContext
  ) throws(ToolFailure) -> (run: JSONObject?, note: String?) {
    // A dry run sends nothing and records nothing.
    if services.process.isDryRun { return (nil, "A dry run does not read runs.") }
    let key = try services.secret(apiKey, "the API key", from: services.callSecrets(context))
    do throws(SequenceAPIError) {
      return try OpenRuns(services: services, key: key).read(
        known, tool: name, until: services.deadline(of: context), isCancelled: context.isCancelled)
    } catch {
      throw ToolFailure(error, status: nil)
    }
  }
}
