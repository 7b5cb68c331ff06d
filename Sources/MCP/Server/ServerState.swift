/// What the server's threads share, behind one lock. A call is alive exactly while it stands in `calls`: cancelling,
/// answering and progress all look there, so nothing is sent for a call after its end.
struct ServerState: Sendable {
  /// An open `subscriptions/listen`.
  struct Subscription: Sendable {
    let id: RequestID
    let wantsToolsListChanged: Bool
  }

  var catalogue: Catalogue
  /// What `initialize` settled last.
  var session: ClientProfile?
  var calls: [RequestID: OpenCall] = [:]
  /// Which call waits for the answer to which request of ours.
  var asking: [String: RequestID] = [:]
  /// In the order in which they were opened.
  var subscriptions: [Subscription] = []
  /// Whether the server stops.
  var isEnding = false
  var lastSerial = 0
  var lastServerRequest = 0

  init(catalogue: Catalogue) { self.catalogue = catalogue }

  /// Whether a request with that id still has to be answered.
  func isOpen(_ id: RequestID) -> Bool { calls[id] != nil || subscriptions.contains { $0.id == id } }

  func isAlive(_ key: ToolCall.Key) -> Bool { calls[key.id]?.call.key.serial == key.serial }

  /// Takes the question from the call that asked it.
  /// - Returns: nil where that call does not wait for this answer.
  mutating func takeQuestion(_ requestID: String) -> (ToolCall, OpenCall.Asked)? {
    guard let id = asking.removeValue(forKey: requestID), let open = calls[id], let asked = open.asked else {
      return nil
    }
    calls[id]?.asked = nil
    return (open.call, asked)
  }
}
