package import JSON
import MCP
import Platform
package import Rules
package import Safeguards
package import Secrets
package import SequenceAPI

/// The failures of calls, each with its code and help.
extension ToolFailure {
  /// - Parameter status: Nil if the tool triggers nothing.
  package static func invalidArguments(_ faults: [ArgumentFault], of tool: String, status: ResultStatus?) -> ToolFailure
  {
    ToolFailure(
      status: status, code: .invalidArguments,
      message: "Invalid arguments for \(tool): " + faults.map(\.description).joined(separator: ". "),
      help: "Correct these arguments and call again; nothing was sent.",
      details: [
        "faults": .array(
          faults.map {
            [
              "argument": .string(VisibleText.escaped($0.argument, limit: 60)), "problem": .string($0.problem),
              "allowed": .string($0.allowed),
            ]
          })
      ])
  }

  /// Names no file and no command of this machine, unlike the fault's own text, which is for the owner.
  /// - Parameter what: The name of the secret, for the message.
  package static func secret(_ fault: SecretFault, what: String, status: ResultStatus?) -> ToolFailure {
    let reason = fault.kind == .environmentMissing ? fault.message : fault.kind.words
    return ToolFailure(
      status: status, code: .secretUnavailable,
      message: "No usable secret for this call: \(what): \(reason) (\(fault.diagnosticID)).",
      help: "The owner sees what is wrong, and how to correct it, with 'sequence-mcp secret check' (with the --config"
        + " of this server, if it has one).")
  }

  /// Returns the failure of an attempt that was not sent, or was refused, after an earlier attempt of unknown outcome.
  /// - Parameter key: The idempotency key of the earlier attempt.
  func ofRepeat(of key: String) -> ToolFailure {
    var failure = self
    failure.status = .unknown
    failure.idempotencyKey = key
    guard !namesAttempt else { return failure }
    failure.message = "An earlier attempt at this call may have run; this attempt does not change that. \(message)"
    failure.help = "\(help) A repeat uses the same idempotency key, so the rule runs at most once."
    return failure
  }

  package static let declined = noConsent(.declined, "The person declined this call.")
  static let dismissed = noConsent(.declined, "The person dismissed the question without an answer.")
  package static let notTicked = noConsent(.notConfirmed, "The box was not ticked, so the call was not confirmed.")
  static let clientGone = noConsent(.cancelled, "The connection ended before the question was answered.")
  /// - Parameter sentences: One sentence per channel; the last one reports the timeout.
  package static func confirmationTimedOut(_ sentences: [String]) -> ToolFailure {
    noConsent(.confirmationTimedOut, sentences.joined(separator: " "))
  }

  private static func noConsent(_ code: CallCode, _ message: String) -> ToolFailure {
    ToolFailure(
      status: .rejected, code: code, message: message + " Nothing was sent.",
      help: "Do not repeat the call unless the user asks for it again.")
  }

  package static let cannotAsk = ToolFailure(
    status: .rejected, code: .confirmationUnavailable,
    message: "This call needs the person's confirmation, and nobody could be asked. Nothing was sent.",
    help:
      "Use a client that shows questions to its user. The owner can also add terminal to 'ask' in this rule's 'confirm': it "
      + "always works."
  )

  /// The owner runs `call` in a script, without a terminal.
  static let needsTerminal = ToolFailure(
    status: .rejected, code: .confirmationUnavailable,
    message: "This call needs your confirmation, and there is no terminal to ask you at. Nothing was sent.",
    help: "Run it at a terminal.")

  /// `approve` finds the code without options, so that the model learns nothing about this machine.
  /// - Parameter hasKey: Whether the caller passed an idempotency key, which the approval is bound to.
  package static func needsApproval(code: String, hasKey: Bool = false) -> ToolFailure {
    let call = "exactly the same call again" + (hasKey ? ", with the same idempotency_key" : "")
    return ToolFailure(
      status: .rejected, code: .approvalNeeded,
      message: "This call needs the person's approval. Nothing was sent.",
      help: """
        Ask the user to run 'sequence-mcp approve \(code)' in their own terminal, then make \(call). \
        Only the user may run that command.
        """,
      isRetryable: true, details: ["approval_code": .string(code)])
  }

  /// Returns the failure with the preceding events in its message.
  func explained(by sentences: [String]) -> ToolFailure {
    var failure = self
    failure.message = (sentences + [message]).joined(separator: " ")
    return failure
  }

