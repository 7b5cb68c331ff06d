import JSON
import Synchronization

/// What the reading thread does with each line.
extension Server {
  func receive(_ frame: LineFramer.Frame) {
    switch frame {
    case .tooLong:
      let message = "Parse error: a line is at most \(options.maxLineBytes) bytes long"
      deliver(RPCError(code: RPCError.parseError, message: message), nil, to: .line)
    case .line(let bytes):
      do throws(JSONParseError) {
        let value = try JSONParser.parse(bytes)
        if case .array(let elements) = value {
          receive(batch: elements)
        } else {
          receive(IncomingMessage(value), .line)
        }
      } catch {
        // Nothing is answered to an answer.
        if receiveUnreadable(Array(bytes)) { return }
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let fault = hasMark ? "a byte order mark before the message; send UTF-8 without one" : "\(error)"
        deliver(RPCError(code: RPCError.parseError, message: "Parse error: " + fault), nil, to: .line)
      }
    }
  }

  /// A batch where the session's version has them, else an invalid request (MCP 2025-03-26, basic, "Batching").
  private func receive(batch elements: [JSONValue]) {
    let hasBatches = state.withLock { $0.session?.version.has(.batching) ?? false }
    guard hasBatches, !elements.isEmpty else {
      let fault = hasBatches ? "An empty batch" : "Batches are not part of this protocol version"
      deliver(.invalidRequest(fault), nil, to: .line)
      return
    }
    guard elements.count <= options.maxBatchMessages else {
      deliver(.invalidRequest("A batch holds at most \(options.maxBatchMessages) messages"), nil, to: .line)
      return
    }
    let messages = elements.map(IncomingMessage.init)
    let count = messages.count { $0.isAnswered }
    let batch = Batch(count: max(1, count))
    var slot = 0
    for message in messages {
      receive(message, .batch(batch, slot: slot))
      if message.isAnswered { slot += 1 }
    }
  }

  private func receive(_ message: IncomingMessage, _ sink: ReplySink) {
    switch message {
    case .request(let request):
      perform(request, sink)
    case .notification(let method, let params):
      if method == "notifications/cancelled", let id = params["requestId"].flatMap(RequestID.init) { cancel(id) }
    case .response(let id, let result):
      receiveAnswer(to: id, result)
    case .invalid(let id, let error):
      deliver(error, id, to: sink)
    case .ignored:
      break
    }
  }

  private func perform(_ request: Request, _ sink: ReplySink) {
    let (session, catalogue, isOpen) = state.withLock { ($0.session, $0.catalogue, $0.isOpen(request.id)) }
    if isOpen {
      deliver(.invalidRequest("A request with this id is still in flight"), request.id, to: sink)
      return
    }
    if case .batch = sink, request.method == "initialize" || ModernEra.claims(request) {
      deliver(.notInBatch(request.method), request.id, to: sink)
      return
    }
    switch Router.action(for: request, session: session, catalogue: catalogue) {
    case .reply(let result):
      deliver(OutgoingMessage.result(result, id: request.id), to: sink)
      // Of several pages only the first is worth a line.
      if request.method == "tools/list", request.params["cursor"] == nil {
        log.info("tools listed", ["tools": .init(catalogue.toolCount)])
      }
    case .fail(let error):
      deliver(error, request.id, to: sink)
    case .begin(let session, let result):
      state.withLock { $0.session = session }
      if let name = session.client.name { options.onClientName(name) }
      deliver(OutgoingMessage.result(result, id: request.id), to: sink)
      log.info("session began", ["version": .string(session.version.name), "elicitation": .bool(session.canElicit)])
    case .call(let toolRequest):
      if let name = toolRequest.caller.client.name { options.onClientName(name) }
      start(toolRequest, request.id, catalogue, sink)
    case .listen(let toolsListChanged):
      listen(request.id, toolsListChanged: toolsListChanged)
    }
  }

  /// Queues an answer; nil means that none is owed any more. The caller flushes.
  func deliver(_ answer: [UInt8]?, to sink: ReplySink) {
    switch sink {
    case .line:
      if let answer { writer.enqueue(answer) }
    case .batch(let batch, let slot):
      if let whole = batch.fill(slot, answer) { writer.enqueue(whole) }
    }
  }

  func deliver(_ error: RPCError, _ id: RequestID?, to sink: ReplySink) {
    log.debug("request refused", ["code": .init(error.code), "reason": .string(error.message)])
    deliver(OutgoingMessage.error(error, id: id), to: sink)
  }
}

extension IncomingMessage {
  /// Whether JSON-RPC owes an answer to it.
  fileprivate var isAnswered: Bool {
    switch self {
    case .request, .invalid: true
    case .notification, .response, .ignored: false
    }
  }
}
