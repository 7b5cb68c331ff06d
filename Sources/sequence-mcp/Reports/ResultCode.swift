import JSON
import SequenceAPI

/// A code that a tool's result can contain, with its meaning and help.
struct ResultCode: Sendable {
  let name: String
  let meaning: String
  let help: String
  /// The message of a result with this code, for the codes of this program. Sequence's own messages are not known.
  var message: String?
  /// nil if nothing is triggered, or if the status varies.
  var status: String? = "rejected"

  /// The codes of this program first, then those of Sequence and the connection.
  static let all = ofThisProgram + ofSequence

  static func named(_ name: String) -> ResultCode? { all.first { $0.name == name } }

  /// The codes of the Sequence API and the connection to it, except those that this program also uses.
  static let ofSequence = SequenceErrorCode.all.filter { code in !ofThisProgram.contains { $0.name == code.name } }
    .map { ResultCode(name: $0.name, meaning: $0.meaning, help: $0.help, status: nil) }

  /// The codes of calls from which nothing was sent, and of earlier calls.
  static let ofThisProgram = [
    ResultCode(
      name: "INVALID_ARGUMENTS",
      meaning: "arguments that the tool does not accept; `faults` lists each with what is allowed",
      help: "the model corrects them",
      message:
        "Invalid arguments for move_to_savings: 'amount' is 5000, which is over the maximum; allowed: an amount in US dollars from "
        + "$1.00 to $500.00 with at most two decimals, such as 50 or 50.25"),
    ResultCode(
      name: "SECRET_UNAVAILABLE", meaning: "the secret of this tool is missing or unusable",
      help: "`sequence-mcp secret check` shows the owner what is wrong and how to correct it",
      message: "No usable secret for this call: the rule's API secret: secret-file-missing"),
    ResultCode(
      name: "SECRET_IN_ARGUMENTS",
      meaning: "an argument or the payload contains the text of a secret, which is never shown or recorded",
      help: "call again without it; if the model knows a secret, make a new one",
      message: "Nothing was sent: an argument or the payload contains the text of a secret."),
    ResultCode(
      name: "CALL_TOO_LARGE", meaning: "the arguments and the payload are too long for the ledger",
      help: "call again with shorter arguments",
      message: "Nothing was sent: the arguments and the payload together take more than 64 KiB."),
    ResultCode(
      name: "LIMIT_PER_CALL", meaning: "the amount is over what one call may move",
      help: "ask for a smaller amount, or raise the limit in the configuration",
      message: "Nothing was sent: the limit per_call of 'move_to_savings' is $200.00, and this call needs $450.00."),
    limit(
      "LIMIT_PER_DAY", "the amount is over what is left for 24 hours",
      "the limit per_day of 'move_to_savings' is $500.00 in any 24 hours; $75.00 used, $425.00 left, and this call needs $450.00."
    ),
    limit(
      "LIMIT_PER_30_DAYS", "the amount is over what is left for 30 days",
      "the limit per_30_days over all rules together is $5,000.00 in any 30 days; $4,900.00 used, $100.00 left, and this call needs "
        + "$450.00."),
    limit(
      "LIMIT_CALLS_PER_DAY", "too many calls in 24 hours",
      "the limit calls_per_day of 'move_to_savings' is 3 calls in any 24 hours; 3 calls used, 0 calls left, and this call needs 1 call."
    ),
    limit(
      "LIMIT_CALLS_PER_30_DAYS", "too many calls in 30 days",
      "the limit calls_per_30_days of 'move_to_savings' is 20 calls in any 30 days; 20 calls used, 0 calls left, and this call needs "
        + "1 call."),
    limit(
      "LIMIT_COOLDOWN", "too soon after the last call",
      "the cooldown of 'move_to_savings' is 10 min between two calls, and the last one was more recent than that."),
    ResultCode(
      name: "DECLINED", meaning: "you said no, or closed the question", help: "nothing",
      message: "The person declined this call. Nothing was sent."),
    ResultCode(
      name: "NOT_CONFIRMED", meaning: "you accepted without ticking the box", help: "ask for the call again",
      message: "The box was not ticked, so the call was not confirmed. Nothing was sent."),
    ResultCode(
      name: "CONFIRMATION_TIMED_OUT",
      meaning: "nobody answered in time, and the rule's `ask` names no other channel",
      help: "ask for the call again, or add `terminal` to `ask`",
      message: "The client got no answer in time. Nothing was sent."),
    ResultCode(
      name: "CONFIRMATION_UNAVAILABLE", meaning: "none of the channels in the rule's `ask` could reach you",
      help: "use another client, or add `dialog` and `terminal` to `ask`",
      message: "This call needs the person's confirmation, and nobody could be asked for it. Nothing was sent."),
    ResultCode(
      name: "QUESTION_REPLACED", meaning: "a later question about the same call replaced this one",
      help: "answer the later one, or let the model call again",
      message: "A later question about the same call replaced this one. Nothing was sent."),
    ResultCode(
      name: "APPROVAL_NEEDED", meaning: "no other channel could reach you; the message says why",
      help: "run `sequence-mcp approve` in a terminal of your own, then let the model call again",
      message: "This call needs the person's approval in a terminal. Nothing was sent."),
    ResultCode(
      name: "APPROVAL_MISSING", meaning: "the approval expired or was already used",
      help: "let the model call again, for a new code",
      message: "Nothing was sent: the person's approval of this call has expired or was already used."),
    ResultCode(
      name: "TOO_MANY_APPROVALS", meaning: "8 calls of this tool are waiting for approval",
      help: "approve them, or wait 15 minutes",
      message: "Nothing was sent: 8 calls of this tool are already waiting for the person's approval."),
    ResultCode(
      name: "PAUSED", meaning: "you have paused all triggers, or the file `paused` is in the state directory",
      help: "run `sequence-mcp resume` to allow triggers again",
      message: "Nothing was triggered: the owner has paused all triggers: on holiday until Monday"),
    ResultCode(
      name: "CONFIGURATION_CHANGED",
      meaning: "the configuration changed after the call was made and before it was sent",
      help: "call again: it will be checked against the current configuration",
      message: "Nothing was sent: the configuration changed since the call was made."),
    ResultCode(
      name: "CALL_IN_PROGRESS", meaning: "the same call is still running", help: "wait for its answer",
      message: "Nothing was sent: the same call is still running, and this one would run it twice."),
    ResultCode(
      name: "CONFIGURATION_ERROR",
      meaning: "the configuration is not valid, so this is the only tool; its result says what is wrong and where",
      help: "correct the file; it is reloaded at once",
      message: "The configuration is not valid, so nothing can be triggered."),
    ResultCode(
      name: "CALL_CHANGED",
      meaning:
        "an earlier attempt of this call started or ended after it was shown to you, or a new simulation would transfer more, or "
        + "to other accounts",
      help: "call again: it will be checked and shown again",
      message: "Nothing was sent: after this call was checked and shown, an earlier attempt of it started or ended."),
    ResultCode(
      name: "IDEMPOTENCY_KEY_EXPIRED",
      meaning: "more than 23 hours passed between two attempts, so Sequence may have forgotten this key",
      help: "look at your accounts before you call again",
      message: "Nothing more was sent: this call's idempotency key was first used over 23 hours ago."),
    ResultCode(
      name: "IDEMPOTENCY_KEY_REUSED", meaning: "this key belongs to another call of the last 23 hours",
      help: "use a new key",
      message: "Nothing was sent: this idempotency_key was used for another call in the last 23 hours."),
    ResultCode(
      name: "LEDGER_UNREADABLE", meaning: "the ledger cannot be read, so nothing is triggered",
      help: "`sequence-mcp doctor` says what to do",
      message: "Nothing was triggered: the ledger, which the limits depend on, cannot be read: ledger.jsonl:7"),
    ResultCode(
      name: "LEDGER_UNWRITABLE", meaning: "the ledger cannot be written, so nothing is triggered",
      help: "`sequence-mcp doctor` says what to do",
      message: "Nothing was triggered: the ledger, which the limits depend on, cannot be written: ledger.jsonl"),
    ResultCode(
      name: "SIMULATION_NOT_CLEAN",
      meaning:
        "Sequence simulated the run, and it would fail or move nothing; `run` says what would have happened",
      help: "look at the balances and at the rule in Sequence",
      message: "Sequence simulated this run, and it would end as failed. Nothing was moved."),
    ResultCode(
      name: "SIMULATION_UNFINISHED",
      meaning:
        "the simulation took longer than 10 seconds",
      help: "call again: it will be simulated again",
      message: "Sequence did not finish simulating this run within 10 seconds. Nothing was moved."),
    ResultCode(
      name: "SIMULATION_UNREAD",
      meaning:
        "Sequence took the simulation, and it could not be read: the limits count it as a run, or no run goes out over that address, until it can be read or you settle it",
      help:
        "call again: it is read again first, at most every 5 minutes; if that does not help, check in Sequence, then record what happened with `sequence-mcp settle`",
      message:
        "Sequence took the request to simulate this run, but the simulation could not be read: no answer within 30 s. The run itself was not sent."
    ),
    ResultCode(
      name: "SIMULATION_NOT_PROVEN",
      meaning:
        "a simulation did not say that it was one, or could not be read yet, so it may have moved money: no run goes out over that address, and while nobody knows how much it was, no trigger within limits on money over all rules",
      help:
        "check in Sequence, then record what happened with `sequence-mcp settle`; one that could not be read is read again, at most every 5 minutes",
      message:
        "Nothing more is sent to this address: a simulation there was not confirmed as one, so it may have moved money."
    ),
    ResultCode(
      name: "SIMULATION_AMOUNTS_UNREADABLE",
      meaning:
        "the key may not read the simulated transfers, and the limits count them",
      help: "give the key `READ_TRANSFERS`, or set `execute_amount`",
      message:
        "What this run would move could not be read from its simulation, and the limits need those amounts. Nothing was moved."
    ),
    ResultCode(
      name: "UNKNOWN_RUN", meaning: "`get_run` was asked for a run that no call of this ledger started",
      help: "pass the `execution_id` of a call's `run`",
      message: "This ledger has no run by the tool 'split_payment' in its last 31 days.", status: nil),
    ResultCode(
      name: "RULE_HAS_ITS_OWN_TOOL", meaning: "`trigger_rule` was asked for a rule of the configuration",
      help: "use the tool that the result names",
      message: "The rule ru_1 is declared in the configuration as 'move_to_savings'. Nothing was sent."),
    ResultCode(
      name: "UNKNOWN_TOOL", meaning: "the configuration no longer has this tool", help: "list the tools again",
      message: "There is no tool 'move_to_savings'.", status: nil),
    ResultCode(
      name: "CANCELLED", meaning: "the client cancelled the call, or disconnected",
      help: "call again if it is still wanted", message: "The call was cancelled before anything was sent."),
    ResultCode(
      name: "UNKNOWN", meaning: "only in the outcome of an earlier call: it ended without an answer",
      help: "as for the status `unknown`: look at the accounts, then `sequence-mcp settle`",
      message: "no outcome was recorded", status: "duplicate"),
    ResultCode(
      name: "SERVER_STOPPED",
      meaning: "only in the outcome of an earlier call: the server stopped before the answer arrived",
      help: "as for the status `unknown`: look at the accounts, then `sequence-mcp settle`",
      message: "the server stopped before the answer came; it may have run", status: "duplicate"),
    ResultCode(
      name: "SIMULATED", meaning: "only in the ledger: the outcome of a simulation, which does not count",
      help: "nothing", message: "nothing moved; outcome: executed", status: "simulated"),
    ResultCode(
      name: "SETTLED_BY_OWNER", meaning: "only in the outcome of an earlier call: you said whether it ran",
      help: "nothing", message: "the owner said that it ran", status: "duplicate"),
  ]

  private static func limit(_ name: String, _ meaning: String, _ reason: String) -> ResultCode {
    ResultCode(
      name: name, meaning: meaning, help: "wait until `frees_at`, or raise the limit in the configuration",
      message: "Nothing was sent: " + reason)
  }

  /// An example of a result with this code.
  var example: JSONValue {
    var object: JSONObject = ["error": true]
    if let status { object["status"] = .string(status) }
    object["code"] = .string(name)
    if let message { object["message"] = .string(message) }
    return .object(object)
  }
}
