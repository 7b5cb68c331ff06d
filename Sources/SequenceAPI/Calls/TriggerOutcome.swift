/// What is known of a trigger after it was sent: three honest answers.
package enum TriggerOutcome: Sendable {
  /// A 2xx that says so: Sequence accepted the trigger. It does not mean that money moved.
  case accepted(Acceptance)
  /// Sequence surely did not do it.
  case rejected(SequenceAPIError)
  /// It was sent and no trustworthy answer came: it may have run.
  case unknown(SequenceAPIError)

  /// The parts of a 2xx (Sequence API docs, read 2026-11).
  package struct Acceptance: Sendable, Hashable {
    package let statusCode: Int
    /// nil where the answer has none.
    package let code: String?
    /// Empty where the answer has none.
    package let message: String
    package let requestID: String?

    package init(statusCode: Int, code: String?, message: String, requestID: String?) {
      self.statusCode = statusCode
      self.code = code
      self.message = message
      self.requestID = requestID
    }
  }
}
