import JSON
import Platform
import Synchronization

/// All tool calls of a server, from admission to their single answer. Cancellation, answers and progress all
/// check that it is still in `calls`, so nothing is sent for a call after its end.
final class ToolCalls: Sendable {
  /// How many times a question is sent to a modern client that retries without the answer, before the client counts as unable
  /// to ask.
  private static let questionTries = 3
  /// How long the progress of open calls may go unreported.
  private static let longestTickMilliseconds: Int64 = 1000

  private let options: ServerOptions
  private let clock: any Clock
  private let log: Logger
  private let writer: MessageWriter
  private let pool: WorkerPool
  private let questions: OpenQuestions
  private let budget: ByteBudget
  private let calls = Mutex(OpenCalls())
  /// When the input that is being handled came, on the boot clock. Only the reading thread uses it.
  private let inputMilliseconds = Atomic<Int64>(0)

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
  var isEmpty: Bool { calls.withLock { $0.isEmpty } }

  /// The time until the next `tick` is due, so that each deadline is kept; nil without an open call.
  var tickMilliseconds: Int32? {
    let deadline = calls.withLock { $0.isEmpty ? nil : $0.deadlineMilliseconds ?? .max }
    guard let deadline else { return nil }
    let left = deadline - clock.bootMilliseconds()
    return Int32(min(max(left, 1), ToolCalls.longestTickMilliseconds))
  }

  /// Whether the call with that id is still unanswered.
  func isOpen(_ id: RequestID) -> Bool { calls.withLock { $0[id] != nil } }

  /// Notes when the input that is handled next came, on the boot clock: answers to questions are timed by it.
  func noteInput(atMilliseconds milliseconds: Int64) { inputMilliseconds.store(milliseconds, ordering: .relaxed) }

  // MARK: Admission and answer

  /// Admits a call and submits it to a worker. A retry resumes with the question that it answers.
  func start(_ request: ToolRequest, _ id: RequestID, _ toolList: ToolList, _ sink: ReplySink) {
    let (now, name) = (clock.bootMilliseconds(), request.tool.name)
    guard let (asked, lease) = admit(request, id, toolList, sink, nowMilliseconds: now) else { return }
    let time = asked?.time.age(atMilliseconds: inputMilliseconds.load(ordering: .relaxed), now: BootTime(clock)) ?? 0
    let late =
      asked.flatMap { asked in asked.answer.flatMap { asked.question.late($0, time) } }
      ?? toolList.provider.answerWhileWaiting(name, caller: request.caller)
    let call = calls.withLock { calls in
      let key = calls.nextKey(id)
      let call = ToolCall(
        key: key, request: request, toolList: toolList, sink: sink, startedMilliseconds: now,
        current: asked?.call.current ?? CurrentCall(key), lease: lease)
      call.current.key = key
      calls.add(OpenCall(call: call, lastProgressNanoseconds: clock.monotonicNanoseconds(), late: late))
      return call
    }
    let isTaken = pool.submit(call.key.serial, isAnswered: asked != nil) { [self] in
      // From now on, the call sets its own late answer.
      let goesOn = calls.withLock { $0.begin(call.key) }
      if let asked {
        judge(asked.answer, asked.question, call, afterMilliseconds: time, tries: asked.tries, goesOn: goesOn)
      } else if goesOn {
        proceed(call, with: toolList.provider.call(name, arguments: request.arguments, context: context(of: call)))
      }
    }
    guard !isTaken else { return }
    if let asked { questions.putBack(asked) }
    finish(call, ToolResult(text: "The system could not create a thread to run this.", isError: true))
  }

  /// Returns the question that a retry answers, and a share of the memory budget for everything that a call keeps of its
  /// request; nil if the request was refused and answered.
  private func admit(
    _ request: ToolRequest, _ id: RequestID, _ toolList: ToolList, _ sink: ReplySink, nowMilliseconds now: Int64
  ) -> (asked: OpenQuestions.Entry?, lease: ByteBudget.Lease)? {
    func refuse(_ reason: String) {
      log.warning("call refused: too many calls", ["tool": .string(request.tool.name)])
      let refused = toolList.provider.refuse(request.tool.name, reason, caller: request.caller)
      sink.deliver(answer(request, id, toolList, refused), through: writer)
    }
    guard calls.withLock({ $0.count }) < options.concurrentCalls + options.waitingCalls else {
      refuse("Too many calls are running or waiting; nothing was done. Try again later.")
      return nil
    }
    let taken = request.requestState.map { questions.take($0, for: request, nowMilliseconds: now) }
    if case .failure(let error)? = taken {
      log.warning("answer refused", ["tool": .string(request.tool.name), "reason": .string(error.text)])
      sink.deliver(error, id, through: writer, log)
      return nil
    }
    let asked = try? taken?.get()
    guard let lease = budget.lease(request.size + id.size, evicting: questions.removeOldest) else {
      if let asked { questions.putBack(asked) }
      let limit = options.heldArgumentBytes >> 20
      refuse(
        "The arguments of all calls that run or wait would take more than \(limit) MiB; nothing was done. Try again later, or "
          + "with shorter arguments.")
      return nil
    }
    return (asked, lease)
  }

