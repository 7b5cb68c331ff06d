import Catalog
import JSON
import Rules
import Safeguards
import Secrets
import SequenceAPI

/// A code that a tool's result can contain, with its meaning and help.
struct ResultCode: Sendable {
  let name: String
  let meaning: String
  let help: String
  /// What the owner who made the call at a terminal reads; nil if the result's own words suit the owner, too.
  let owner: OwnerWords?
  /// The message of a sample result with this code; nil for Sequence's own codes, whose messages are not known.
  var message: String?
  /// nil if nothing is triggered, or if the status varies.
  let status: ResultStatus?
  var isSuccess = false
  /// Whether it is the `error_code` of one of a run's transfers, not the result's own `code`.
  var isOfTransfer = false
  /// Whether results contain it, not only the ledger.
  var isInResults = true

  /// The codes of this program first, then those of Sequence and the connection, then those of transfers.
  static let all = ofThisProgram + ofAcceptances + ofSequence + ofTransfers

  static func named(_ name: String) -> ResultCode? { all.first { $0.name == name } }

  /// The codes of the Sequence API and the connection to it, except those that this program also uses.
  static let ofSequence = SequenceErrorCode.all.filter { code in !ofThisProgram.contains { $0.name == code.name } }
    .map { ResultCode(name: $0.name, meaning: $0.meaning, help: $0.help, owner: nil, status: nil) }

  /// The codes with which Sequence accepts a trigger.
  static let ofAcceptances = TriggerOutcome.TrustedResponses.acceptedCodes.map { code in
    ResultCode(
      name: code, meaning: "Sequence accepted the trigger; it does not mean that money has moved yet",
      help: "nothing; the accounts show what moved", owner: nil, status: .accepted, isSuccess: true)
  }

  /// The codes of transfers that failed (Sequence API docs, read 2026-11). More may come.
  static let ofTransfers = [
    transfer(
      "INSUFFICIENT_FUNDS", "the source account does not have enough money",
      "add money to it, or ask for a smaller amount"),
    transfer(
      "TRANSFER_AMOUNT_LESS_THAN_ONE_DOLLAR", "a transfer of the run is under $1.00, which Sequence refuses",
      "ask for a greater amount"),
    transfer(
      "DISCONNECTED_ACCOUNT", "an account of the transfer is no longer connected to Sequence",
      "connect it again in Sequence"),
    transfer("NAME_MISMATCH", "the name on an account is not the expected one", "check the account in Sequence"),
    transfer("PAYMENT_FAILED", "the payment failed", "look at the transfer in Sequence"),
    transfer(
      "PAYMENT_NOT_SUPPORTED", "an account of the transfer does not support such a payment",
      "use another account in the rule"),
    transfer("DAILY_ACH_CREDIT_LIMIT_REACHED", "the limit on ACH credits in a day is reached", achHelp),
    transfer("MONTHLY_ACH_CREDIT_LIMIT_REACHED", "the limit on ACH credits in a month is reached", achHelp),
    transfer("DAILY_ACH_DEBIT_LIMIT_REACHED", "the limit on ACH debits in a day is reached", achHelp),
    transfer("MONTHLY_ACH_DEBIT_LIMIT_REACHED", "the limit on ACH debits in a month is reached", achHelp),
    transfer(
      "NULL_BALANCE", "Sequence does not know the balance that the rule needs", "check the account in Sequence"),
    transfer(
      "ACCOUNT_NO_MINIMUM_PAYMENT_AMOUNT", "the account has no minimum payment, which the rule needs",
      "check the account in Sequence"),
    transfer(
      "ACCOUNT_NO_LAST_STATEMENT_BALANCE", "the account has no statement balance, which the rule needs",
      "check the account in Sequence"),
    transfer(
      "RESOURCE_DELETED", "something that the transfer needs was deleted in Sequence", "correct the rule in Sequence"),
  ]

  private static let achHelp = "wait, or look at your limits in Sequence"

  private static func transfer(_ name: String, _ meaning: String, _ help: String) -> ResultCode {
    ResultCode(name: name, meaning: meaning, help: help, owner: nil, status: .accepted, isOfTransfer: true)
  }