  /// - Parameter run: The simulated run, as results show it.
  package static func simulationNotClean(_ outcome: RunOutcome, _ run: JSONObject) -> ToolFailure {
    ToolFailure(
      status: .rejected, code: .simulationNotClean,
      message: "Sequence simulated this run, and it would end as \(outcome.rawValue). Nothing was moved.",
      help: "'run' says what would have happened. Tell the user, and look at the balances and at the rule in Sequence.",
      details: ["run": .object(run)])
  }

  /// - Parameter run: What is known about the run; nil if nothing is.
  package static func simulationUnfinished(_ run: JSONObject?) -> ToolFailure {
    ToolFailure(
      status: .rejected, code: .simulationUnfinished,
      message: "Sequence did not finish simulating this run within 10 seconds. Nothing was moved.",
      help: "Make the same call again in a moment; it will be simulated again.", isRetryable: true,
      details: run.map { ["run": .object($0)] } ?? [:])
  }

  /// The simulation was sent, now or by an earlier call, and no answer of Sequence establishes what happened. The status is the
  /// one in the ledger.
  /// - Parameters:
  ///   - attempt: The failure of this attempt.
  ///   - what: What failed, as the ledger says it.
  ///   - wasSent: Whether Sequence may have taken this attempt.
  ///   - isCounted: Whether there is an amount that the limits can count.
  static func simulationLost(
    _ attempt: ToolFailure, _ what: String, wasSent: Bool, isCounted: Bool
  ) -> ToolFailure {
    let counted =
      isCounted
      ? "so the limits count its amount"
      : "and its amount is not known, so nothing is sent under a money limit that counts it"
    var failure = attempt
    failure.status = .unknown
    failure.message = """
      The run itself was not sent, because \(what): \(attempt.message). Sequence may have taken the simulation, \
      \(counted) until the same call is made again and answered, or until the owner settles it.
      """
    failure.help = """
      \(wasSent ? "Make the same call again." : attempt.help) Within 23 hours the same call is simulated again under the same \
      key, so Sequence makes that simulation at most once. If that does not help, ask \(Refusal.settling)
      """
    failure.isRetryable = wasSent || attempt.isRetryable
    return failure
  }

  /// Sequence accepted the simulation, and its run or a transfer of it could not be read, so nothing proves that nothing moved.
  /// The status is the one in the ledger.
  /// - Parameters:
  ///   - error: Nil if the deadline passed, or if Sequence's counts and its list differ.
  ///   - doubt: As the ledger has it.
  ///   - isCounted: Whether there is an amount that the limits can count.
  package static func simulationUnread(
    _ error: SequenceAPIError?, _ doubt: SimulationDoubt, isCounted: Bool
  ) -> ToolFailure {
    let consequence =
      switch (doubt.blocksService, isCounted) {
      case (true, _): "no run is sent to this base URL"
      case (false, true): "the limits count its amount"
      case (false, false): "nothing is sent under a money limit that counts it, since its amount is not known,"
      }
    let (end, help) =
      doubt.isUnread
      ? (
        "until it can be read, or the owner settles it",
        "Make the same call again: the simulation is read again first, at most every 5 minutes. If that does not help, "
          + "ask \(Refusal.settling)"
      )
      : ("until the owner settles it", "Ask \(Refusal.settling)")
    let reason = error.map { ": \($0.message)" } ?? ""
    // An answer that is not Sequence's, or about something else, may be another one the next time.
    let mayChange = error.map { $0.isRetryable || 200..<300 ~= $0.statusCode ?? 0 } ?? true
    return ToolFailure(
      status: .unknown, code: .simulationUnread,
      message: """
        Sequence took the request to simulate this run, but not all of the simulation could be read\(reason). \
        The run itself was not sent. Nothing proves that the simulation moved nothing, so \(consequence) \(end).
        """,
      // While nothing is sent, trying again does not help.
      statusCode: error?.statusCode,
      help: (doubt.isUnread || !doubt.blocksService ? error.map { "\($0.help) " } ?? "" : "") + help,
      isRetryable: (doubt.isUnread || !doubt.blocksService) && mayChange)
  }

  /// The simulation's run does not report that it was simulated. The ledger counts it as a live run of unknown outcome.
  static func simulationNotProven(_ run: JSONObject) -> ToolFailure {
    ToolFailure(
      status: .unknown, code: .simulationNotProven,
      message: """
        Sequence was asked only to simulate this run, but does not report it as simulated, so it may have moved money. Nothing \
        more is sent to this base URL.
        """,
      help: Refusal.simulationNotProven.help, details: ["run": .object(run)])
  }

