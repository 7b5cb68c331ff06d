import JSON
package import MCP
package import Platform
package import Rules
package import Safeguards
package import Secrets
package import SequenceAPI

/// One tool of the catalog: what is published, and what a call does.
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

/// What tools need beside their own rule, shared by all tools of a catalog; made anew for each configuration.
package final class CatalogServices: Sendable {
  package let client: SequenceClient
  package let secrets: SecretResolver
  package let safeguards: TriggerGuard
  package let served: ServedTools
  package let consentMemory: ConsentMemory
  /// Whether a window can be opened for the person.
  package let dialog: DialogAvailability
  package let owner: OwnerPresence
  /// `server.question_timeout`.
  package let questionSeconds: Int?
  package let clock: any Clock
  package let log: Logger
  /// Whether triggers only tell what they would send.
  package let isDryRun: Bool
  /// Whether calls go to the built-in sandbox, which the questions say.
  package let isSandbox: Bool
  /// Over which API `get_accounts` reads.
  let accountsAPI: SequenceAPIName
  let platformUse: PlatformUse

  /// - Parameter platformUse: outlives reloads.
  package init(
    client: SequenceClient, secrets: SecretResolver, safeguards: TriggerGuard, served: ServedTools,
    consentMemory: ConsentMemory = ConsentMemory(),
    dialog: DialogAvailability = .unavailable("windows are switched off"), owner: OwnerPresence = .elsewhere,
    questionSeconds: Int? = nil, clock: any Clock, log: Logger, isDryRun: Bool, isSandbox: Bool = false,
    accountsAPI: SequenceAPIName = .remote, platformUse: PlatformUse = PlatformUse()
  ) {
    self.client = client
    self.secrets = secrets
    self.safeguards = safeguards
    self.served = served
    self.consentMemory = consentMemory
    self.dialog = dialog
    self.owner = owner
    self.questionSeconds = questionSeconds
    self.clock = clock
    self.log = log
    self.isDryRun = isDryRun
    self.isSandbox = isSandbox
    self.accountsAPI = accountsAPI
    self.platformUse = platformUse
  }

  /// What a client calls itself, as people and logs are shown it.
  func clientName(of caller: ToolCaller) -> String? { safeguards.shown(Caller(caller)).clientName }

  /// Adds a call that is not sent to `refused.jsonl`; a dry run leaves no trace.
  func recordRefusal(tool: String, code: String, amount: Money?, caller: Caller) {
    guard !isDryRun else { return }
    safeguards.recordRefusal(tool: tool, code: code, amount: amount, caller: caller)
  }
}
