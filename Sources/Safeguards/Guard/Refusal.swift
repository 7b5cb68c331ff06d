package import JSON
package import Rules

/// The reason a trigger is not sent, with help, in words that a model can pass on. Contains no absolute path.
package struct Refusal: Error, Sendable {
  /// A `CallCode`.
  package let code: String
  /// The beginning of the message: `Nothing was sent`.
  private let consequence: String
  /// The rest of the message, which also fits a call whose earlier try was sent.
  package let reason: String
  /// The help for the person or the model.
  package let help: String
  /// Whether the same call may succeed later unchanged.
  package let isRetryable: Bool
  /// The numbers in the message, for structured results.
  package let details: JSONObject
  /// Whether only a call that an attempt of unknown outcome came before gets it, so that its result is of unknown outcome.
  package let isOfRepeat: Bool
  /// Whether its reason already tells of that attempt.
  package let namesAttempt: Bool

  package var message: String { "\(consequence): \(reason)" }

  package init(
    code: CallCode, _ consequence: String = "Nothing was sent", reason: String, help: String, isRetryable: Bool,
    details: JSONObject = JSONObject(), isOfRepeat: Bool = false, namesAttempt: Bool = false
  ) {
    self.code = code.rawValue
    self.consequence = isOfRepeat ? "Nothing more was sent" : consequence
    self.reason = reason
    self.help = help
    self.isRetryable = isRetryable
    self.details = details
    self.isOfRepeat = isOfRepeat
    self.namesAttempt = namesAttempt
  }

  /// What the user is asked to do about a call that may have moved money: the rest of a sentence after "ask".
  package static let settling =
    "the user to check their Sequence account and to record what happened with 'sequence-mcp settle'."
    + " Only the user can do this."
}

/// Refusals of repeats that must not be sent.
extension Refusal {
  /// The refusal while the same call is being sent. Like the first call, it is of unknown outcome then.
  package static let stillRunning = Refusal(
    code: .callInProgress, reason: "the same call is being sent right now.",
    help: "Wait a minute, then make exactly the same call again: it returns the outcome and runs nothing twice.",
    isRetryable: true, isOfRepeat: true, namesAttempt: true)

  /// The refusal while a person is being asked about the same call, so that nothing of it was sent.
  package static let stillAsked = Refusal(
    code: .callInProgress, reason: "the person is still being asked about the same call.",
    help: "Wait for the person's answer to the first call.",
    isRetryable: true)

  static let simulationRunning = Refusal(
    code: .callInProgress, reason: "another call is simulating the same run right now.",
    help: "Wait for the answer to that call, then make the same call again.", isRetryable: true)

  static let simulationCounts = Refusal(
    code: .callInProgress,
    reason:
      "another call is simulating a run right now, which counts like a run until it is answered, and both"
      + " together may be over a limit.",
    help: simulationRunning.help, isRetryable: true)

  package static let callChanged = Refusal(
    code: .callChanged,
    reason:
      "after this call was checked and shown, an earlier attempt of it, or the same call, started or ended.",
    help: "Make the same call again; it will be checked and shown again.", isRetryable: true)

  static let keyAgeUnknown = Refusal(
    code: .idempotencyKeyExpired,
    reason:
      "an earlier attempt at this call may have run. The clock was set back while the machine was off, so it is not known "
      + "whether Sequence still remembers the call's key.",
    help: "Ask \(settling)", isRetryable: false, isOfRepeat: true, namesAttempt: true)

  package static let keyExpired = Refusal(
    code: .idempotencyKeyExpired,
    reason:
      "an earlier attempt at this call may have run. Its idempotency key was first used over 23 hours ago, and Sequence may "
      + "have forgotten it.",
    help: "Ask the user to check their accounts before you call this again: a new call gets a new key.",
    isRetryable: false, isOfRepeat: true, namesAttempt: true)

  package static let transfersChanged = Refusal(
    code: .callChanged,
    reason: "a new simulation, since the first one was too old, would transfer more, or between other accounts.",
    help: "Make the same call again; it will be simulated and checked again.", isRetryable: true)

  /// The refusal of a repeat whose run would no longer move what the first attempt was simulated with.
  package static func repeatChanged(from first: Money?, to now: Money?) -> Refusal {
    func text(_ amount: Money?) -> String { amount.map { DollarText.of($0) } ?? "an unknown amount" }
    return Refusal(
      code: .callChanged,
      reason:
        "the first attempt of this call was simulated with \(text(first)), and a new simulation would transfer"
        + " \(text(now)), or between other accounts.",
      help: simulationNotProven.help, isRetryable: false)
  }

