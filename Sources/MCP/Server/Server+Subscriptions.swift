import JSON
import Synchronization

/// Streams of notifications (MCP 2026-07-28, basic/utilities/subscriptions).
extension Server {
  /// Opens a stream. The acknowledgement is queued under the lock, so that no notification overtakes it.
  func listen(_ id: RequestID, toolsListChanged: Bool) {
    let isOpened = state.withLock { state in
      guard state.subscriptions.count < options.openSubscriptions else { return false }
      let subscription = ServerState.Subscription(id: id, wantsToolsListChanged: toolsListChanged)
      state.subscriptions.append(subscription)
      let honoured: JSONValue = toolsListChanged ? ["toolsListChanged": true] : [:]
      writer.enqueue(
        OutgoingMessage.notification(
          "notifications/subscriptions/acknowledged", ["_meta": subscription.meta, "notifications": honoured]))
      return true
    }
    if !isOpened { deliver(.invalidRequest("Too many open subscriptions"), id, to: .line) }
  }

  /// The notification and then the result: the pages on subscriptions and on cancellation each want one of them.
  func end(_ subscription: ServerState.Subscription, _ info: ServerInfo) {
    writer.enqueue(
      OutgoingMessage.notification(
        "notifications/cancelled", ["requestId": subscription.id.value, "reason": "The server is stopping"]))
    let result: JSONValue = ["resultType": "complete", "_meta": subscription.meta]
    writer.enqueue(OutgoingMessage.result(JSONWriter.write(result), id: subscription.id))
  }
}

extension ServerState.Subscription {
  /// What tags every message of the stream with the id of the request that opened it.
  var meta: JSONValue { .object([ModernEra.subscriptionKey: id.value]) }
}
