import JSON
import Platform

/// A failed call in words for the owner at a terminal: those of its code's row in `ResultCode`, else the result's own.
struct FailedCall {
  /// The result's structured content.
  let content: JSONValue
  /// Those of the run, for the commands in the help.
  let arguments: ParsedArguments

  var code: String? { member("code") }
  var message: String? { words?.message ?? member("message") }

  var help: String? {
    if member("status") == "unknown" {
      // A simulation that may have moved money has no key to pass.
      if member("idempotency_key") != nil {
        return "Look at your accounts. The same command again uses the same key, so the rule runs at most once;"
          + " '\(next(SettleCommand.self))' records that it ran, or did not."
      }
      if words == nil {
        return
          "Run the command again: within 23 hours it is simulated again under the same key, which may end the doubt."
          + " If that does not help, check in Sequence, then record with '\(next(SettleCommand.self))' whether it moved money."
      }
    }
    return words?.help(self) ?? member("hint")
  }

  private var words: OwnerWords? { code.flatMap(ResultCode.named)?.owner }

  /// The help for a call that a limit refused.
  var limitHelp: String {
    let time = member("frees_at").flatMap(Timestamp.milliseconds(rfc3339:)).map { milliseconds in
      "The same call would go through at \(TimeText(isUTC: false).of(milliseconds: milliseconds)). "
    }
    return (time ?? "") + "To let it through, raise \(member("limit") ?? "the limit") in the configuration."
  }

  /// Returns a command line that works on the same files as the call.
  func next(_ command: any Subcommand.Type) -> String { arguments.next(command) }

  /// Returns a member of the result, cleaned of what could control a terminal.
  func member(_ key: String) -> String? { content[key]?.shown(limit: 2000) }
}

/// The message and help for the owner at a terminal, in place of those for a model.
struct OwnerWords: Sendable {
  /// nil keeps the result's own.
  let message: String?
  let help: @Sendable (FailedCall) -> String

  init(message: String? = nil, _ help: @escaping @Sendable (FailedCall) -> String) {
    self.message = message
    self.help = help
  }

  init(message: String? = nil, _ help: String) { self.init(message: message) { _ in help } }

  /// Creates the words of a help that suits a model and the owner alike, except that the owner runs a command.
  init(from help: String) {
    let call = "call again"
    let rest = help.hasPrefix(call) ? "run the command again" + help.dropFirst(call.count) : help
    self.init(rest.prefix(1).uppercased() + rest.dropFirst() + ".")
  }
}
