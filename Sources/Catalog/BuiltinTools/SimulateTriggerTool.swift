import JSON
import MCP
import Platform
import Rules
import Safeguards
import SequenceAPI

/// `simulate_trigger`: what a call of a tool would transfer, from a simulation at Sequence. Nobody is asked, because nothing
/// moves. A pause and the limits apply: nothing but Sequence's word says that a request was only simulated.
struct SimulateTriggerTool: CatalogTool {
  /// The tools of the Platform API.
  let tools: [AliasTool]
  let services: CatalogServices

  var name: String { GenericTool.simulateTrigger.name }

  var tool: Tool {
    Tool(
      name: name, title: "Simulate a trigger",
      description: """
        Asks Sequence what a call of one of these tools would transfer, without moving anything. Use it when the user wants \
        to see the effect before running the rule.
        """,
      inputSchema: inputSchema, outputSchema: OutputSchema.platformTrigger,
      annotations: ToolAnnotations(
        readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false))
  }

  private var inputSchema: JSONObject {
    [
      "type": "object",
      "properties": [
        "tool": [
          "type": "string", "enum": .array(tools.map { .string($0.name) }),
          "description": "The tool that would be called.",
        ],
        "arguments": ["type": "object", "description": "The arguments of that call."],
      ],
      "required": ["tool"], "additionalProperties": false,
    ]
  }

  func call(_ arguments: JSONObject, _ context: ToolCallContext) throws(ToolFailure) -> ToolReply {
    let (simulated, inner) = try target(arguments)
    let pipeline: TriggerPipeline
    do throws(RefusedCall) {
      pipeline = TriggerPipeline(try simulated.plan(inner, isCancelled: context.isCancelled), services, context)
    } catch {
      throw error.failure
    }
    if services.process.isDryRun {
      return .result(
        ToolResult([
          "success": true, "status": ResultStatus.dryRun.json,
          "message": "Dry run: nothing was sent, and no simulation was made either.",
        ]))
    }
    if let pause = services.process.safeguards.pause { throw .refused(pause) }
    pipeline.readOpenRuns()
    if let seconds = services.process.platformState.takeSimulation(
      nowMilliseconds: services.process.clock.bootMilliseconds())
    {
      throw .tooManySimulations(seconds: seconds)
    }
    let simulator = Simulator(plan: pipeline.plan, sender: try pipeline.sender(), late: .outOfTime)
    return .result(
      ToolAnswer.success(
        .simulated, "Sequence simulated this run; nothing was moved. 'run' says what a call would transfer.",
        more: ["run": .object(try simulator.run(for: name).run)]))
  }

  /// Returns the selected tool and the arguments for it.
  private func target(_ arguments: JSONObject) throws(ToolFailure) -> (AliasTool, JSONObject) {
    var choice = Parameter()
    choice.name = "tool"
    choice.constraints.enumValues = tools.map { .string($0.name) }
    var name = ""
    var faults: [ArgumentFault] = []
    do throws(ArgumentFaults) {
      let bound = try ArgumentBinder.bind(
        arguments, to: [choice], takesIdempotencyKey: false, alsoTaking: ["arguments"])
      name = bound["tool"]?.value.stringValue ?? ""
    } catch {
      faults = error.faults
    }
    let inner = arguments["arguments"] ?? .null
    if inner != .null, inner.objectValue == nil {
      faults.append(ArgumentFault(argument: "arguments", problem: "is not an object", allowed: "the tool's arguments"))
    }
    guard faults.isEmpty, let found = tools.first(where: { $0.name.hasSameBytes(as: name) }) else {
      throw .invalidArguments(faults, of: self.name, status: .rejected)
    }
    return (found, inner.objectValue ?? [:])
  }
}
