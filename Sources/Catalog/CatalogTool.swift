import JSON
import MCP
import Rules
import Safeguards
import SequenceAPI

/// One tool of the catalog: its published description, and its behavior.
protocol CatalogTool: Sendable {
  var name: String { get }
  /// The published tool, computed on each access.
  var tool: Tool { get }
  var services: CatalogServices { get }
  /// Runs a call on a worker thread, blocking until it is done.
  func call(_ arguments: JSONObject, _ context: ToolCallContext) throws(ToolFailure) -> ToolReply
}

extension CatalogTool {
  /// Returns the arguments of a tool that only reads.
  func bind(_ arguments: JSONObject, to parameters: [Parameter]) throws(ToolFailure) -> BoundArguments {
    do throws(ArgumentFaults) {
      return try ArgumentBinder.bind(arguments, to: parameters, takesIdempotencyKey: false)
    } catch {
      throw .invalidArguments(error.faults, of: name, status: nil)
    }
  }
}

extension Parameter {
  /// Returns an argument of a tool that is not an alias, of up to 128 characters. It is declared like an alias's, so that
  /// validation and the published schema agree.
  static func text(_ name: String, _ description: String, isRequired: Bool = false) -> Parameter {
    var parameter = Parameter()
    parameter.name = name
    parameter.description = description
    parameter.isRequired = isRequired
    parameter.constraints.maxLength = 128
    return parameter
  }
}

/// A tool that triggers a rule. Its request is known before anything is sent.
protocol TriggerTool: CatalogTool {
  /// Returns the plan of a call with these arguments.
  /// - Parameter isCancelled: Called between the steps of a long check.
  func plan(_ arguments: JSONObject, isCancelled: () -> Bool) throws(RefusedCall) -> TriggerPlan
}

/// A call that its tool refuses, before the safeguards check it.
struct RefusedCall: Error {
  let failure: ToolFailure
  /// The call that the arguments ask for, which an earlier attempt may have sent; nil if they ask for none.
  let intent: TriggerIntent?
}

extension TriggerTool {
  func call(_ arguments: JSONObject, _ context: ToolCallContext) throws(ToolFailure) -> ToolReply {
    do throws(RefusedCall) {
      var pipeline = TriggerPipeline(try plan(arguments, isCancelled: context.isCancelled), services, context)
      return pipeline.run()
    } catch {
      let failure = services.screened(error.failure, of: arguments)
      services.recordRefusal(tool: name, code: failure.code, amount: nil, caller: Caller(context.caller))
      throw error.intent.map { services.failure(failure, of: $0) } ?? failure
    }
  }

  /// Returns the configuration's terms for a call with these arguments, or nil if it refuses them.
  func terms(of arguments: JSONObject) -> TriggerTerms? {
    (try? plan(arguments, isCancelled: { false })).map { TriggerTerms($0, over: services.client) }
  }
}

/// A list in a result, which clients may cut if it is long.
struct LongList {
  /// More items are left out.
  private static let mostShown = 250
  /// Some clients cut a result of 10 KiB.
  private static let longSize = 8 << 10

  let shown: [JSONValue]
  /// Says that the list is long or incomplete; nil if it is neither.
  let note: String?

  /// - Parameters:
  ///   - noun: What the items are, for the note.
  ///   - narrowing: How the caller gets a shorter list, as a sentence.
  ///   - others: What the result holds besides, which makes it longer.
  init<Item>(
    _ items: [Item], _ noun: String, narrowing: String, besides others: [JSONValue] = [], json: (Item) -> JSONValue
  ) {
    shown = items.prefix(Self.mostShown).map(json)
    let size = (shown + others).reduce(0) { $0 + JSONWriter.write($1).count }
    note =
      if shown.count < items.count {
        "Only the first \(shown.count) of \(items.count) \(noun). \(narrowing)"
      } else if size > Self.longSize {
        "This list is long (\(size >> 10) KiB), so the client may cut it. \(narrowing)"
      } else {
        nil
      }
  }
}
