/// What a running call knows of its request: whether it was cancelled, and how to report progress.
package final class ToolCallContext: Sendable {
  private let cancelled: @Sendable () -> Bool
  private let progress: @Sendable (String) -> Void

  /// - Parameter reportProgress: does nothing where the request carried no progress token.
  package init(isCancelled: @escaping @Sendable () -> Bool, reportProgress: @escaping @Sendable (String) -> Void) {
    cancelled = isCancelled
    progress = reportProgress
  }

  /// For callers without a client, such as the command line.
  package convenience init() { self.init(isCancelled: { false }, reportProgress: { _ in }) }

  /// Whether the client has cancelled the request, or is gone. A trigger that is already on the wire goes on all the same.
  package var isCancelled: Bool { cancelled() }

  /// Tells the client that the call still runs.
  package func reportProgress(_ message: String) { progress(message) }
}
