import JSON
import MCP
import Safeguards
import SequenceAPI

/// One tool of the catalogue: what is published, and what a call does.
protocol CatalogTool: Sendable {
  var name: String { get }
  /// What clients see, worked out anew each time.
  var tool: Tool { get }
  /// Runs a call on a worker thread, blocking as long as it takes.
  func call(_ arguments: JSONObject, _ context: ToolCallContext) -> ToolReply
  /// What the configuration says about a call with these arguments; nil if it triggers nothing.
  func terms(of arguments: JSONObject) -> TriggerTerms?
}

/// A tool that triggers a rule: what it would send is known before anything is sent.
protocol TriggerTool: CatalogTool {
  var services: CatalogServices { get }
  /// What a call with these arguments asks for.
  /// - Parameter isCancelled: asked between the parts of a long look.
  /// - Throws: why it is refused without being judged any further.
  func plan(_ arguments: JSONObject, isCancelled: () -> Bool) throws(ToolFailure) -> TriggerPlan
}

extension TriggerTool {
  func call(_ arguments: JSONObject, _ context: ToolCallContext) -> ToolReply {
    do throws(ToolFailure) {
      return TriggerPipeline(services: services).run(
        try plan(arguments, isCancelled: { context.isCancelled }), context)
    } catch {
      services.recordRefusal(tool: name, code: error.code, amount: nil, caller: Caller(context.caller))
      return ToolAnswer.failure(error)
    }
  }

  func terms(of arguments: JSONObject) -> TriggerTerms? {
    (try? plan(arguments, isCancelled: { false })).map {
      TriggerTerms($0, address: services.client.triggerAddress($0.intent.api))
    }
  }
}
