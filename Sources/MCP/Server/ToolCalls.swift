import JSON
import Platform
import Synchronization

/// All tool calls of a server, from admission to their single answer. A call is alive exactly while it is in `calls`.
/// Cancellation, answers and progress all check that, so nothing is sent for a call after its end.
final class ToolCalls: Sendable {
  private struct State: Sendable {
    var calls: [RequestID: OpenCall] = [:]
    /// Maps the id of each pending elicitation request to the call that waits for its answer.
    var asking: [String: RequestID] = [:]
    /// The serials of the calls that still run although their clients got a late answer.
    var lateCalls: Set<Int> = []
    /// Whether the server is stopping.
    var isEnding = false
    var lastSerial = 0
    var lastServerRequest = 0

    func isAlive(_ key: ToolCall.Key) -> Bool { calls[key.id]?.call.key.serial == key.serial }

    func isCancelled(_ key: ToolCall.Key) -> Bool { !isAlive(key) && !lateCalls.contains(key.serial) }

    /// Removes and returns the pending question with that request id.
    /// - Returns: nil if no call waits for this answer.
    mutating func takeQuestion(_ requestID: String) -> (ToolCall, OpenCall.Asked)? {
      guard let id = asking.removeValue(forKey: requestID), let open = calls[id], let asked = open.asked else {
        return nil
      }
      calls[id]?.asked = nil
      return (open.call, asked)
    }
  }

  /// How many times a question is sent to a modern client that retries without the answer, before the client counts as unable
  /// to ask.
  private static let questionTries = 3
  /// How long the progress of open calls may go unreported.
  private static let longestTickMilliseconds: Int64 = 1000
  /// The prefix of the ids of server requests.
  static let requestPrefix = "srv-"

  private let options: ServerOptions
  private let clock: any Clock
  private let log: Logger
  private let writer: MessageWriter
  private let pool: WorkerPool
  private let questions: OpenQuestions
  private let budget: ByteBudget
  private let state = Mutex(State())

  init(options: ServerOptions, clock: any Clock, log: Logger, writer: MessageWriter) {
    self.options = options
    self.clock = clock
    self.log = log
    self.writer = writer
    pool = WorkerPool(limit: options.concurrentCalls)
    questions = OpenQuestions(limit: options.openQuestions)
    budget = ByteBudget(limit: options.heldArgumentBytes)
  }

  /// Whether no call waits for its answer.
  var isEmpty: Bool { state.withLock { $0.calls.isEmpty } }

  /// The time until the next `tick` is due, so that each deadline is kept; nil without an open call.
  var tickMilliseconds: Int32? {
    let deadlines = state.withLock { state -> [Int64]? in
      state.calls.isEmpty ? nil : state.calls.values.compactMap(\.deadlineMilliseconds)
    }
    guard let deadlines else { return nil }
    let left = (deadlines.min() ?? .max) - clock.bootMilliseconds()
    return Int32(min(max(left, 1), ToolCalls.longestTickMilliseconds))
  }

  /// Whether the call with that id is still unanswered.
  func isOpen(_ id: RequestID) -> Bool { state.withLock { $0.calls[id] != nil } }

  // MARK: Admission and answer

  /// Admits a call and submits it to a worker. A retry resumes with the question that it answers.
  func start(_ request: ToolRequest, _ id: RequestID, _ toolList: ToolList, _ sink: ReplySink) {
    let now = clock.bootMilliseconds()
    guard state.withLock({ $0.calls.count }) < options.concurrentCalls + options.waitingCalls else {
      refuse(request, id, toolList, sink, "Too many calls are running or waiting; nothing was done. Try again later.")
      return
    }
    let answered = request.requestState.flatMap { questions.take($0, for: request, nowMilliseconds: now) }
    if request.requestState != nil, answered == nil {
      log.warning("answer refused: no such open question", ["tool": .string(request.tool.name)])
      let fault = "requestState is unknown, expired, used or for another call; call again without it"
      sink.deliver(.invalidParams(fault), id, through: writer, log)
      return
    }
    guard let lease = lease(for: request, id) else {
      let limit = options.heldArgumentBytes >> 20
      refuse(
        request, id, toolList, sink,
        "The arguments of all calls that run or wait would take more than \(limit) MiB; nothing was done. Try again later, or "
          + "with shorter arguments."
      )
      return
    }
    let waiting = toolList.provider.answerWhileWaiting(request.tool.name, caller: request.caller)
    let call = state.withLock { state in
      state.lastSerial += 1
      let key = ToolCall.Key(id: id, serial: state.lastSerial)
      let call = ToolCall(
        key: key, request: request, toolList: toolList, sink: sink, startedMilliseconds: now,
        conversation: answered?.call.conversation ?? Conversation(key), lease: lease)
      call.conversation.goOn(as: key)
      var open = OpenCall(call: call, lastProgressNanoseconds: clock.monotonicNanoseconds())
      open.late = waiting
      state.calls[id] = open
      return call
    }
    let isTaken = pool.submit(call.key.serial) { [self] in
      guard begin(call) else {
        if let answered { _ = answered.question.answered(.abandoned, now - answered.askedMilliseconds) }
        return
      }
      if let answered {
        goOn(call, with: answered, now)
      } else {
        let name = request.tool.name
        proceed(call, with: toolList.provider.call(name, arguments: request.arguments, context: context(of: call)))
      }
    }
    if !isTaken { finish(call, ToolResult(text: "The system could not create a thread to run this.", isError: true)) }
  }

