import JSON

/// What a running call knows of its request: who made it, how long ago, whether it was cancelled, and how to report progress.
package final class ToolCallContext: Sendable {
  package let caller: ToolCaller
  /// Whether a question is the answer to its request, and the person's answer comes with a new one (MCP 2026-07-28,
  /// basic/patterns/mrtr).
  package let questionsEndRequests: Bool
  private let cancelled: @Sendable () -> Bool
  private let ending: @Sendable () -> Bool
  private let elapsed: @Sendable () -> Int64
  private let progress: @Sendable (String) -> Void

  /// - Parameters:
  ///   - isEnding: whether the server stops.
  ///   - elapsed: milliseconds since the client made the request that waits for an answer now.
  ///   - reportProgress: does nothing where the request carried no progress token.
  package init(
    caller: ToolCaller = ToolCaller(), questionsEndRequests: Bool = false,
    isCancelled: @escaping @Sendable () -> Bool, isEnding: @escaping @Sendable () -> Bool = { false },
    elapsed: @escaping @Sendable () -> Int64 = { 0 },
    reportProgress: @escaping @Sendable (String) -> Void
  ) {
    self.caller = caller
    self.questionsEndRequests = questionsEndRequests
    cancelled = isCancelled
    ending = isEnding
    self.elapsed = elapsed
    progress = reportProgress
  }

  /// For callers without a client, such as the command line.
  package convenience init(caller: ToolCaller = ToolCaller()) {
    self.init(caller: caller, isCancelled: { false }, reportProgress: { _ in })
  }

  /// Whether the client has cancelled the request, or is gone. A trigger that is already on the wire goes on all the same.
  package var isCancelled: Bool { cancelled() }

  /// Whether the server stops: what waits for a person ends now, what is being sent still has a moment.
  package var isEnding: Bool { ending() }

  /// Milliseconds since the client made the request that waits for an answer now.
  package var elapsedMilliseconds: Int64 { elapsed() }

  /// Tells the client that the call still runs.
  package func reportProgress(_ message: String) { progress(message) }
}

/// Who made a call, in the client's own words, for the log and the ledger. Nothing here is trusted: it names, it never permits.
package struct ToolCaller: Sendable, Hashable {
  /// What the client calls itself (MCP, Implementation), word for word: whoever shows it scrubs it first, then cleans and cuts it.
  /// nil for what it does not say, and for what nobody would read.
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

  /// The longest id that is kept, in bytes.
  private static let maximumBytes = 128
  /// The longest name.
  private static let maximumNameBytes = 1024

  package var client: Client
  /// The client's own id of the call, which stays the same when the client sends the call again: Claude Code's
  /// `claudecode/toolUseId`, Codex' `threadId` and `callId` (read 2026-11).
  package var callID: String?
  /// The conversation that the call belongs to, where the client names one without naming the call.
  package var session: String?

  package init(client: Client = Client(), callID: String? = nil, session: String? = nil) {
    self.client = client
    self.callID = callID
    self.session = session
  }

  /// - Parameter meta: the `_meta` of the call's `params`.
  init(_ client: Client, meta: JSONValue?) {
    func id(_ key: String) -> String? { meta?[key]?.stringValue.flatMap(ToolCaller.id) }
    self.client = client
    let codex = id("threadId").flatMap { thread in id("callId").map { "\(thread)/\($0)" } }
    callID = id("claudecode/toolUseId") ?? codex.flatMap(ToolCaller.id)
    session = ToolCaller.sessionKeys.lazy.compactMap { id($0) }.first
  }

  private static let sessionKeys = ["ai.opencode/sessionID", "antigravity.google/conversation_id", "threadId"]

  /// An id as it is, or nil: one that was cut or cleaned could be taken for another one.
  private static func id(_ text: String) -> String? {
    let isUsable = 1...maximumBytes ~= text.utf8.count && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    return isUsable ? text : nil
  }

  /// A name as it is, or nil: a cut could leave a part of a secret that no scrubber knows.
  private static func name(_ text: String) -> String? { 1...maximumNameBytes ~= text.utf8.count ? text : nil }
}
