import CSystem
import JSON
package import Platform
import Synchronization

/// A server for one MCP client over two descriptors. One thread reads and answers everything that needs no waiting; tool calls
/// run on a few worker threads. All threads send through the single `MessageWriter`.
package final class Server: Sendable {
  /// An open `subscriptions/listen`.
  private struct Subscription: Sendable {
    let id: RequestID
    let wantsToolsListChanged: Bool

    /// Tags every message of the stream with the id of the request that opened it.
    var meta: JSONValue { .object([ModernEra.subscriptionKey: id.value]) }

    /// The tag as JSON text: the client's own id, which is written as it is.
    var tag: [UInt8] { OutgoingMessage.member(ModernEra.subscriptionKey, id) }
  }

  private struct State: Sendable {
    var toolList: ToolList
    /// The client profile from the latest `initialize`.
    var session: ClientProfile?
    /// Whether `notifications/initialized` has followed it. Until then the client may be asked nothing (MCP 2025-11-25,
    /// basic/lifecycle).
    var isInitialized = false
    /// In the order in which they were opened.
    var subscriptions: [Subscription] = []
  }

  private let options: ServerOptions
  private let log: Logger
  private let reader: InputReader
  private let writer: MessageWriter
  private let calls: ToolCalls
  private let state: Mutex<State>

  /// - Parameter log: Never receives arguments, results or questions.
  package init(
    provider: any ToolProvider, info: ServerInfo, descriptors: ServerDescriptors, options: ServerOptions,
    clock: any Clock = SystemClock(), log: Logger
  ) {
    self.options = options
    self.log = log
    reader = InputReader(descriptors, clock: clock)
    writer = MessageWriter(
      output: descriptors.output, input: descriptors.input, wake: descriptors.wake, scrub: options.scrub)
    calls = ToolCalls(options: options, clock: clock, log: log, writer: writer)
    state = Mutex(
      State(
        toolList: ToolList(
          provider: provider, info: info, isReloadable: options.isReloadable, pageBytes: options.pageBytes)))
  }

  /// Serves until the input ends, the output is closed or `wake` becomes readable; then lets running calls finish within the
  /// grace period and returns. Call it once. Ignores SIGPIPE for the whole process, since a disconnected client must not kill
  /// it.
  /// - Parameter onReloadRequest: Runs on this thread, so it must not block.
  /// - Returns: why it ended.
  @discardableResult
  package func run(onReloadRequest: () -> Void = {}) -> ServerEnding {
    ProcessHardening.ignoreBrokenPipes()
    var reader = reader
    var framer = LineFramer(maxLineBytes: options.maxLineBytes)
    var ending: ServerEnding?
    var isFresh = true
    while ending == nil, !writer.isClosed {
      // The timeout drives `tick` for open calls. Calls start only on this thread, so an idle server needs no timeout.
      let event = reader.next(timeoutMilliseconds: isFresh ? 20 : calls.tickMilliseconds)
      switch event {
      case .chunk(let bytes):
        calls.noteInput(atMilliseconds: reader.arrivalMilliseconds)
        framer.append(bytes)
        while let frame = framer.next() {
          receive(frame)
          writer.relieve()
        }
      case .endOfInput, .inputFailed:
        if let frame = framer.finish() { receive(frame) }
        ending = if case .inputFailed(let failure) = event { .inputFailed(failure) } else { .inputEnded }
      case .stop: ending = .stopped
      case .outputClosed: ending = .outputClosed
      case .reloadRequest: onReloadRequest()
      case .idle: break
      }
      calls.tick()
      if isFresh, ending == nil { announce() } else { writer.flush() }
      isFresh = false
    }
    shutDown(byStop: ending == .stopped)
    return ServerEnding.combined(reading: ending, writing: writer.ending)
  }

  /// Writes the first answers and runs `onServing`, which registers the server: first with a running call, as the flush may
  /// block on a client that reads nothing, and the owner must be able to find the server.
  private func announce() {
    let isCalling = !calls.isEmpty
    if isCalling { options.onServing() }
    writer.flush()
    if !isCalling { options.onServing() }
  }

  /// Replaces the served tools, and notifies the clients that asked for it if the published list differs. Pending questions
  /// that are no longer current are withdrawn; those held by modern clients are checked when they are answered. Does not wait
  /// for a client that does not read.
  /// - Parameter info: Nil keeps the server's name and title.
  package func replaceProvider(_ provider: any ToolProvider, info: ServerInfo? = nil) {
    let old = state.withLock { $0.toolList }
    let toolList = ToolList(
      provider: provider, info: info ?? old.info, isReloadable: options.isReloadable, pageBytes: options.pageBytes)
    let method = "notifications/tools/list_changed"
    let isSame = toolList.publishesTheSame(as: old)
    state.withLock { state in
      state.toolList = toolList
      if isSame { return }
      if state.session != nil { writer.enqueue(OutgoingMessage.notification(method)) }
      for subscription in state.subscriptions where subscription.wantsToolsListChanged {
        writer.enqueue(
          OutgoingMessage.notification(method, ["_meta": subscription.meta], keeping: subscription.tag))
      }
    }
    calls.withdrawOutdatedQuestions()
    calls.flushElsewhere()
  }

  private func shutDown(byStop: Bool) {
    // Running calls had their grace while the writer waited for a client that does not read.
    let hasGivenUp = [.inputEnded, .stopped].contains(writer.ending)
    let grace = hasGivenUp ? 0 : options.shutdownGraceMilliseconds
    let abandoned = calls.end(withinMilliseconds: grace, withdrawingQuestions: byStop)
    if byStop {
      state.withLock { state in
        for subscription in state.subscriptions { end(subscription, state.toolList.info) }
      }
    }
    if abandoned > 0 { log.warning("stopped while calls were running", ["calls": .init(abandoned)]) }
    options.onShutdown()
    writer.close(withinMilliseconds: options.shutdownGraceMilliseconds)
  }

  // MARK: What the client sends

  private func receive(_ frame: LineFramer.Frame) {
    switch frame {
    case .tooLong:
      refuseLine("a line is at most \(options.maxLineBytes) bytes long")
    case .line(let bytes):
      do throws(JSONParseError) {
        let value = try JSONParser.parse(bytes)
        if case .array(let elements) = value {
          receive(batch: elements)
        } else {
          receive(IncomingMessage(value), .line)
        }
      } catch {
        let fault = LineFault.words(for: error, in: bytes)
        if let id = UnreadableRequest.id(in: bytes, refusedFor: error.reason) {
          log.warning("refused a request", ["id": id.value, "reason": .string(fault)])
          deliver(error.reason == .tooDeep ? .parseError(fault) : .invalidParams(fault), id, to: .line)
        } else if !calls.receiveUnreadable(Array(bytes)) {  // A response must not be answered.
          refuseLine(fault)
        }
      }
    }
  }

  private func refuseLine(_ fault: String) {
    log.warning("received a line that is not a message", ["reason": .string(fault)])
    deliver(.parseError(fault), nil, to: .line)
  }

  /// Handles a batch if the session's version supports batching, otherwise reports an invalid request (MCP 2025-03-26, basic,
  /// "Batching").
  private func receive(batch elements: [JSONValue]) {
    let hasBatches = state.withLock { $0.session?.version.has(.batching) ?? false }
    guard hasBatches, !elements.isEmpty else {
      let fault = hasBatches ? "An empty batch" : "Batches are not part of this protocol version"
      deliver(.invalidRequest(fault), nil, to: .line)
      return
    }
    guard elements.count <= options.maxBatchMessages else {
      deliver(.invalidRequest("A batch may contain at most \(options.maxBatchMessages) messages"), nil, to: .line)
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
      switch method {
      case "notifications/cancelled": if let id = params["requestId"].flatMap(RequestID.init) { cancel(id) }
      case "notifications/initialized": state.withLock { $0.isInitialized = $0.session != nil }
      default: break
      }
    case .response(let id, let result):
      calls.receiveAnswer(to: id, result)
    case .invalid(let id, let error):
      deliver(error, id, to: sink)
    case .ignored:
      break
    }
  }

  private func perform(_ request: Request, _ sink: ReplySink) {
    let (session, toolList, isSubscribed) = state.withLock { state in
      var session = state.session
      if !state.isInitialized { session?.canElicit = false }
      return (session, state.toolList, state.subscriptions.contains { $0.id == request.id })
    }
    if isSubscribed || calls.isOpen(request.id) {
      deliver(.invalidRequest("A request with this id is still in flight"), request.id, to: sink)
      return
    }
    if case .batch = sink, request.method == "initialize" || ModernEra.claims(request) {
      deliver(.notInBatch(request.method), request.id, to: sink)
      return
    }
    let action: Action
    do throws(RPCError) {
      action = try Router.action(for: request, session: session, toolList: toolList)
    } catch {
      return deliver(error, request.id, to: sink)
    }
    switch action {
    case .reply(let result):
      sink.deliver(OutgoingMessage.result(result, id: request.id), through: writer)
      // Log one line per listing: only for its first page.
      if request.method == "tools/list", request.params["cursor"] == nil {
        log.info("tools listed", ["tools": .init(toolList.toolCount)])
      }
    case .begin(let session, let result):
      state.withLock { ($0.session, $0.isInitialized) = (session, false) }
      if let name = session.client.name { options.onClientName(name) }
      sink.deliver(OutgoingMessage.result(result, id: request.id), through: writer)
      log.info("session began", ["version": .string(session.version.name), "elicitation": .bool(session.canElicit)])
    case .call(let toolRequest):
      if let name = toolRequest.caller.client.name { options.onClientName(name) }
      calls.start(toolRequest, request.id, toolList, sink)
    case .listen(let toolsListChanged):
      listen(request.id, toolsListChanged: toolsListChanged)
    }
  }

  private func cancel(_ id: RequestID) {
    state.withLock { $0.subscriptions.removeAll { $0.id == id } }
    calls.cancel(id)
  }

  /// Answers with the error. If it quotes a known secret, it leaves the quote out and has it recorded: to redact it would
  /// confirm a guess without a trace.
  private func deliver(_ error: RPCError, _ id: RequestID?, to sink: ReplySink) {
    var error = error
    if let quoted = (error.quoted ?? error.data?["requested"]?.stringValue).map({ Array($0.utf8) }),
      options.scrub(quoted) != quoted
    {
      error.quoted = nil
      if var data = error.data?.objectValue, data["requested"] != nil {
        data["requested"] = ""
        error.data = .object(data)
      }
      log.warning("a request names a known secret", ["code": .init(error.code)])
      let (provider, client) = state.withLock { ($0.toolList.provider, $0.session?.client) }
      provider.noteSecret(caller: ToolCaller(client: client ?? ToolCaller.Client()))
    }
    sink.deliver(error, id, through: writer, log)
  }

  // MARK: Subscriptions (MCP 2026-07-28, basic/utilities/subscriptions)

  /// Opens a stream. The acknowledgement is queued under the lock, so that no notification can precede it.
  private func listen(_ id: RequestID, toolsListChanged: Bool) {
    let isOpened = state.withLock { state in
      guard state.subscriptions.count < options.openSubscriptions else { return false }
      let subscription = Subscription(id: id, wantsToolsListChanged: toolsListChanged)
      state.subscriptions.append(subscription)
      let honored: JSONValue = toolsListChanged ? ["toolsListChanged": true] : [:]
      writer.enqueue(
        OutgoingMessage.notification(
          "notifications/subscriptions/acknowledged", ["_meta": subscription.meta, "notifications": honored],
          keeping: subscription.tag))
      return true
    }
    if !isOpened { deliver(.invalidRequest("Too many open subscriptions"), id, to: .line) }
  }

  /// Sends the notification and then the result, because the MCP pages on subscriptions and on cancellation each require one of
  /// them.
  private func end(_ subscription: Subscription, _ info: ServerInfo) {
    writer.enqueue(
      OutgoingMessage.notification(
        "notifications/cancelled", ["requestId": subscription.id.value, "reason": "The server is stopping"],
        keeping: OutgoingMessage.member("requestId", subscription.id)))
    let signature: JSONValue = .object(info.json(for: ProtocolVersion.all[0]))
    let result: JSONValue = [
      "resultType": "complete",
      "_meta": .object([
        ModernEra.subscriptionKey: subscription.id.value, ModernEra.serverInfoKey: signature,
      ]),
    ]
    writer.enqueue(
      OutgoingMessage.result(JSONWriter.write(result), id: subscription.id, keeping: subscription.tag))
  }
}

extension IncomingMessage {
  /// Whether JSON-RPC requires an answer to the message.
  fileprivate var isAnswered: Bool {
    switch self {
    case .request, .invalid: true
    case .notification, .response, .ignored: false
    }
  }
}