  private func context(of call: ToolCall) -> ToolCallContext {
    let current = call.current
    var context = ToolCallContext(caller: call.request.caller) { [self] in
      calls.withLock { $0.isCancelled(current.key) }
    }
    context.questionsEndRequests = call.request.client.version.has(.questionsEndRequests)
    context.canElicit = call.request.client.canElicit
    context.isEnding = { [self] in calls.withLock { $0.isEnding } }
    context.elapsedMilliseconds = { [self] in
      let started = calls.withLock { $0[current.key]?.call.startedMilliseconds }
      let now = clock.bootMilliseconds()
      return now - (started ?? now)
    }
    context.storeLateAnswer = { [self] late in calls.withLock { $0.answerLate(late, current.key) } }
    context.reportProgress = { [self] in reportProgress(current.key, $0) }
    return context
  }

  /// Advances a call to its answer or to a question.
  private func proceed(_ call: ToolCall, with first: ToolReply) {
    var reply = first
    while calls.withLock({ $0[call.key] != nil }) {
      switch reply {
      case .result(let result):
        return finish(call, result)
      case .missingCapability(let result):
        guard call.request.client.version.has(.missingCapabilityError) else { return finish(call, result) }
        let error = OutgoingMessage.error(Elicitation.missingCapability, id: call.key.id)
        return finish(call, error, outcome: "cannot ask")
      case .question(let question) where call.request.client.canElicit:
        return ask(question, call)
      case .question(let question):
        reply = question.answered(.undeclared, 0)
      }
    }
    // The call was cancelled or answered late in the meantime.
    _ = calls.withLock { $0.end(call.key) }
    switch reply {
    case .result(let result), .missingCapability(let result): result.undelivered?()
    case .question(let question): _ = question.answered(.abandoned, 0)
    }
  }

  private func finish(_ call: ToolCall, _ result: ToolResult) {
    let line = answer(call.request, call.key.id, call.toolList, result)
      .receipted { if $0 == .dropped { result.undelivered?() } }
    finish(call, line, outcome: result.isError ? "error" : "done")
  }

  private func answer(
    _ request: ToolRequest, _ id: RequestID, _ toolList: ToolList, _ result: ToolResult
  ) -> OutgoingLine {
    let object = options.finish(result).json(for: request.client.version, toolList.info)
    return OutgoingMessage.result(JSONWriter.write(.object(object)), id: id)
  }

  /// Sends the single answer, unless the call was cancelled or answered late in the meantime.
  /// - Parameter outcome: For the log.
  private func finish(_ call: ToolCall, _ answer: OutgoingLine, outcome: String) {
    let isSent = calls.withLock { calls in
      guard calls.end(call.key) else { return false }
      call.sink.deliver(answer, through: writer)
      return true
    }
    if !isSent { for receipt in answer.receipts { receipt(.dropped) } }
    writer.flush()
    let milliseconds = Int(clock.bootMilliseconds() - call.startedMilliseconds)
    // The provider logs the outcomes of its calls; questions and dropped answers are logged here.
    log.log(
      isSent && outcome != "question" ? .debug : .info,
      isSent ? "call finished" : "call finished after its request was over; its answer was dropped",
      ["tool": .string(call.request.tool.name), "ms": .init(milliseconds), "outcome": .string(outcome)])
  }

  /// Ends a call without an answer. A job that already runs cannot be stopped from here: its context reports the cancellation,
  /// and its answer is dropped (MCP 2026-07-28, basic/utilities/cancellation).
  func cancel(_ id: RequestID) {
    let ended = calls.withLock { calls -> OpenCall? in
      guard let open = calls.remove(id) else { return nil }
      if let asked = open.asked { withdraw(asked) }
      open.call.sink.deliver(nil, through: writer)
      return open
    }
    guard let ended else { return }
    pool.withdraw(ended.call.key.serial)
    if let asked = ended.asked { resume(ended.call, asked, with: .abandoned) }
    log.info("call cancelled", ["tool": .string(ended.call.request.tool.name)])
  }