  /// The refusal of a call whose check, whose simulation or whose approval by the person is too old to be sent.
  package static let callTooOld = Refusal(
    code: .callTooOld, reason: "the call waited too long after it was checked, for example because the machine slept.",
    help: "Ask the user whether the call is still wanted, then make the same call again; it will be checked again.",
    isRetryable: true)

  /// The refusal of every run over a base URL where a simulation is not proven to be one.
  package static let simulationNotProven = Refusal(
    code: .simulationNotProven,
    "Nothing more is sent to this base URL",
    reason: "a simulation there was not confirmed as one, so it may have moved money.",
    help: "Ask \(settling)", isRetryable: false)

  /// The same where every such simulation could not be read, and is read again.
  static let simulationNotRead = Refusal(
    code: .simulationNotProven,
    "Nothing is sent to this base URL for now",
    reason: "a simulation there could not be read, so it may have moved money.",
    help:
      "Make the same call again in 5 minutes: the simulation is read again first. If that does not help, ask \(settling)",
    isRetryable: true)

  /// Refuses every trigger under a money limit that would count an unproven simulation of unknown amount.
  static let simulationNotCounted = Refusal(
    code: .simulationNotProven,
    "This call's money limits are blocked",
    reason: "a simulation that counts toward them may have moved an unknown amount.",
    help: simulationNotProven.help, isRetryable: false)

  /// The same where every such simulation could not be read, and is read again.
  static let unreadNotCounted = Refusal(
    code: .simulationNotProven,
    "This call's money limits are blocked for now",
    reason: "a simulation that counts toward them could not be read, and may have moved an unknown amount.",
    help:
      "Calls through the Platform API read the simulation again, at most every 5 minutes; then make the same call again."
      + " If that does not help, ask \(settling)",
    isRetryable: true)

  /// Refuses every trigger under a money limit that would count a simulation whose answer was lost and whose amount is unknown.
  static let lostNotCounted = Refusal(
    code: .simulationNotProven,
    "This call's money limits are blocked for now",
    reason: "a simulation that counts toward them was not answered, and may have moved an unknown amount.",
    help:
      "If the call that was simulated is made again within 23 hours and answered, that ends the doubt; then make this call"
      + " again. If that does not help, ask \(settling)",
    isRetryable: true)

  package static let keyTaken = Refusal(
    code: .idempotencyKeyReused,
    reason: "this idempotency_key was used for another call in the last 25 hours.",
    help: "Use a new idempotency_key for a new call, or repeat the first call exactly as it was.", isRetryable: false)
}

/// Refusals of calls that cannot be recorded.
extension Refusal {
  /// Does not reveal which argument contains the secret, nor its content.
  package static let secretInArguments = Refusal(
    code: .secretInArguments,
    reason:
      "an argument or the payload contains the text of a secret, which is never shown or recorded.",
    help: "Call again without any secret in the arguments.", isRetryable: false)

  /// The same where no argument contains it, so that no other call can help.
  static let secretInConfiguration = Refusal(
    code: .secretInArguments,
    reason:
      "the rule id or the payload in the configuration contains the text of a secret, which is never shown or recorded.",
    help:
      "Ask the user to run 'sequence-mcp validate-config', which names the place; only the owner can correct the"
      + " configuration.",
    isRetryable: false)

  package static let callTooLarge = Refusal(
    code: .callTooLarge,
    reason: "the arguments and the payload together take more than \(CallScreen.limit >> 10) KiB.",
    help: "Call again with shorter arguments.", isRetryable: false)

  /// Creates the refusal of a trigger without a usable ledger. The path and the help go to the log, because they are for the
  /// owner.
  package init(_ fault: LedgerFault) {
    let what = fault.kind == .unreadable ? "read" : "written"
    self.init(
      code: fault.kind == .unreadable ? .ledgerUnreadable : .ledgerUnwritable,
      "Nothing was triggered",
      reason:
        "the ledger, which the limits depend on, cannot be \(what) (\(fault.fileAndLine): \(fault.shownProblem)).",
      help: "Ask the user to run 'sequence-mcp doctor', which says what to do; only the owner can repair the ledger.",
      isRetryable: false)
  }
}
