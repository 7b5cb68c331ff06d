/// What a running call knows of its request: who made it, whether it was cancelled, and how to report progress.
package final class ToolCallContext: Sendable {
  package let caller: ToolCaller
  private let cancelled: @Sendable () -> Bool
  private let progress: @Sendable (String) -> Void

  /// - Parameter reportProgress: does nothing where the request carried no progress token.
  package init(
    caller: ToolCaller = ToolCaller(), isCancelled: @escaping @Sendable () -> Bool,
    reportProgress: @escaping @Sendable (String) -> Void
  ) {
    self.caller = caller
    cancelled = isCancelled
    progress = reportProgress
  }

  /// For callers without a client, such as the command line.
  package convenience init(caller: ToolCaller = ToolCaller()) {
    self.init(caller: caller, isCancelled: { false }, reportProgress: { _ in })
  }

  /// Whether the client has cancelled the request, or is gone. A trigger that is already on the wire goes on all the same.
  package var isCancelled: Bool { cancelled() }

  /// Tells the client that the call still runs.
  package func reportProgress(_ message: String) { progress(message) }
}
