import JSON
import Platform
import Synchronization

/// The life of a tool call, from its admission to its one answer.
extension Server {
  /// Admits a call and hands it to a worker; a retry goes on with the question that it answers.
  func start(_ request: ToolRequest, _ id: RequestID, _ catalogue: Catalogue, _ sink: ReplySink) {
    let now = clock.bootMilliseconds()
    guard state.withLock({ $0.calls.count }) < options.concurrentCalls + options.waitingCalls else {
      refuse(request, id, catalogue, sink, "Too many calls are running or waiting; nothing was done. Try again later.")
      return
    }
    let answered = request.requestState.flatMap { questions.take($0, for: request, nowMilliseconds: now) }
    if request.requestState != nil, answered == nil {
      log.warning("answer refused: no such open question", ["tool": .string(request.tool.name)])
      let fault = "requestState is unknown, expired, used or for another call; call again without it"
      deliver(.invalidParams(fault), id, to: sink)
      return
    }
    guard let lease = lease(for: request, id) else {
      let limit = options.heldArgumentBytes >> 20
      refuse(
        request, id, catalogue, sink,
        "The arguments of all calls that run or wait would take more than \(limit) MiB; nothing was done. Try again later, or with less."
      )
      return
    }
    let call = state.withLock { state in
      state.lastSerial += 1
      let key = ToolCall.Key(id: id, serial: state.lastSerial)
      let call = ToolCall(
        key: key, request: request, catalogue: catalogue, sink: sink, startedMilliseconds: now,
        conversation: answered?.call.conversation ?? Conversation(key), lease: lease)
      call.conversation.goOn(as: key)
      state.calls[id] = OpenCall(call: call, lastProgressNanoseconds: clock.monotonicNanoseconds())
      return call
    }
    let isTaken = pool.submit(call.key.serial) { [self] in
      if let answered {
        goOn(call, with: answered, now)
      } else {
        let name = request.tool.name
        proceed(call, with: catalogue.provider.call(name, arguments: request.arguments, context: context(of: call)))
      }
    }
    if !isTaken { finish(call, ToolResult(text: "The system has no thread to run this on.", isError: true)) }
  }

  /// Room for all that a call keeps of its request; the oldest open questions give way.
  private func lease(for request: ToolRequest, _ id: RequestID) -> ByteBudget.Lease? {
    let size = request.size + id.size
    while true {
      if let lease = budget.lease(size) { return lease }
      guard size <= options.heldArgumentBytes, questions.removeOldest() else { return nil }
    }
  }

  private func context(of call: ToolCall) -> ToolCallContext {
    let conversation = call.conversation
    return ToolCallContext(
      caller: call.request.caller, questionsEndRequests: call.request.client.version.era == .modern,
      isCancelled: { [self] in state.withLock { !$0.isAlive(conversation.current) } },
      isEnding: { [self] in state.withLock { $0.isEnding } },
      elapsed: { [self] in
        let started = state.withLock { $0.calls[conversation.current.id]?.call.startedMilliseconds }
        let now = clock.bootMilliseconds()
        return now - (started ?? now)
      },
      reportProgress: { [self] in reportProgress(conversation.current, $0) })
  }

  /// Brings a call one step on: to its answer, or to a question.
  func proceed(_ call: ToolCall, with first: ToolReply) {
    var reply = first
    while state.withLock({ $0.isAlive(call.key) }) {
      switch reply {
      case .result(let result):
        return finish(call, result)
      case .missingCapability(let result):
        return call.request.client.version.era == .modern ? finishUnasked(call) : finish(call, result)
      case .question(let question) where call.request.client.canElicit:
        return ask(question, call)
      case .question(let question):
        reply = question.answered(.undeclared, 0)
      }
    }
    // The call was cancelled meanwhile.
    switch reply {
    case .result(let result), .missingCapability(let result): result.undelivered?()
    case .question(let question): _ = question.answered(.abandoned, 0)
    }
  }

  func finish(_ call: ToolCall, _ result: ToolResult) {
    let object = result.json(for: call.request.client.version, call.catalogue.info)
    let isDelivered = finish(
      call, OutgoingMessage.result(JSONWriter.write(.object(object)), id: call.key.id),
      outcome: result.isError ? "error" : "done")
    if !isDelivered { result.undelivered?() }
  }

  /// Sends the one answer, unless the call was cancelled meanwhile.
  /// - Parameter outcome: for the log.
  /// - Returns: whether the client can have got it, as far as its output tells by now.
  @discardableResult
  func finish(_ call: ToolCall, _ answer: [UInt8], outcome: String) -> Bool {
    let isSent = state.withLock { state in
      guard state.isAlive(call.key) else { return false }
      state.calls[call.key.id] = nil
      deliver(answer, to: call.sink)
      return true
    }
    writer.flush()
    let milliseconds = Int(clock.bootMilliseconds() - call.startedMilliseconds)
    // What a call came to is its provider's to log; a question, and an answer that nobody gets, are the protocol's.
    log.log(
      isSent && outcome != "question" ? .debug : .info,
      isSent ? "call finished" : "call finished after it was cancelled, the answer is dropped",
      ["tool": .string(call.request.tool.name), "ms": .init(milliseconds), "outcome": .string(outcome)])
    return isSent && !writer.isClosed
  }

  /// Ends a call or a subscription without an answer. What a worker already runs cannot be stopped from here: its context
  /// says so, and its answer is dropped (MCP 2026-07-28, basic/utilities/cancellation).
  func cancel(_ id: RequestID) {
    let ended = state.withLock { state -> OpenCall? in
      state.subscriptions.removeAll { $0.id == id }
      guard let open = state.calls.removeValue(forKey: id) else { return nil }
      if let asked = open.asked { withdraw(asked, &state) }
      deliver(nil, to: open.call.sink)
      return open
    }
    guard let ended else { return }
    pool.withdraw(ended.call.key.serial)
    if let asked = ended.asked { resume(ended.call, asked, with: .abandoned) }
    log.info("call cancelled", ["tool": .string(ended.call.request.tool.name)])
  }

  private func finishUnasked(_ call: ToolCall) {
    let error = RPCError(
      code: RPCError.missingClientCapability, message: "This tool needs the elicitation capability",
      data: ["requiredCapabilities": Elicitation.requiredCapabilities])
    finish(call, OutgoingMessage.error(error, id: call.key.id), outcome: "cannot ask")
  }

  private func refuse(
    _ request: ToolRequest, _ id: RequestID, _ catalogue: Catalogue, _ sink: ReplySink, _ text: String
  ) {
    log.warning("call refused, too many", ["tool": .string(request.tool.name)])
    let result = ToolResult(text: text, isError: true).json(for: request.client.version, catalogue.info)
    deliver(OutgoingMessage.result(JSONWriter.write(.object(result)), id: id), to: sink)
  }
}
