package import JSON

/// Why a trigger is not sent: what, why, and what to do, in words that a model can pass on.
package struct Refusal: Error, Sendable {
  /// Stable: `PAUSED`, `LIMIT_PER_DAY`, `LEDGER_UNREADABLE`, ...
  package let code: String
  package let message: String
  /// What the person or the model can do.
  package let hint: String
  /// Whether the same call can go through later with nothing changed.
  package let isRetryable: Bool
  /// The numbers behind the message, for structured results.
  package let details: JSONObject

  package init(code: String, message: String, hint: String, isRetryable: Bool, details: JSONObject = JSONObject()) {
    self.code = code
    self.message = message
    self.hint = hint
    self.isRetryable = isRetryable
    self.details = details
  }
}