  /// Lets a call that got a thread set its own late answer.
  /// - Returns: false if it was cancelled or answered while it waited.
  private func begin(_ call: ToolCall) -> Bool {
    state.withLock { state in
      guard state.isAlive(call.key) else { return false }
      state.calls[call.key.id]?.late = nil
      return true
    }
  }

  /// Returns a lease for everything that a call keeps of its request, evicting the oldest open questions if necessary.
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
      canElicit: call.request.client.canElicit,
      isCancelled: { [self] in state.withLock { $0.isCancelled(conversation.current) } },
      isEnding: { [self] in state.withLock { $0.isEnding } },
      elapsed: { [self] in
        let started = state.withLock { $0.calls[conversation.current.id]?.call.startedMilliseconds }
        let now = clock.bootMilliseconds()
        return now - (started ?? now)
      },
      answerLate: { [self] late in
        let key = conversation.current
        return state.withLock { state in
          guard state.isAlive(key) else { return false }
          state.calls[key.id]?.late = late
          return true
        }
      },
      reportProgress: { [self] in reportProgress(conversation.current, $0) })
  }

  /// Advances a call to its answer or to a question.
  private func proceed(_ call: ToolCall, with first: ToolReply) {
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
    // The call was cancelled or answered late in the meantime.
    state.withLock { _ = $0.lateCalls.remove(call.key.serial) }
    switch reply {
    case .result(let result), .missingCapability(let result): result.undelivered?()
    case .question(let question): _ = question.answered(.abandoned, 0)
    }
  }

  private func finish(_ call: ToolCall, _ result: ToolResult) {
    let isDelivered = finish(call, answer(call, result), outcome: result.isError ? "error" : "done")
    if !isDelivered { result.undelivered?() }
  }

  private func answer(_ call: ToolCall, _ result: ToolResult) -> OutgoingLine {
    let object = options.finish(result).json(for: call.request.client.version, call.toolList.info)
    return OutgoingMessage.result(JSONWriter.write(.object(object)), id: call.key.id)
  }

  /// Sends the single answer, unless the call was cancelled or answered late in the meantime.
  /// - Parameter outcome: for the log.
  /// - Returns: whether the answer was queued and the output is still open.
  @discardableResult
  private func finish(_ call: ToolCall, _ answer: OutgoingLine, outcome: String) -> Bool {
    let isSent = state.withLock { state in
      state.lateCalls.remove(call.key.serial)
      guard state.isAlive(call.key) else { return false }
      state.calls[call.key.id] = nil
      call.sink.deliver(answer, through: writer)
      return true
    }
    writer.flush()
    let milliseconds = Int(clock.bootMilliseconds() - call.startedMilliseconds)
    // The provider logs the outcomes of its calls; questions and dropped answers are logged here.
    log.log(
      isSent && outcome != "question" ? .debug : .info,
      isSent ? "call finished" : "call finished after its request was over; its answer was dropped",
      ["tool": .string(call.request.tool.name), "ms": .init(milliseconds), "outcome": .string(outcome)])
    return isSent && !writer.isClosed
  }

  /// Ends a call without an answer. A job that already runs cannot be stopped from here: its context reports the cancellation,
  /// and its answer is dropped (MCP 2026-07-28, basic/utilities/cancellation).
  func cancel(_ id: RequestID) {
    let ended = state.withLock { state -> OpenCall? in
      guard let open = state.calls.removeValue(forKey: id) else { return nil }
      if let asked = open.asked { withdraw(asked, &state) }
      open.call.sink.deliver(nil, through: writer)
      return open
    }
    guard let ended else { return }
    pool.withdraw(ended.call.key.serial)
    if let asked = ended.asked { resume(ended.call, asked, with: .abandoned) }
    log.info("call cancelled", ["tool": .string(ended.call.request.tool.name)])
  }

  /// Ends pending questions as unanswered, lets calls finish within the grace period and drops the rest.
  /// - Returns: the number of dropped calls.
  func end(withinMilliseconds grace: Int64) -> Int {
    let open = state.withLock { state in
      state.isEnding = true
      return state.asking.keys.compactMap { state.takeQuestion($0) }
    }
    for (call, asked) in open { resume(call, asked, with: .clientGone) }
    pool.close(withinMilliseconds: grace)
    return state.withLock { state in
      defer { state.calls = [:] }
      return state.calls.count
    }
  }

  private func finishUnasked(_ call: ToolCall) {
    let error = RPCError(
      code: RPCError.missingClientCapability, message: "This tool needs the elicitation capability",
      data: ["requiredCapabilities": Elicitation.requiredCapabilities])
    finish(call, OutgoingMessage.error(error, id: call.key.id), outcome: "cannot ask")
  }

  private func refuse(
    _ request: ToolRequest, _ id: RequestID, _ toolList: ToolList, _ sink: ReplySink, _ text: String
  ) {
    log.warning("call refused: too many calls", ["tool": .string(request.tool.name)])
    let result = ToolResult(text: text, isError: true).json(for: request.client.version, toolList.info)
    sink.deliver(OutgoingMessage.result(JSONWriter.write(.object(result)), id: id), through: writer)
  }

  // MARK: Questions to the person

  /// Sends the question. No thread waits for the answer: a modern client retries the call, a legacy client answers the server's
  /// request.
  /// - Parameter tries: how many times it was sent, including this time.
  private func ask(_ question: ToolQuestion, _ call: ToolCall, tries: Int = 1) {
    let version = call.request.client.version
    let params = Elicitation.params(question, version)
    let now = clock.bootMilliseconds()
    if version.era == .modern {
      let handle = questions.add(question, of: call, tries: tries, nowMilliseconds: now)
      let asked: JSONValue = ["method": .string(Elicitation.method), "params": .object(params)]
      let result = ModernEra.result(
        [("inputRequests", .object([Elicitation.key: asked])), ("requestState", .string(handle))],
        type: "input_required", version, call.toolList.info)
      finish(call, OutgoingMessage.result(JSONWriter.write(.object(result)), id: call.key.id), outcome: "question")
      return
    }
    let isPut = state.withLock { state in
      guard state.isAlive(call.key), !state.isEnding else { return false }
      state.lastServerRequest += 1
      let id = ToolCalls.requestPrefix + "\(state.lastServerRequest)"
      state.asking[id] = call.key.id
      state.calls[call.key.id]?.asked = OpenCall.Asked(requestID: id, question: question, askedMilliseconds: now)
      writer.enqueue(OutgoingMessage.request(id: id, Elicitation.method, params))
      return true
    }
    guard isPut else { return proceed(call, with: question.answered(.clientGone, 0)) }
    writer.flush()
  }

  /// Handles a legacy client's answer. Unexpected answers are dropped.
  func receiveAnswer(to id: JSONValue, _ result: JSONValue?) {
    guard let requestID = id.stringValue, let (call, asked) = state.withLock({ $0.takeQuestion(requestID) }) else {
      return
    }
    // The machine may have slept since the last `tick`.
    let isLate = asked.deadlineMilliseconds <= clock.bootMilliseconds()
    resume(call, asked, with: isLate ? .timedOut : Elicitation.answer(result))
  }

  /// Handles a line that is not JSON and may have been an answer. If it names a pending question, that question ends as
  /// unreadable at once.
  /// - Returns: whether the line named a pending question.
  func receiveUnreadable(_ line: [UInt8]) -> Bool {
    let open = state.withLock { Set($0.asking.keys) }
    guard !open.isEmpty else { return false }
    guard let id = UnreadableAnswer.requestID(in: line), open.contains(id) else {
      log.warning(
        "received a line that is not JSON while a question is open; if it was the answer, the question stays open until it times out"
      )
      return false
    }
    log.warning("the client's answer to a question is not JSON, so it does not count as an answer", ["id": .string(id)])
    receiveAnswer(to: .string(id), nil)
    return true
  }

  /// Resumes a call whose question was answered, or ended without an answer.
  private func resume(_ call: ToolCall, _ asked: OpenCall.Asked, with answer: ToolQuestion.Answer) {
    let milliseconds = clock.bootMilliseconds() - asked.askedMilliseconds
    let isTaken = pool.submit(call.key.serial, first: true) { [self] in
      proceed(call, with: asked.question.answered(answer, milliseconds))
    }
    guard !isTaken else { return }
    _ = asked.question.answered(.abandoned, milliseconds)
    finish(
      call, ToolResult(text: "The system could not create a thread to continue this; nothing was done.", isError: true))
  }

  /// Resumes a modern call that was retried with its question's handle. Without the answer, the question is sent again (MCP
  /// 2026-07-28, basic/patterns/mrtr); a malformed one comes from a client that cannot ask.
  /// - Parameter now: when the call arrived, on the boot clock.
  private func goOn(_ call: ToolCall, with asked: OpenQuestions.Entry, _ now: Int64) {
    let question = asked.question
    let milliseconds = now - asked.askedMilliseconds
    if let answer = call.request.inputResponses?[Elicitation.key], answer != .null {
      proceed(call, with: question.answered(Elicitation.answer(answer), milliseconds))
    } else if !question.isCurrent() {
      proceed(call, with: question.answered(.withdrawn, milliseconds))
    } else if !call.request.client.canElicit {
      proceed(call, with: question.answered(.undeclared, milliseconds))
    } else if asked.tries < ToolCalls.questionTries {
      ask(question, call, tries: asked.tries + 1)
    } else {
      proceed(call, with: question.answered(.cannotAsk, milliseconds))
    }
  }

  /// Withdraws the questions that a reload has outdated, and resumes their calls.
  func withdrawOutdatedQuestions() {
    let asked = state.withLock { state in state.calls.values.compactMap(\.asked) }
    for asked in asked where !asked.question.isCurrent() {
      let taken = state.withLock { state in
        // It may have been answered in the meantime.
        let taken = state.takeQuestion(asked.requestID)
        if taken != nil { withdraw(asked, &state) }
        return taken
      }
      if let (call, asked) = taken { resume(call, asked, with: .withdrawn) }
    }
  }

  /// Cancels a pending elicitation request with a legacy client.
  private func withdraw(_ asked: OpenCall.Asked, _ state: inout State) {
    state.asking[asked.requestID] = nil
    writer.enqueue(
      OutgoingMessage.notification(
        "notifications/cancelled", ["requestId": .string(asked.requestID), "reason": "An answer is no longer needed"]))
  }

  // MARK: Progress

  /// Expires questions, sends late answers and reports progress. Runs on the reading thread after each event and when
  /// `tickMilliseconds` have passed.
  func tick() {
    guard state.withLock({ !$0.calls.isEmpty }) else { return }
    let (now, bootNow) = (clock.monotonicNanoseconds(), clock.bootMilliseconds())
    let interval = options.progressIntervalMilliseconds * 1_000_000
    let (expired, late) = state.withLock { state in
      var expired: [(ToolCall, OpenCall.Asked)] = []
      var ended: [(ToolCall, LateAnswer)] = []
      for open in state.calls.values {
        if open.asked == nil, let late = open.late, open.deadlineMilliseconds ?? .max <= bootNow {
          state.calls[open.call.key.id] = nil
          if !late.endsCall { state.lateCalls.insert(open.call.key.serial) }
          ended.append((open.call, late))
        } else if let asked = open.asked, asked.deadlineMilliseconds <= bootNow {
          withdraw(asked, &state)
          state.calls[open.call.key.id]?.asked = nil
          expired.append((open.call, asked))
        } else if now - open.lastProgressNanoseconds >= interval {
          note(open.asked == nil ? "still running" : "waiting for the person to answer", open, now, &state)
        }
      }
      return (expired, ended)
    }
    for (call, late) in late {
      call.sink.deliver(answer(call, late.result), through: writer)
      log.info("call answered before it was done", ["tool": .string(call.request.tool.name)])
    }
    for (call, asked) in expired { resume(call, asked, with: .timedOut) }
  }

  /// Forwards a tool's progress message to the client, at most once a second per call and never after its end.
  private func reportProgress(_ key: ToolCall.Key, _ message: String) {
    let now = clock.monotonicNanoseconds()
    state.withLock { state in
      guard state.isAlive(key), let open = state.calls[key.id] else { return }
      let isFirst = open.progress == 0
      if isFirst || now - open.lastProgressNanoseconds >= 1_000_000_000 { note(message, open, now, &state) }
    }
    writer.flush()
  }

  /// Queues one progress notification if the client sent a token for them (MCP 2025-11-25, basic/utilities/progress).
  private func note(_ message: String, _ open: OpenCall, _ now: Int64, _ state: inout State) {
    guard let token = open.call.request.progressToken else { return }
    let progress = open.progress + 1
    state.calls[open.call.key.id]?.progress = progress
    state.calls[open.call.key.id]?.lastProgressNanoseconds = now
    var params: JSONObject = ["progressToken": token.value, "progress": .init(progress)]
    if open.call.request.client.version.has(.progressMessage) { params.append("message", .string(message)) }
    writer.enqueue(
      OutgoingMessage.notification(
        "notifications/progress", params, keeping: OutgoingMessage.member("progressToken", token)))
  }
}
