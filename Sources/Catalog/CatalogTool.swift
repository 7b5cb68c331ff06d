import JSON
package import MCP
package import Platform
package import Rules
package import Safeguards
package import Secrets
package import SequenceAPI

/// One tool of the catalog: its published description, and its behavior.
protocol CatalogTool: Sendable {
  var name: String { get }
  /// The published tool, computed on each access.
  var tool: Tool { get }
  /// Runs a call on a worker thread, blocking until it is done.
  func call(_ arguments: JSONObject, _ context: ToolCallContext) -> ToolReply
  /// Returns the configuration's terms for a call with these arguments, or nil if the tool triggers nothing.
  func terms(of arguments: JSONObject) -> TriggerTerms?
}

/// A tool that triggers a rule. Its request is known before anything is sent.
protocol TriggerTool: CatalogTool {
  var services: CatalogServices { get }
  /// Returns the plan of a call with these arguments.
  /// - Parameter isCancelled: Called between the steps of a long check.
  /// - Throws: the failure of a call that is refused before any further check.
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

/// The dependencies shared by all tools of a catalog.
package final class CatalogServices: Sendable {
  package let client: SequenceClient
  package let secrets: SecretResolver
  package let safeguards: TriggerGuard
  package let served: ServedTools
  package let consentMemory: ConsentMemory
  /// Whether a window can be opened for the person.
  package let dialog: DialogAvailability
  package let owner: OwnerPresence
  /// Returns how long the client of that name waits for a call; nil for one without a name.
  let callTimeout: @Sendable (_ clientName: String?) -> CallTimeout
  /// `server.question_timeout`.
  package let questionSeconds: Int?
  package let clock: any Clock
  package let log: Logger
  /// Whether triggers only report what they would send.
  package let isDryRun: Bool
  /// Whether calls go to the built-in sandbox, which questions then state.
  package let isSandbox: Bool
  /// The API that `get_accounts` reads from.
  let accountsAPI: SequenceAPIName
  let platformState: SharedPlatformState

  /// - Parameter platformState: Outlives reloads.
  package init(
    client: SequenceClient, secrets: SecretResolver, safeguards: TriggerGuard, served: ServedTools,
    consentMemory: ConsentMemory = ConsentMemory(),
    dialog: DialogAvailability = .unavailable("windows are switched off"), owner: OwnerPresence = .elsewhere,
    callTimeout: @escaping @Sendable (_ clientName: String?) -> CallTimeout = { _ in .oneMinute },
    questionSeconds: Int? = nil, clock: any Clock, log: Logger, isDryRun: Bool, isSandbox: Bool = false,
    accountsAPI: SequenceAPIName = .remote, platformState: SharedPlatformState = SharedPlatformState()
  ) {
    self.client = client
    self.secrets = secrets
    self.safeguards = safeguards
    self.served = served
    self.consentMemory = consentMemory
    self.dialog = dialog
    self.owner = owner
    self.callTimeout = callTimeout
    self.questionSeconds = questionSeconds
    self.clock = clock
    self.log = log
    self.isDryRun = isDryRun
    self.isSandbox = isSandbox
    self.accountsAPI = accountsAPI
    self.platformState = platformState
  }

  /// Returns the client's own name as shown to people and in logs.
  func clientName(of caller: ToolCaller) -> String? { safeguards.shown(Caller(caller)).clientName }

  /// Returns how much longer a call may take before its client gives up on it.
  func millisecondsLeft(of context: ToolCallContext) -> Int64 {
    callTimeout(clientName(of: context.caller)).left(elapsed: context.elapsedMilliseconds)
  }

  /// Sets the answer that the client gets when it will not wait any longer.
  /// - Parameter endsCall: Whether nothing more may be done for the call then.
  /// - Returns: false if the call is over, so that nothing may be begun for it.
  func answerLate(_ failure: ToolFailure, _ context: ToolCallContext, endsCall: Bool) -> Bool {
    context.answerLate(lateAnswer(failure, context.caller, endsCall: endsCall))
  }

  /// Returns an answer that is due when the client will not wait any longer.
  func lateAnswer(_ failure: ToolFailure, _ caller: ToolCaller, endsCall: Bool) -> LateAnswer {
    let timeout = callTimeout(clientName(of: caller)).setByOwner(questionSeconds: questionSeconds)
    return LateAnswer(afterMilliseconds: timeout.deadlineMilliseconds, failure.result, endsCall: endsCall)
  }

  /// Returns the failure of a call whose secret cannot be used. The fault itself goes to the log.
  /// - Parameters:
  ///   - what: The name of the secret, for the message.
  ///   - status: Nil if the tool triggers nothing.
  func failure(_ fault: SecretFault, what: String, status: String?) -> ToolFailure {
    log.error("\(what): \(fault.message); \(fault.help)")
    return .secret(fault, what: what, status: status)
  }

  /// Records a call that is not sent in `refused.jsonl`. A dry run records nothing.
  func recordRefusal(tool: String, code: String, amount: Money?, caller: Caller, passedOver: [String] = []) {
    guard !isDryRun else { return }
    safeguards.recordRefusal(tool: tool, code: code, amount: amount, caller: caller, passedOver: passedOver)
  }
}
