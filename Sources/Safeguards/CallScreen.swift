import JSON
import Platform

/// Refuses calls that cannot be shown or recorded verbatim.
///
/// If a call contained a known secret, the call that is shown, compared and recorded would differ from the one that is sent.
/// Checked before anything else, so that all later steps handle the call's own text.
enum CallScreen {
  /// The maximum length of an intent's line, in bytes.
  static let limit = 64 << 10
  /// The bytes of an intent's line besides its arguments and payload: at most 6 for each of the caller's 512 bytes, plus the
  /// rest.
  private static let overhead = 4 << 10

  /// - Parameter scrub: Removes the known secrets from text.
  static func refusal(of trigger: TriggerIntent, scrub: (String) -> String) -> Refusal? {
    let written = JSONWriter.text([
      .string(trigger.tool), .string(trigger.ruleID), .string(trigger.explicitKey ?? ""), .object(trigger.arguments),
      trigger.payload, trigger.shown?.json ?? .null,
    ])
    guard written.utf8.count <= limit - overhead else { return .callTooLarge }
    func isClean(_ text: String) -> Bool { scrub(text).hasSameBytes(as: text) }
    if isClean(written + JSONWriter.text(trigger.identity)) { return nil }
    let passed = JSONWriter.text([
      .string(trigger.explicitKey ?? ""), .object(trigger.arguments), trigger.passedPayload,
    ])
    return isClean(passed) ? .secretInConfiguration : .secretInArguments
  }
}
