/// The message and help for the owner who made a call at a terminal, in place of those for a model.
struct OwnersHelp: Sendable {
  /// Returns the command line of a subcommand that works on the same files as the call.
  typealias Naming = (any Subcommand.Type) -> String

  /// nil keeps the result's own message.
  private(set) var message: String?
  private let words: @Sendable (Naming) -> String

  private init(message: String? = nil, help: String) {
    self.message = message
    words = { _ in help }
  }

  private init(message: String? = nil, _ words: @escaping @Sendable (Naming) -> String) {
    self.message = message
    self.words = words
  }

  func help(_ naming: Naming) -> String { words(naming) }

  /// - Returns: nil for a code that means the same to the owner and a model.
  static func of(_ code: String) -> OwnersHelp? { table[code] }

  /// For a call that may have run.
  static let unknown = OwnersHelp { name in
    "Look at your accounts. The same command again uses the same key, so the rule runs at most once; '\(name(SettleCommand.self))'"
      + " records that it ran, or did not."
  }

  /// For a call whose simulation got no usable answer.
  static let lostSimulation = OwnersHelp { name in
    "Run the command again: within 23 hours it is simulated again under the same key, which may end the doubt. If that does not help,"
      + " check in Sequence, then record with '\(name(SettleCommand.self))' whether it moved money."
  }

  private static let again = "Run the command again."

  private static let table: [String: OwnersHelp] = [
    "INVALID_ARGUMENTS": OwnersHelp { name in
      "Correct the arguments; '\(name(ToolsCommand.self))' lists them with their bounds."
    },
    "SECRET_IN_ARGUMENTS": OwnersHelp(help: "Run the command again without the secret."),
    "CALL_TOO_LARGE": OwnersHelp(help: "Run the command again with shorter arguments."),
    "DECLINED": OwnersHelp(
      message: "You declined this call. Nothing was sent.", help: "Nothing, unless you want it after all."),
    "NOT_CONFIRMED": OwnersHelp(message: "You did not confirm this call. Nothing was sent.", help: again),
    "CONFIRMATION_TIMED_OUT": OwnersHelp(help: again),
    "CONFIRMATION_UNAVAILABLE": OwnersHelp(
      message: "This call asks you before it triggers anything, and you could not be asked here. Nothing was sent.",
      help: "Run the command at a terminal."),
    "QUESTION_REPLACED": OwnersHelp(help: "Answer the later question, or run the command again."),
    "APPROVAL_NEEDED": OwnersHelp(message: "This call needs your approval. Nothing was sent.") { name in
      "Run '\(name(ApproveCommand.self))' in a terminal, then run this command again."
    },
    "APPROVAL_MISSING": OwnersHelp(help: "Run the command again, for a new code."),
    "TOO_MANY_APPROVALS": OwnersHelp { name in "Approve them with '\(name(ApproveCommand.self))', or wait 15 minutes."
    },
    "PAUSED": OwnersHelp { name in "Run '\(name(ResumeCommand.self))' to allow triggers again." },
    "CONFIGURATION_CHANGED": OwnersHelp(help: again),
    "CALL_IN_PROGRESS": OwnersHelp(help: "Wait for the other call to end."),
    "CALL_CHANGED": OwnersHelp(help: "Run the command again: it will be checked and shown again."),
    "CANCELLED": OwnersHelp(help: again),
    "SIMULATION_NOT_CLEAN": OwnersHelp(help: "Look at the balances and at the rule in Sequence."),
    "SIMULATION_UNFINISHED": OwnersHelp(help: "Run the command again in a moment: it will be simulated again."),
    "SIMULATION_UNREAD": OwnersHelp { name in
      "Run the command again: the simulation is read again first. If that does not help, check in Sequence, then record with"
        + " '\(name(SettleCommand.self))' whether it moved money."
    },
    "SIMULATION_NOT_PROVEN": OwnersHelp { name in
      "Check in Sequence, then record with '\(name(SettleCommand.self))' whether that simulation moved money."
    },
    "SIMULATION_AMOUNTS_UNREADABLE": OwnersHelp(
      help: "In Sequence, give the API key READ_TRANSFERS for the rule's accounts, or set execute_amount."),
    "IDEMPOTENCY_KEY_EXPIRED": OwnersHelp(
      help: "Check your accounts first: running the command again makes a new call with a new key."),
    "LEDGER_UNREADABLE": OwnersHelp { name in "'\(name(DoctorCommand.self))' says what to do." },
    "LEDGER_UNWRITABLE": OwnersHelp { name in "'\(name(DoctorCommand.self))' says what to do." },
    "UNKNOWN_RUN": OwnersHelp(help: "Pass the execution_id of a call's run, or tool=NAME of a tool that has run."),
    "UNKNOWN_TOOL": OwnersHelp { name in "'\(name(ToolsCommand.self))' lists the tools." },
    "RULE_HAS_ITS_OWN_TOOL": OwnersHelp(help: "Call the tool that is named above."),
  ]
}