  /// The codes of calls from which nothing was sent, and of earlier calls.
  static let ofThisProgram: [ResultCode] = [
    ResultCode(
      failure: .invalidArguments([overMaximum], of: "move_to_savings", status: .rejected),
      meaning: "arguments that the tool does not accept; `faults` lists each with what is allowed",
      help: "the model corrects them",
      owner: OwnerWords { "Correct the arguments; '\($0.next(ToolsCommand.self))' lists them with their bounds." }),
    ResultCode(
      failure: .secret(SecretFault(.fileMissing, "", help: ""), what: "the rule's API secret", status: .rejected),
      meaning: "the secret of this tool is missing or unusable",
      help: "`sequence-mcp secret check` shows what is wrong and how to correct it",
      owner: OwnerWords {
        "'\($0.arguments.next(SecretCommand.self, "check"))' shows what is wrong and how to correct it. For "
          + "trigger_rule, the rule's secret belongs under 'tools: trigger_rule: api_secrets'."
      }),
    ResultCode(
      refusal: .secretInArguments,
      meaning: "an argument or the payload contains the text of a secret, which is never shown or recorded",
      help:
        "call again without it, or correct the configuration: `validate-config` names the place; if the model knows a "
        + "secret, make a new one",
      owner: OwnerWords {
        "Run the command again without the secret. If it is in the configuration, "
          + "'\($0.next(ValidateConfigCommand.self))' names the place."
      }),
    ResultCode(
      refusal: .callTooLarge, meaning: "the arguments and the payload are too long for the ledger",
      help: "call again with shorter arguments"),
    limit(
      .limit(.perCall, of: "move_to_savings", cap: 200_00, used: 0, needed: 450_00),
      "the amount is over what one call may move",
      help: "ask for a smaller amount, or raise the limit in the configuration"),
    limit(
      .limit(.perDay, of: "move_to_savings", cap: 500_00, used: 75_00, needed: 450_00),
      "the amount is over what is left for 24 hours"),
    limit(
      .limit(.per30Days, of: nil, cap: 5000_00, used: 4900_00, needed: 450_00),
      "the amount is over what is left for 30 days"),
    limit(.limit(.callsPerDay, of: "move_to_savings", cap: 3, used: 3, needed: 1), "too many calls in 24 hours"),
    limit(.limit(.callsPer30Days, of: "move_to_savings", cap: 20, used: 20, needed: 1), "too many calls in 30 days"),
    limit(.limit(.cooldown, of: "move_to_savings", cap: 600, used: 0, needed: 600), "too soon after the last call"),
    ResultCode(
      failure: .declined, meaning: "you said no, or closed the question", help: "nothing",
      owner: OwnerWords(message: "You declined this call. Nothing was sent.", "Nothing, unless you want it after all.")),
    ResultCode(
      failure: .notTicked, meaning: "you accepted without ticking the box", help: "ask for the call again",
      owner: OwnerWords(message: "You did not confirm this call. Nothing was sent.", again)),
    ResultCode(
      failure: .confirmationTimedOut([UnreachedReason.timedOut.sentence(.client)]),
      meaning: "nobody answered in time, and the rule's `ask` names no other channel",
      help: "ask for the call again, or add `terminal` to `ask`", owner: OwnerWords(again)),
    ResultCode(
      failure: .cannotAsk, meaning: "none of the channels in the rule's `ask` could reach you",
      help: "use another client, or add `dialog` and `terminal` to `ask`",
      owner: OwnerWords(
        message: "This call asks you before it triggers anything, and you could not be asked here. Nothing was sent.",
        "Run the command at a terminal.")),
    ResultCode(
      refusal: QuestionRegister.replaced,
      meaning: "a later question about the same call replaced this one, or the same call was sent without it",
      help: "answer the later one, or let the model call again",
      owner: OwnerWords("Answer the later question, or run the command again.")),
    ResultCode(
      failure: .needsApproval(code: "K7QM-3XZP"), meaning: "no other channel could reach you; the message says why",
      help: "run `sequence-mcp approve` in a terminal of your own, then let the model call again",
      owner: OwnerWords(message: "This call needs your approval. Nothing was sent.") {
        "Run '\($0.next(ApproveCommand.self))' in a terminal, then run this command again."
      }),
    ResultCode(
      refusal: Approvals.missing, meaning: "the approval expired or was already used",
      help: "let the model call again, for a new code",
      owner: OwnerWords(
        message: "Your approval of this call has expired or was already used. Nothing was sent.",
        "Run the command again, for a new code.")),
    ResultCode(
      refusal: Approvals.tooMany, meaning: "8 calls of this tool are waiting for approval",
      help: "answer each with `sequence-mcp approve`, or wait 15 minutes",
      owner: OwnerWords(message: "Too many calls of this tool are waiting for your approval. Nothing was sent.") {
        "Approve them with '\($0.next(ApproveCommand.self))', or wait 15 minutes."
      }),
    ResultCode(
      refusal: .paused("on holiday until Monday"),
      meaning: "you have paused all triggers, or the file `paused` is in the state directory",
      help: "run `sequence-mcp resume` to allow triggers again",
      owner: OwnerWords { "Run '\($0.next(ResumeCommand.self))' to allow triggers again." }),
    ResultCode(
      refusal: .configurationChanged,
      meaning: "the configuration changed after the call was made and before it was sent",
      help: "call again: it will be checked against the current configuration"),
    ResultCode(
      refusal: .stillRunning,
      meaning:
        "you are still being asked about the same call, or a simulation of the same run is still running, or a running "
        + "simulation and this call together exceed a limit; with the status `unknown`: this call, or the same one, "
        + "is being sent",
      help: "wait for its answer, or make the same call again later, which gives its outcome",
      owner: OwnerWords("Wait for the other call to end.")),
    ResultCode(
      name: CallCode.configurationError.rawValue,
      meaning: "the configuration is not valid, so this is the only tool; its result says what is wrong and where",
      help: "correct the file; it is reloaded at once",
      owner: OwnerWords { "'\($0.next(ValidateConfigCommand.self))' shows what is wrong and where." },
      message: ConfigurationErrorProvider.message, status: nil),
    ResultCode(
      refusal: .callChanged,
      meaning:
        "an earlier attempt of this call started or ended after it was shown to you, or a new simulation would "
        + "transfer more, or to other accounts",
      help: "call again: it will be checked and shown again"),
    ResultCode(
      refusal: .callTooOld,
      meaning:
        "the call was not sent within 5 minutes of your yes or of its beginning, or within 2 minutes of its simulation, for "
        + "example because the machine slept",
      help: "call again if it is still wanted: it will be checked and shown again"),
    ResultCode(
      refusal: .keyExpired,
      meaning: "more than 23 hours passed between two attempts, so Sequence may have forgotten this key",
      help: "look at your accounts before you call again",
      owner: OwnerWords("Check your accounts first: running the command again makes a new call with a new key.")),
    ResultCode(
      refusal: .keyTaken, meaning: "this key belongs to another call of the last 25 hours", help: "use a new key",
      owner: OwnerWords("Pass another idempotency_key, or repeat the first call exactly as it was.")),
    ResultCode(
      refusal: Refusal(LedgerFault(.unreadable, path: "ledger.jsonl", line: 7, problem: "not an entry", help: "")),
      meaning: "the ledger cannot be read, so nothing is triggered",
      help: "`sequence-mcp doctor` says what to do", owner: doctor),
    ResultCode(
      refusal: Refusal(LedgerFault(.unwritable, path: "ledger.jsonl", problem: "No space left on device", help: "")),
      meaning: "the ledger cannot be written, so nothing is triggered",
      help: "`sequence-mcp doctor` says what to do", owner: doctor),
    ResultCode(
      failure: .simulationNotClean(.nothingMoved, [:]),
      meaning: "Sequence simulated the run, and it would fail or move nothing; `run` says what would have happened",
      help: "look at the balances and at the rule in Sequence"),
    ResultCode(
      failure: .simulationUnfinished(nil), meaning: "the simulation took longer than 10 seconds",
      help: "call again in a moment: it will be simulated again"),
    ResultCode(
      failure: .simulationUnread(nil, .unread(blocksService: false), isCounted: true),
      meaning:
        "Sequence took the simulation, but it or one of its transfers could not be read. Until it can be read or you "
        + "settle it, it counts as a run. While its amount is not known, triggers under a limit on money that would count "
        + "it are blocked; if a limit or `above` needs the amount, so is every run to that base URL",
      help:
        "call again: it is read again first, at most every 5 minutes. If that does not help, check in Sequence, then "
        + "record what happened with `sequence-mcp settle`",
      owner: OwnerWords {
        "Run the command again: the simulation is read again first. If that does not help, check in Sequence, then record with"
          + " '\($0.next(SettleCommand.self))' whether it moved money."
      }),
    ResultCode(
      refusal: .simulationNotProven,
      meaning:
        "a simulation did not say that it was one, or could not be read yet, so it may have moved money: runs to that base "
        + "URL are blocked. Or the amount of such a simulation, or of one whose answer was lost, is not known: "
        + "triggers under a limit on money that would count it are blocked",
      help:
        "check in Sequence, then record what happened with `sequence-mcp settle`. A simulation that could not be read is read "
        + "again, at most every 5 minutes; one whose answer was lost is repeated by the same call within 23 hours",
      owner: OwnerWords {
        "Check in Sequence, then record with '\($0.next(SettleCommand.self))' whether that simulation moved money."
      }),
    ResultCode(
      failure: .simulationAmountsUnreadable(.noAmount, [:]),
      meaning: "what the run would move cannot be told from its simulation, and a limit or `above` counts it",
      help: "if the key may not read transfers, give it `READ_TRANSFERS`, or set `execute_amount`",
      owner: OwnerWords(
        "If Sequence denies access, give the API key READ_TRANSFERS for the rule's accounts there, or set execute_amount."
      )),
    ResultCode(
      failure: .unknownRun("by the tool 'split_payment'"),
      meaning: "`get_run` was asked for a run that no call of this ledger started",
      help: "pass the `execution_id` of a call's `run`",
      owner: OwnerWords("Pass the execution_id of a call's run, or tool=NAME of a tool that has run.")),
    ResultCode(
      failure: .declaredRule(savings), meaning: "`trigger_rule` was asked for a rule of the configuration",
      help: "use the tool that the result names", owner: OwnerWords("Call the tool that is named above.")),
    ResultCode(
      failure: .unknownTool("move_to_savings"), meaning: "the configuration no longer has this tool",
      help: "list the tools again", owner: OwnerWords { "'\($0.next(ToolsCommand.self))' lists the tools." }),
    ResultCode(
      failure: .cancelled, meaning: "the client cancelled the call, or disconnected",
      help: "call again if it is still wanted"),
    ResultCode(
      earlier: .notRecorded, meaning: "only in the outcome of an earlier call: it ended without an answer",
      help: "as for the status `unknown`: look at the accounts, then `sequence-mcp settle`", owner: settle),
    ResultCode(
      earlier: .serverStopped,
      meaning: "only in the outcome of an earlier call: the server stopped before the answer arrived",
      help: "as for the status `unknown`: look at the accounts, then `sequence-mcp settle`", owner: settle),
    ResultCode(
      name: CallCode.simulated.rawValue,
      meaning: "only in the ledger: the outcome of a simulation, which does not count",
      help: "nothing", owner: nil, status: nil, isInResults: false),
    ResultCode(
      earlier: OwnerStatement.ran(amount: nil).outcome,
      meaning: "only in the outcome of an earlier call: you said whether it ran", help: "nothing",
      owner: OwnerWords(
        message: "You recorded that this call did not run."
      ) { _ in "To make the call again, add \(CallReport.newKey)." }),
  ]

