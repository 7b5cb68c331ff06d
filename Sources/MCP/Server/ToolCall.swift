import Synchronization

/// One `tools/call` on its way.
struct ToolCall: Sendable {
  /// Names a call for as long as the server runs: ids may come again, serials do not.
  struct Key: Sendable {
    let id: RequestID
    let serial: Int
  }

  let key: Key
  let request: ToolRequest
  /// What was served when the call came in; a reload does not change it.
  let toolList: ToolList
  let sink: ReplySink
  /// By the boot clock, which counts sleep.
  let startedMilliseconds: Int64
  let conversation: Conversation
  /// What its arguments take.
  let lease: ByteBudget.Lease
}

/// What a tool's context speaks for. A modern client answers a question with a new call, and what the tool keeps of the first
/// one must then report on, and be cancelled by, the second.
final class Conversation: Sendable {
  private let key: Mutex<ToolCall.Key>

  init(_ key: ToolCall.Key) { self.key = Mutex(key) }

  var current: ToolCall.Key { key.withLock { $0 } }

  func goOn(as next: ToolCall.Key) { key.withLock { $0 = next } }
}

/// A call that is not answered yet, and what was sent about it so far.
struct OpenCall: Sendable {
  /// A question to the person that a legacy client shows.
  struct Asked: Sendable {
    /// The id of our request to the client.
    let requestID: String
    let question: ToolQuestion
    /// By the boot clock, which counts sleep.
    let askedMilliseconds: Int64

    var deadlineMilliseconds: Int64 { askedMilliseconds + question.openMilliseconds }
  }

  let call: ToolCall
  /// Progress notes sent.
  var progress = 0
  var lastProgressNanoseconds: Int64
  /// nil while the call runs or waits for a thread.
  var asked: Asked?
}