  /// Ends pending questions as unanswered, lets calls finish within the grace period and drops the rest.
  /// - Parameter isWithdrawing: Whether the client is still there, so that it must be told to close its forms.
  /// - Returns: the number of dropped calls.
  func end(withinMilliseconds grace: Int64, withdrawingQuestions isWithdrawing: Bool) -> Int {
    let pending = calls.withLock { calls in
      let pending = calls.stopAsking()
      if isWithdrawing { for (_, asked) in pending { withdraw(asked) } }
      return pending
    }
    for (call, asked) in pending { resume(call, asked, with: .clientGone) }
    pool.close(withinMilliseconds: grace)
    let dropped = calls.withLock { $0.removeAll() }
    for call in dropped { call.sink.drop() }
    return dropped.count
  }

  // MARK: Questions to the person

  /// Sends the question. No thread waits for the answer: a modern client retries the call, a legacy client answers the server's
  /// request.
  /// - Parameter tries: How many times it was sent, including this time.
  private func ask(_ question: ToolQuestion, _ call: ToolCall, tries: Int = 1) {
    let version = call.request.client.version
    let params = Elicitation.params(question, version)
    let now = clock.bootMilliseconds()
    if version.has(.questionsEndRequests) {
      let handle = questions.add(question, of: call, tries: tries, nowMilliseconds: now)
      let result = ModernEra.question(params, handle, version, call.toolList.info)
      let line = OutgoingMessage.result(JSONWriter.write(.object(result)), id: call.key.id).receipted { [self] in
        if $0 == .written { questions.noteWritten(handle, BootTime(clock)) }
      }
      return finish(call, line, outcome: "question")
    }
    let isAsked = calls.withLock { calls in
      guard let id = calls.ask(question, call.key, nowMilliseconds: now) else { return false }
      let line = OutgoingMessage.request(id: id, Elicitation.method, params).receipted { [self] in
        guard $0 == .written else { return }
        let now = BootTime(clock)
        self.calls.withLock { $0.noteWritten(id, now) }
      }
      writer.enqueue(line)
      return true
    }
    guard isAsked else { return proceed(call, with: question.answered(.clientGone, 0)) }
    writer.flush()
  }

  /// Handles a legacy client's answer. Unexpected answers are dropped.
  func receiveAnswer(to id: JSONValue, _ result: JSONValue?) {
    guard let requestID = id.stringValue, let (call, asked) = calls.withLock({ $0.takeQuestion(requestID) }) else {
      return
    }
    // The machine may have slept since the last `tick`.
    let isLate = !asked.time.isOpen(atMilliseconds: clock.bootMilliseconds())
    let answer = Elicitation.answer(result)
    resume(
      call, asked, with: isLate ? answer.afterDeadline : answer,
      atMilliseconds: inputMilliseconds.load(ordering: .relaxed))
  }

  /// Handles a line that is not JSON and may have been an answer. If it names a pending question, that question ends as
  /// unreadable at once.
  /// - Returns: whether the line named a pending question.
  func receiveUnreadable(_ line: [UInt8]) -> Bool {
    let open = calls.withLock { $0.requestIDs }
    guard !open.isEmpty else { return false }
    guard let id = UnreadableAnswer.requestID(in: line), open.contains(id) else {
      log.warning(
        "received a line that is not JSON while a question is open; if it was the answer, the question stays open until it "
          + "times out"
      )
      return false
    }
    log.warning("the client's answer to a question is not JSON, so it does not count as an answer", ["id": .string(id)])
    receiveAnswer(to: .string(id), nil)
    return true
  }

  /// Resumes a call whose question was answered, or ended without an answer.
  /// - Parameter time: When that was, on the boot clock; nil for now.
  private func resume(
    _ call: ToolCall, _ asked: OpenCall.Asked, with answer: ToolQuestion.Answer, atMilliseconds time: Int64? = nil
  ) {
    let milliseconds = asked.time.age(atMilliseconds: time ?? clock.bootMilliseconds(), now: BootTime(clock))
    if let late = asked.question.late(answer, milliseconds) { _ = calls.withLock { $0.answerLate(late, call.key) } }
    let isTaken = pool.submit(call.key.serial, isAnswered: true) { [self] in
      let goesOn = calls.withLock { $0.begin(call.key) }
      judge(answer, asked.question, call, afterMilliseconds: milliseconds, goesOn: goesOn)
    }
    guard !isTaken else { return }
    _ = asked.question.answered(answer.afterEnd, milliseconds)
    finish(
      call, ToolResult(text: "The system could not create a thread to continue this; nothing was done.", isError: true))
  }

