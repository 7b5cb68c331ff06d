import JSON

/// What no safeguard can judge, and no person be asked about: a call that may not be shown and written down just as it is.
///
/// With a known secret in it, what is shown, compared and recorded would be another call than what is sent. Looked at before
/// anything else, so that all that follows handles the call's own text.
enum CallScreen {
  /// How much JSON a call may hold, in bytes, twice its payload among it: its ledger line must stay readable.
  static let limit = LedgerFile.lineLimit - (16 << 10)

  /// - Parameter scrub: takes the known secrets out of text.
  static func refusal(of trigger: TriggerIntent, scrub: (String) -> String) -> Refusal? {
    let text = JSONWriter.text([
      .string(trigger.ruleID), .string(trigger.explicitKey ?? ""), .object(trigger.arguments), trigger.payload,
      trigger.identity,
    ])
    guard text.utf8.count <= limit else { return .callTooLarge }
    return scrub(text).utf8.elementsEqual(text.utf8) ? nil : .secretInArguments
  }
}

extension Refusal {
  /// Without a word of which argument, let alone of what stands in it.
  package static let secretInArguments = Refusal(
    code: "SECRET_IN_ARGUMENTS",
    message:
      "Nothing was sent: an argument or the payload holds the text of a secret, which is shown to nobody and never recorded.",
    hint: "Call again without any secret in the arguments.", isRetryable: false)

  static let callTooLarge = Refusal(
    code: "CALL_TOO_LARGE",
    message: "Nothing was sent: the arguments and the payload take more than \(CallScreen.limit >> 10) KiB together.",
    hint: "Call again with shorter arguments.", isRetryable: false)
}
