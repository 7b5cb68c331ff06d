/// The message and help for the owner who made a call at a terminal, in place of those for a model.
struct OwnerHelp: Sendable {
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
  static func of(_ code: String) -> OwnerHelp? { table[code] }

  /// For a call that may have run.
  static let unknown = OwnerHelp { name in
    "Look at your accounts. The same command again uses the same key, so the rule runs at most once; '\(name(SettleCommand.self))'"
      + " records that it ran, or did not."
  }

  /// For a call whose simulation got no usable answer.
  static let lostSimulation = OwnerHelp { name in
    "Run the command again: within 23 hours it is simulated again under the same key, which may end the doubt. If that does not help,"
      + " check in Sequence, then record with '\(name(SettleCommand.self))' whether it moved money."
  }

  private static let again = "Run the command again."

  private static let table: [String: OwnerHelp] = [
    "INVALID_ARGUMENTS": OwnerHelp { name in
      "Correct the arguments; '\(name(ToolsCommand.self))' lists them with their bounds."
    },
    "SECRET_IN_ARGUMENTS": OwnerHelp { name in
      "Run the command again without the secret. If it is in the configuration, '\(name(ValidateConfigCommand.self))' names the place."
    },
    "CALL_TOO_LARGE": OwnerHelp(help: "Run the command again with shorter arguments."),
    "DECLINED": OwnerHelp(
      message: "You declined this call. Nothing was sent.", help: "Nothing, unless you want it after all."),
    "NOT_CONFIRMED": OwnerHelp(message: "You did not confirm this call. Nothing was sent.", help: again),
    "CONFIRMATION_TIMED_OUT": OwnerHelp(help: again),
    "CONFIRMATION_UNAVAILABLE": OwnerHelp(
      message: "This call asks you before it triggers anything, and you could not be asked here. Nothing was sent.",
      help: "Run the command at a terminal."),
    "QUESTION_REPLACED": OwnerHelp(help: "Answer the later question, or run the command again."),
    "APPROVAL_NEEDED": OwnerHelp(message: "This call needs your approval. Nothing was sent.") { name in
      "Run '\(name(ApproveCommand.self))' in a terminal, then run this command again."
    },
    "APPROVAL_MISSING": OwnerHelp(help: "Run the command again, for a new code."),
    "TOO_MANY_APPROVALS": OwnerHelp { name in "Approve them with '\(name(ApproveCommand.self))', or wait 15 minutes."
    },
    "PAUSED": OwnerHelp { name in "Run '\(name(ResumeCommand.self))' to allow triggers again." },
    "CONFIGURATION_CHANGED": OwnerHelp(help: again),
    "CALL_IN_PROGRESS": OwnerHelp(help: "Wait for the other call to end."),
    "CALL_CHANGED": OwnerHelp(help: "Run the command again: it will be checked and shown again."),
    "CANCELLED": OwnerHelp(help: again),
    "SIMULATION_NOT_CLEAN": OwnerHelp(help: "Look at the balances and at the rule in Sequence."),
    "SIMULATION_UNFINISHED": OwnerHelp(help: "Run the command again in a moment: it will be simulated again."),
    "SIMULATION_UNREAD": OwnerHelp { name in
      "Run the command again: the simulation is read again first. If that does not help, check in Sequence, then record with"
        + " '\(name(SettleCommand.self))' whether it moved money."
    },
    "SIMULATION_NOT_PROVEN": OwnerHelp { name in
      "Check in Sequence, then record with '\(name(SettleCommand.self))' whether that simulation moved money."
    },
    "SIMULATION_AMOUNTS_UNREADABLE": OwnerHelp(
      help:
        "Run the command again. If Sequence denies access, give the API key READ_TRANSFERS for the rule's accounts there, or set execute_amount."
    ),
    "IDEMPOTENCY_KEY_EXPIRED": OwnerHelp(
      help: "Check your accounts first: running the command again makes a new call with a new key."),
    "LEDGER_UNREADABLE": OwnerHelp { name in "'\(name(DoctorCommand.self))' says what to do." },
    "LEDGER_UNWRITABLE": OwnerHelp { name in "'\(name(DoctorCommand.self))' says what to do." },
    "UNKNOWN_RUN": OwnerHelp(help: "Pass the execution_id of a call's run, or tool=NAME of a tool that has run."),
    "UNKNOWN_TOOL": OwnerHelp { name in "'\(name(ToolsCommand.self))' lists the tools." },
    "RULE_HAS_ITS_OWN_TOOL": OwnerHelp(help: "Call the tool that is named above."),
  ]
}
