import JSON
import Platform
import Synchronization

/// What is said about calls that take their time, and the end of the questions that nobody answers.
extension Server {
  /// Runs on the reading thread, after each thing it did and at least once a second while calls are open.
  func tick() {
    guard state.withLock({ !$0.calls.isEmpty }) else { return }
    let (now, bootNow) = (clock.monotonicNanoseconds(), clock.bootMilliseconds())
    let interval = options.progressIntervalMilliseconds * 1_000_000
    let expired = state.withLock { state in
      var expired: [(ToolCall, OpenCall.Asked)] = []
      for open in state.calls.values {
        if let asked = open.asked, asked.deadlineMilliseconds <= bootNow {
          withdraw(asked, &state)
          state.calls[open.call.key.id]?.asked = nil
          expired.append((open.call, asked))
        } else if now - open.lastProgressNanoseconds >= interval {
          note(open.asked == nil ? "still running" : "waiting for the person to answer", open, now, &state)
        }
      }
      return expired
    }
    for (call, asked) in expired { resume(call, asked, with: .timedOut) }
  }

  /// Tells the client what a tool reports of itself, at most once a second for each call, and never after its end.
  func reportProgress(_ key: ToolCall.Key, _ message: String) {
    let now = clock.monotonicNanoseconds()
    state.withLock { state in
      guard state.isAlive(key), let open = state.calls[key.id] else { return }
      let isFirst = open.progress == 0
      if isFirst || now - open.lastProgressNanoseconds >= 1_000_000_000 { note(message, open, now, &state) }
    }
    writer.flush()
  }

  /// Queues one note, where the client gave a token for them (MCP 2025-11-25, basic/utilities/progress).
  private func note(_ message: String, _ open: OpenCall, _ now: Int64, _ state: inout ServerState) {
    guard let token = open.call.request.progressToken else { return }
    let progress = open.progress + 1
    state.calls[open.call.key.id]?.progress = progress
    state.calls[open.call.key.id]?.lastProgressNanoseconds = now
    var params: JSONObject = ["progressToken": token.value, "progress": .init(progress)]
    if open.call.request.client.version.has(.progressMessage) { params.append("message", .string(message)) }
    writer.enqueue(OutgoingMessage.notification("notifications/progress", params))
  }
}
