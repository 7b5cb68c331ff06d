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
  var services: CatalogServices { get }
  /// Runs a call on a worker thread, blocking until it is done.
  func call(_ arguments: JSONObject, _ context: ToolCallContext) throws(ToolFailure) -> ToolReply
  /// Returns the configuration's terms for a call with these arguments, or nil if the tool triggers nothing.
  func terms(of arguments: JSONObject) -> TriggerTerms?
}

extension CatalogTool {
  func terms(of arguments: JSONObject) -> TriggerTerms? { nil }

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
    services.registerSecrets()
    do throws(RefusedCall) {
      return TriggerPipeline(services: services).run(try plan(arguments, isCancelled: context.isCancelled), context)
    } catch {
      services.recordRefusal(tool: name, code: error.failure.code, amount: nil, caller: Caller(context.caller))
      throw error.intent.map { services.failure(error.failure, of: $0) } ?? error.failure
    }
  }

  func terms(of arguments: JSONObject) -> TriggerTerms? {
    (try? plan(arguments, isCancelled: { false })).map {
      TriggerTerms($0, address: services.client.triggerAddress($0.intent.api))
    }
  }
}

/// What the tools share while the process runs: it outlives a reload.
package struct ProcessServices: Sendable {
  package let safeguards: TriggerGuard
  package let clock: any Clock
  package let log: Logger
  package var served = ServedTools()
  package var consentMemory = ConsentMemory()
  package var platformState = SharedPlatformState()
  /// Whether a window can be opened for the person.
  package var dialog = DialogAvailability.unavailable("windows are switched off")
  package var owner = OwnerPresence.elsewhere
  /// Returns how long the client of that name waits for a call; nil for one without a name.
  package var callTimeout: @Sendable (_ clientName: String?) -> CallTimeout = { _ in .oneMinute }
  /// Whether triggers only report what they would send.
  package var isDryRun = false
  /// Whether calls go to the built-in sandbox, which questions then state.
  package var isSandbox = false

  package init(safeguards: TriggerGuard, clock: any Clock, log: Logger) {
    self.safeguards = safeguards
    self.clock = clock
    self.log = log
  }
}

/// The dependencies shared by all tools of a catalog.
package final class CatalogServices: Sendable {
  package let process: ProcessServices
  package let client: SequenceClient
  package let secrets: SecretResolver
  /// `server.question_timeout`.
  let questionSeconds: Int?
  /// The API that `get_accounts` reads from.
  let accountsAPI: SequenceAPIName

  package init(
    process: ProcessServices, client: SequenceClient, secrets: SecretResolver, questionSeconds: Int? = nil,
    accountsAPI: SequenceAPIName = .remote
  ) {
    self.process = process
    self.client = client
    self.secrets = secrets
    self.questionSeconds = questionSeconds
    self.accountsAPI = accountsAPI
  }

  /// Returns the base URL of an API, as the ledger records it; nil if the API is not configured. The sandbox has another one at
  /// each start, and is the same bank.
  func baseURL(_ api: SequenceAPIName) -> String? {
    if process.isSandbox { return "sandbox" }
    return switch api {
    case .remote: client.remote.baseURL.text
    case .platform: client.platform?.baseURL.text
    }
  }

  /// Registers the secrets of all rules, disabled ones too, with the scrubber, so that each of them is recognized in an argument.
  /// Called for each trigger, because a file may have been replaced or have appeared since. A secret that cannot be read is no
  /// concern of another rule's call.
  func registerSecrets() { secrets.registerWithoutRunning() }

  /// Returns the client's own name as shown to people and in logs.
  func clientName(of caller: ToolCaller) -> String? { process.safeguards.shown(Caller(caller)).clientName }

  /// Returns how much longer a call may take before its client gives up on it.
  func millisecondsLeft(of context: ToolCallContext) -> Int64 {
    process.callTimeout(clientName(of: context.caller)).left(elapsed: context.elapsedMilliseconds())
  }

  /// Sets the answer that the client gets when it will not wait any longer.
  /// - Parameter endsCall: Whether nothing more may be done for the call then.
  /// - Returns: false if the call is over, so that nothing may be begun for it.
  @discardableResult
  func answerLate(_ failure: ToolFailure, _ context: ToolCallContext, endsCall: Bool) -> Bool {
    context.answerLate(lateAnswer(failure, context.caller, endsCall: endsCall))
  }

  /// Returns an answer that is due when the client will not wait any longer.
  func lateAnswer(_ failure: ToolFailure, _ caller: ToolCaller, endsCall: Bool) -> LateAnswer {
    let timeout = process.callTimeout(clientName(of: caller)).setByOwner(questionSeconds: questionSeconds)
    return LateAnswer(afterMilliseconds: timeout.deadlineMilliseconds, failure.result, endsCall: endsCall)
  }

  /// Returns the secrets as resolved for one call.
  func callSecrets(_ context: ToolCallContext) -> CallSecrets {
    CallSecrets(secrets) { context.isCancelled() || context.isEnding() }
  }

  /// Returns the secret of a tool that triggers nothing.
  /// - Parameter what: The name of the secret, for the message.
  func secret(
    _ reference: SecretReference, _ what: String, _ context: ToolCallContext
  ) throws(ToolFailure) -> Secret {
    do throws(SecretFault) {
      return try callSecrets(context).resolve(reference)
    } catch {
      throw failure(error, what: what, status: nil)
    }
  }

  /// Returns the secret for a plan's requests.
  func secret(of plan: TriggerPlan) throws(ToolFailure) -> Secret {
    do throws(SecretFault) {
      return try resolve(plan)
    } catch {
      throw failure(error, what: plan.secretName, status: .rejected)
    }
  }

  func resolve(_ plan: TriggerPlan) throws(SecretFault) -> Secret {
    switch plan.secret {
    case .reference(let reference): try (plan.secrets ?? CallSecrets(secrets)).resolve(reference)
    case .passed(let secret): secret
    }
  }

  /// Returns the failure of a call whose secret cannot be used. The fault itself goes to the log.
  private func failure(_ fault: SecretFault, what: String, status: ResultStatus?) -> ToolFailure {
    process.log.error("\(what): \(fault.message); \(fault.help)")
    return .secret(fault, what: what, status: status)
  }

  /// Returns the failure of a call that is not sent. A repeat of a call of unknown outcome stays unknown, because not sending
  /// the repeat proves nothing about the first attempt.
  func failure(_ refused: ToolFailure, of intent: TriggerIntent) -> ToolFailure {
    let key = intent.repeatedKey ?? process.safeguards.unknownKey(of: intent)
    return key.map { refused.ofRepeat(of: $0) } ?? refused
  }

  /// Records a call that is not sent in `refused.jsonl`. A dry run records nothing.
  func recordRefusal(tool: String, code: String, amount: Money?, caller: Caller, passedOver: [String] = []) {
    guard !process.isDryRun else { return }
    process.safeguards.recordRefusal(tool: tool, code: code, amount: amount, caller: caller, passedOver: passedOver)
  }
}
