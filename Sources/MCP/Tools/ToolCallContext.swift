import JSON

/// The request context of a running call: its caller, its age, its cancellation, and progress reporting. By default, that of a
/// caller without a client, such as the command line.
package struct ToolCallContext: Sendable {
  package var caller: ToolCaller
  /// Whether a question ends the current request, so that the person's answer arrives in a new request (MCP 2026-07-28,
  /// basic/patterns/mrtr).
  package var questionsEndRequests = false
  /// Whether the request declares that its client can show a person a question.
  package var canElicit = true
  /// Whether the client has cancelled the request or disconnected, or got a late answer that ended the call. A trigger that is
  /// already being sent continues regardless.
  package var isCancelled: @Sendable () -> Bool
  /// Whether the server is stopping. Calls that wait for a person end now; a request being sent still has the grace period.
  package var isEnding: @Sendable () -> Bool = { false }
  /// Returns the milliseconds since the client sent the request that is currently waiting for an answer.
  package var elapsedMilliseconds: @Sendable () -> Int64 = { 0 }
  /// Stores the late answer; returns false if the call is over.
  package var storeLateAnswer: @Sendable (LateAnswer?) -> Bool = { _ in true }
  /// Reports to the client that the call is still running, if it wants to know.
  package var reportProgress: @Sendable (String) -> Void = { _ in }

  package init(caller: ToolCaller = ToolCaller(), isCancelled: @escaping @Sendable () -> Bool = { false }) {
    self.caller = caller
    self.isCancelled = isCancelled
  }

  /// Sets the answer that the client gets if the call is not answered in time; nil removes it. Until it is removed or replaced,
  /// no question may be asked.
  /// - Returns: whether the call still waits for its answer. If not, it was cancelled or answered late, and nothing new may be
  ///   begun for it.
  @discardableResult
  package func answerLate(_ answer: LateAnswer?) -> Bool { storeLateAnswer(answer) && !isCancelled() }
}

/// The answer to a call that is not done by the time at which its client must have one.
package struct LateAnswer: Sendable {
  /// When it is due, in milliseconds since the client sent the request.
  package let afterMilliseconds: Int64
  package let result: ToolResult
  /// Whether the call ends with it, as if it were cancelled. If not, the call goes on, and its own result is undelivered.
  package let endsCall: Bool

  package init(afterMilliseconds: Int64, _ result: ToolResult, endsCall: Bool) {
    self.afterMilliseconds = afterMilliseconds
    self.result = result
    self.endsCall = endsCall
  }
}

/// The caller of a tool as the client describes it, for the log and the ledger. It is untrusted: it identifies, but never
/// authorizes.
package struct ToolCaller: Sendable, Hashable {
  /// The client's own name and version, verbatim (MCP, Implementation). Display code must scrub them first, then clean and
  /// truncate them. A field is nil if the client did not send it, or if it is empty.
  package struct Client: Sendable, Hashable {
    package var name: String?
    package var version: String?

    package init(name: String? = nil, version: String? = nil) {
      self.name = name
      self.version = version
    }

    /// - Parameter info: `clientInfo` of `initialize`, or of a modern request's envelope.
    init(_ info: JSONValue?) {
      name = info?["name"]?.stringValue.flatMap(ToolCaller.name)
      version = info?["version"]?.stringValue.flatMap(ToolCaller.name)
    }
  }

  /// The maximum length of an id, in bytes.
  private static let maximumBytes = 128
  /// The maximum length of a name, in bytes: of what is kept, no more than the first 128 are shown. Cutting here can split
  /// a secret, which has at most 4 KiB, only after the part that is shown.
  private static let maximumNameBytes = 5 << 10

  package var client: Client
  /// The client's own id of the call, which stays the same when the client sends the call again: Claude Code's
  /// `claudecode/toolUseId`, Codex's `threadId` and `callId` (read 2026-11).
  package var callID: String?
  /// The conversation that the call belongs to, if the client sends one.
  package var session: String?

  package init(client: Client = Client(), callID: String? = nil, session: String? = nil) {
    self.client = client
    self.callID = callID
    self.session = session
  }

  /// - Parameter meta: The `_meta` of the call's `params`.
  init(_ client: Client, meta: JSONValue?) {
    func id(_ key: String) -> String? { meta?[key]?.stringValue.flatMap(ToolCaller.id) }
    self.client = client
    let codex = id("threadId").flatMap { thread in id("callId").map { "\(thread)/\($0)" } }
    callID = id("claudecode/toolUseId") ?? codex.flatMap(ToolCaller.id)
    session = ToolCaller.sessionKeys.lazy.compactMap { id($0) }.first
  }

  private static let sessionKeys = ["ai.opencode/sessionID", "antigravity.google/conversation_id", "threadId"]

  /// Returns an id unchanged, or nil if it is unusable. A truncated or cleaned id could collide with another.
  private static func id(_ text: String) -> String? {
    let isUsable = 1...maximumBytes ~= text.utf8.count && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    return isUsable ? text : nil
  }

  /// Returns the name, shortened if it is too long; nil if it is empty.
  private static func name(_ text: String) -> String? {
    if text.utf8.count <= maximumNameBytes { return text.isEmpty ? nil : text }
    var bytes = text.utf8.prefix(maximumNameBytes)
    // Without a partial scalar at the end.
    while String(bytes) == nil { bytes = bytes.dropLast() }
    return String(bytes)
  }
}
