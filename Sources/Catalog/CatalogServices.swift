import JSON
package import MCP
package import Platform
package import Rules
package import Safeguards
package import Secrets
package import SequenceAPI

/// What the tools share while the process runs: it outlives a reload.
package struct ProcessServices: Sendable {
  package let safeguards: TriggerGuard
  package let clock: any Clock
  package let log: Logger
  package var served = ServedTools()
  package var consentMemory = ConsentMemory()
  package var platformState = SharedPlatformState()
  /// Whether a window can be opened for the person.
  package var dialog = DialogAvailability.unavailable("windows are disabled")
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
  func baseURL(_ api: SequenceAPIName) -> String? { process.isSandbox ? "sandbox" : client.baseURL(api)?.text }

  /// Returns the client's own name as shown to people and in logs.
  func clientName(of caller: ToolCaller) -> String? { process.safeguards.shown(Caller(caller)).clientName }

  /// Returns how much longer a call may take before its client gives up on it.
  func millisecondsLeft(of context: ToolCallContext) -> Int64 {
    process.callTimeout(clientName(of: context.caller)).left(elapsed: context.elapsedMilliseconds())
  }

  /// Returns when its client gives up on a call, in milliseconds of the monotonic clock.
  func deadline(of context: ToolCallContext) -> Int64 {
    process.clock.monotonicMilliseconds() + millisecondsLeft(of: context)
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

  /// Returns a secret of a call. If it cannot be used, the fault itself goes to the log.
  /// - Parameters:
  ///   - what: The name of the secret, for the message.
  ///   - status: Nil for a tool that triggers nothing.
  func secret(
    _ reference: SecretReference, _ what: String, from secrets: CallSecrets, status: ResultStatus? = nil
  ) throws(ToolFailure) -> Secret {
    do throws(SecretFault) {
      return try secrets.resolve(reference)
    } catch {
      process.log.error("\(what): \(error.message); \(error.help)")
      throw .secret(error, what: what, status: status)
    }
  }

  /// Returns the failure of a call that is not sent. A repeat of a call of unknown outcome stays unknown, because not sending
  /// the repeat proves nothing about the first attempt.
  func failure(_ refused: ToolFailure, of intent: TriggerIntent) -> ToolFailure {
    let key = intent.repeatedKey ?? process.safeguards.unknownKey(of: intent)
    return key.map { refused.ofRepeat(of: $0) } ?? refused
  }

  /// Returns the failure, or the one of a secret in the arguments if its own text quotes one of them: to redact it there would
  /// confirm a guess without a record of it. A secret may also occur in this program's own words, which says nothing about a
  /// guess.
  func screened(_ failure: ToolFailure, of arguments: JSONObject) -> ToolFailure {
    let text = failure.message + JSONWriter.text(.object(failure.details))
    let quoting: [CallCode] = [.invalidArguments, .unknownRun, .secretUnavailable]
    guard quoting.contains(where: { $0.rawValue == failure.code }), process.safeguards.containsSecret(text),
      process.safeguards.containsSecret(JSONWriter.text(.object(arguments)))
    else { return failure }
    return .refused(.secretInArguments, status: failure.status)
  }

  /// Records a call that is not sent in `refused.jsonl`. A dry run records nothing.
  func recordRefusal(tool: String, code: String, amount: Money?, caller: Caller, passedOver: [String] = []) {
    guard !process.isDryRun else { return }
    process.safeguards.refusals.record(tool: tool, code: code, amount: amount, caller: caller, passedOver: passedOver)
  }
}
