/// One `tools/call` on its way.
struct ToolCall: Sendable {
  let id: RequestID
  /// Tells this call from a later one under the same id.
  let serial: Int
  let request: ToolRequest
  /// What was served when the call came in; a reload does not change it.
  let catalogue: Catalogue
  let sink: ReplySink
  /// Monotonic.
  let startedNanoseconds: Int64
}

/// A call that is not answered yet, and what was sent about it so far.
struct OpenCall: Sendable {
  /// A question to the person that a legacy client shows.
  struct Asked: Sendable {
    /// The id of our request to the client.
    let requestID: String
    let question: ToolQuestion
    let deadlineNanoseconds: Int64
  }

  let call: ToolCall
  /// Progress notes sent.
  var progress = 0
  var lastProgressNanoseconds: Int64
  /// nil while the call runs or waits for a thread.
  var asked: Asked?
}
