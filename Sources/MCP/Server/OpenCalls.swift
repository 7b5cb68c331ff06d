/// A call that is not answered yet, and its state toward the client.
struct OpenCall: Sendable {
  /// A question to the person that a legacy client shows.
  struct Asked: Sendable {
    /// The id of the server's request to the client.
    let requestID: String
    let question: ToolQuestion
    /// On the boot clock, which counts sleep.
    let askedMilliseconds: Int64

    var deadlineMilliseconds: Int64 { askedMilliseconds + question.openMilliseconds }
  }

  let call: ToolCall
  /// The number of progress notifications sent.
  var progress = 0
  var lastProgressNanoseconds: Int64
  /// nil while the call runs or waits for a thread.
  var asked: Asked?
  /// What the client gets if the call is not answered in time; nil if the call sets no time.
  var late: LateAnswer?

  /// When the open question ends, or the late answer is due, on the boot clock; nil if neither will happen.
  var deadlineMilliseconds: Int64? {
    asked?.deadlineMilliseconds ?? late.map { call.startedMilliseconds + $0.afterMilliseconds }
  }
}