  package static func simulationAmountsUnreadable(_ doubt: AmountDoubt, _ run: JSONObject) -> ToolFailure {
    let (reason, help) =
      switch doubt {
      case .denied(let error):
        (
          "\(error.code): \(error.message)",
          "Ask the user to give the API key the scope READ_TRANSFERS for the rule's accounts in Sequence, or to set "
            + "execute_amount."
        )
      case .noAmount: ("a transfer has no usable amount", "Ask the user to look at the rule in Sequence.")
      }
    return ToolFailure(
      status: .rejected, code: .simulationAmountsUnreadable,
      message: """
        What this run would move could not be read from its simulation: \(reason). \
        The limits need those amounts. Nothing was moved.
        """,
      help: help, details: ["run": .object(run)])
  }

  static func tooManySimulations(seconds: Int64) -> ToolFailure {
    ToolFailure(
      status: .rejected, code: .tooManyRequests,
      message:
        "At most \(SharedPlatformState.simulationsPerMinute) simulations are allowed per minute. Nothing was sent; try again "
        + "in \(seconds) s.",
      help: "Wait that long, then try again, with fewer simulations.", isRetryable: true)
  }

  package static func unknownRun(_ what: String) -> ToolFailure {
    ToolFailure(
      code: .unknownRun, message: "This ledger has no run \(what) in its last 31 days.",
      help: "Pass the execution_id of a call's 'run', or the name of a tool that has run. A simulation is not a run.")
  }

  /// Returns the same failure with additional details.
  func with(details: JSONObject) -> ToolFailure {
    var failure = self
    for (key, value) in details.members { failure.details[key] = value }
    return failure
  }

  /// The client's time limit was reached before a tool that only reads had its answer.
  static let outOfTime = ToolFailure(
    code: .timeout,
    message: "Sequence did not answer within the time that the client waits for a call.",
    help: "Try again later.", isRetryable: true)

  /// The client's time limit was reached before a thread was free for the call.
  static let outOfTimeUnbegun = ToolFailure(
    code: .timeout, message: "Nothing was done: the call was still queued when the client's time limit ran out.",
    help: "Make the same call again later.", isRetryable: true)

  /// The client's time limit was reached before a trigger was sent.
  static let outOfTimeUnsent = ToolFailure(
    status: .rejected, code: .timeout,
    message: "The rule was not triggered: the client's time limit for a call ran out before it was sent.",
    help: "Make the same call again.", isRetryable: true)

  /// The client's time limit was reached after the consent to a trigger and before the ledger has it. It is sent unless a last
  /// check refuses it.
  static let aboutToBeSent = ToolFailure(
    status: .unknown, code: .callInProgress,
    message: """
      It is not known yet whether the rule runs: the client's time limit for a call ran out before it was sent. The call \
      goes on, and the rule may still be triggered.
      """,
    help:
      "Wait a minute, then make exactly the same call again: it returns the outcome if there is one, and runs nothing twice.",
    isRetryable: true)

  /// The client's time limit was reached while a trigger is being sent. Its outcome goes to the ledger, where the same call
  /// finds it.
  static func beingSent(key: String) -> ToolFailure {
    ToolFailure(
      status: .unknown, code: .callInProgress,
      message: """
        It is not known yet whether the rule ran: Sequence did not answer within the time that the client waits for a call. \
        The call goes on, and its outcome will be recorded.
        """,
      help: Refusal.stillRunning.help,
      isRetryable: true, idempotencyKey: key)
  }

  package static let cancelled = ToolFailure(
    status: .rejected, code: .cancelled, message: "The call was cancelled before anything was sent.",
    help: "Call again if it is still wanted.", isRetryable: true)

  package static func declaredRule(_ rule: Rule) -> ToolFailure {
    ToolFailure(
      status: .rejected, code: .ruleHasItsOwnTool,
      message: "The rule \(rule.ruleID) is declared in the configuration as '\(rule.alias)'. Nothing was sent.",
      help: rule.isEnabled
        ? "Call the tool '\(rule.alias)'."
        : "The owner has disabled '\(rule.alias)'; only the owner can enable it.",
      details: ["alias": .string(rule.alias)])
  }

  static func noSecret(ruleID: String, acceptsAPISecret: Bool) -> ToolFailure {
    ToolFailure(
      status: .rejected, code: .secretUnavailable,
      message: "There is no API secret for the rule \(VisibleText.escaped(ruleID, limit: 60)). Nothing was sent.",
      help: "The owner can add it to the configuration under 'tools: trigger_rule: api_secrets'"
        + (acceptsAPISecret ? ", or the caller can pass it as 'api_secret'." : "."))
  }

  package static func unknownTool(_ name: String) -> ToolFailure {
    ToolFailure(
      code: .unknownTool, message: "There is no tool '\(VisibleText.escaped(name, limit: 60))'.",
      help: "List the tools again.")
  }
}