  private static func limit(
    _ refusal: Refusal, _ meaning: String,
    help: String = "wait until `frees_at`, or raise the limit in the configuration"
  ) -> ResultCode {
    ResultCode(refusal: refusal, meaning: meaning, help: help, owner: OwnerWords { $0.limitHelp })
  }

  private static let again = "Run the command again."
  private static let doctor = OwnerWords { "'\($0.next(DoctorCommand.self))' says what to do." }
  private static let settle = OwnerWords {
    "Look at your accounts, then record with '\($0.next(SettleCommand.self))' whether it ran."
  }

  private static let overMaximum = ArgumentFault(
    argument: "amount", problem: "is 5000, which is over the maximum",
    allowed: "an amount in US dollars from $1.00 to $500.00 with at most two decimals, such as 50 or 50.25")

  private static let savings: Rule = {
    var rule = Rule()
    rule.alias = "move_to_savings"
    rule.ruleID = "ru_1"
    return rule
  }()

  /// An example of a result with this code; nil if no result has it.
  var example: JSONValue? {
    guard isInResults else { return nil }
    if isOfTransfer {
      return ["status": "accepted", "run": ["transfers": [["status": "INCOMPLETE", "error_code": .string(name)]]]]
    }
    var object: JSONObject = isSuccess ? ["success": true] : ["error": true]
    if let status { object["status"] = .string(status.rawValue) }
    object["code"] = .string(name)
    if let message { object["message"] = .string(message) }
    return .object(object)
  }
}

extension ResultCode {
  fileprivate init(failure: ToolFailure, meaning: String, help: String, owner: OwnerWords? = nil) {
    self.init(
      name: failure.code, meaning: meaning, help: help, owner: owner ?? OwnerWords(from: help),
      message: failure.message, status: failure.status)
  }

  fileprivate init(refusal: Refusal, meaning: String, help: String, owner: OwnerWords? = nil) {
    self.init(
      name: refusal.code, meaning: meaning, help: help, owner: owner ?? OwnerWords(from: help),
      message: refusal.message, status: refusal.isOfRepeat ? .unknown : .rejected)
  }

  /// - Parameter outcome: The recorded outcome of a call, which the same call is answered with.
  fileprivate init(earlier outcome: CallOutcome, meaning: String, help: String, owner: OwnerWords) {
    self.init(
      name: outcome.code, meaning: meaning, help: help, owner: owner, message: outcome.message, status: .duplicate,
      isSuccess: outcome.status == .accepted)
  }
}