  /// Gives an answer to the call that asked, on a worker thread. If a modern call was retried without the answer, the question
  /// is sent again (MCP 2026-07-28, basic/patterns/mrtr); a malformed one comes from a client that cannot ask.
  /// - Parameters:
  ///   - milliseconds: The age of the question when it was answered.
  ///   - tries: How many times it was sent.
  ///   - goesOn: Whether the call was neither cancelled nor ended by a late answer since.
  private func judge(
    _ answer: ToolQuestion.Answer?, _ question: ToolQuestion, _ call: ToolCall, afterMilliseconds milliseconds: Int64,
    tries: Int = 1, goesOn: Bool
  ) {
    let judged: ToolQuestion.Answer
    if !goesOn {
      judged = answer?.afterEnd ?? .abandoned
    } else if let answer {
      judged = answer
    } else if !question.isCurrent() {
      judged = .withdrawn
    } else if !call.request.client.canElicit {
      judged = .undeclared
    } else if tries < ToolCalls.questionTries {
      question.askedAgain()
      return ask(question, call, tries: tries + 1)
    } else {
      judged = .cannotAsk
    }
    proceed(call, with: question.answered(judged, milliseconds))
  }

  /// Withdraws the questions that a reload has outdated, and resumes their calls.
  func withdrawOutdatedQuestions() {
    for asked in calls.withLock({ $0.asked }) where !asked.question.isCurrent() {
      let taken = calls.withLock { calls in
        // It may have been answered in the meantime.
        let taken = calls.takeQuestion(asked.requestID)
        if taken != nil { withdraw(asked) }
        return taken
      }
      if let (call, asked) = taken { resume(call, asked, with: .withdrawn) }
    }
  }

  /// Cancels a pending elicitation request with a legacy client.
  private func withdraw(_ asked: OpenCall.Asked) {
    writer.enqueue(
      OutgoingMessage.notification(
        "notifications/cancelled", ["requestId": .string(asked.requestID), "reason": "An answer is no longer needed"]))
  }

  /// Writes what is queued, on a thread that may wait for the client. Without a free thread, the reading thread or the next
  /// call does. No call has the serial 0.
  func flushElsewhere() { _ = pool.submit(0) { [writer] in writer.flush() } }

  // MARK: Progress

  /// Expires questions, sends late answers and reports progress. Runs on the reading thread after each event and when
  /// `tickMilliseconds` have passed.
  func tick() {
    guard !isEmpty else { return }
    let (now, bootNow) = (clock.monotonicNanoseconds(), clock.bootMilliseconds())
    let interval = options.progressIntervalMilliseconds * 1_000_000
    let due = calls.withLock { calls in
      let due = calls.takeDue(nowMilliseconds: bootNow)
      for (_, asked) in due.expired { withdraw(asked) }
      for open in due.others where now - open.lastProgressNanoseconds >= interval {
        sendProgress(open.asked == nil ? "Still running" : "Waiting for the person to answer", open, now, &calls)
      }
      return due
    }
    for (call, late) in due.late {
      call.sink.deliver(answer(call.request, call.key.id, call.toolList, late.result), through: writer)
      log.info("call answered before it was done", ["tool": .string(call.request.tool.name)])
    }
    for (call, asked) in due.expired { resume(call, asked, with: .timedOut) }
  }

  /// Forwards a tool's progress message to the client, at most once a second per call and never after its end.
  private func reportProgress(_ key: ToolCall.Key, _ message: String) {
    let now = clock.monotonicNanoseconds()
    calls.withLock { calls in
      guard let open = calls[key] else { return }
      let isFirst = open.progress == 0
      if isFirst || now - open.lastProgressNanoseconds >= 1_000_000_000 { sendProgress(message, open, now, &calls) }
    }
    writer.flush()
  }

  /// Queues one progress notification if the client sent a token for them (MCP 2025-11-25, basic/utilities/progress).
  private func sendProgress(_ message: String, _ open: OpenCall, _ now: Int64, _ calls: inout OpenCalls) {
    guard let token = open.call.request.progressToken,
      let progress = calls.countProgress(open.call.key, nowNanoseconds: now)
    else { return }
    var params: JSONObject = ["progressToken": token.value, "progress": .init(progress)]
    if open.call.request.client.version.has(.progressMessage) { params.append("message", .string(message)) }
    writer.enqueue(
      OutgoingMessage.notification(
        "notifications/progress", params, keeping: OutgoingMessage.member("progressToken", token)))
  }
}
