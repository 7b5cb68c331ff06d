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
