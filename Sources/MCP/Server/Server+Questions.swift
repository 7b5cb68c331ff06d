import JSON
import Platform
import Synchronization

/// Asking the person through the client, in the way of either era.
extension Server {
  /// How often a modern client may come back without the answer before it counts as one that cannot ask.
  private static let questionTries = 3
  /// What the ids of our own requests begin with.
  static let requestPrefix = "srv-"

  /// Puts the question. No thread waits for the answer: a modern client retries the call, a legacy one answers our request.
  /// - Parameter tries: how often it was put, this time included.
  func ask(_ question: ToolQuestion, _ call: ToolCall, tries: Int = 1) {
    let version = call.request.client.version
    let params = Elicitation.params(question, version)
    let now = clock.bootMilliseconds()
    if version.era == .modern {
      let handle = questions.add(question, of: call, tries: tries, nowMilliseconds: now)
      let asked: JSONValue = ["method": .string(Elicitation.method), "params": .object(params)]
      let result = ModernEra.result(
        [("inputRequests", .object([Elicitation.key: asked])), ("requestState", .string(handle))],
        type: "input_required", version, call.catalogue.info)
      finish(call, OutgoingMessage.result(JSONWriter.write(.object(result)), id: call.key.id), outcome: "question")
      return
    }
    let isPut = state.withLock { state in
      guard state.isAlive(call.key), !state.isEnding else { return false }
      state.lastServerRequest += 1
      let id = Server.requestPrefix + "\(state.lastServerRequest)"
      state.asking[id] = call.key.id
      state.calls[call.key.id]?.asked = OpenCall.Asked(requestID: id, question: question, askedMilliseconds: now)
      writer.enqueue(OutgoingMessage.request(id: id, Elicitation.method, params))
      return true
    }
    guard isPut else { return proceed(call, with: question.answered(.clientGone, 0)) }
    writer.flush()
  }

  /// Takes a legacy client's answer; one that nobody waits for is dropped.
  func receiveAnswer(to id: JSONValue, _ result: JSONValue?) {
    guard let requestID = id.stringValue, let (call, asked) = state.withLock({ $0.takeQuestion(requestID) }) else {
      return
    }
    // The machine may have slept since.
    let isLate = asked.deadlineMilliseconds <= clock.bootMilliseconds()
    resume(call, asked, with: isLate ? .timedOut : Elicitation.answer(result))
  }

  /// A line that cannot be read may have been an answer: one that names its question counts as none, at once.
  /// - Returns: whether it was one.
  func receiveUnreadable(_ line: [UInt8]) -> Bool {
    let open = state.withLock { Set($0.asking.keys) }
    guard !open.isEmpty else { return false }
    guard let id = UnreadableAnswer.requestID(in: line), open.contains(id) else {
      log.warning(
        "a line that is not JSON came while a question is open; if it was the answer, the question stays open until its time is over"
      )
      return false
    }
    log.warning("the client's answer to a question is not JSON, so nobody has answered", ["id": .string(id)])
    receiveAnswer(to: .string(id), nil)
    return true
  }

  /// Goes on with a call that a person has answered, or nobody has.
  func resume(_ call: ToolCall, _ asked: OpenCall.Asked, with answer: ToolQuestion.Answer) {
    let milliseconds = clock.bootMilliseconds() - asked.askedMilliseconds
    let isTaken = pool.submit(call.key.serial, first: true) { [self] in
      proceed(call, with: asked.question.answered(answer, milliseconds))
    }
    guard !isTaken else { return }
    _ = asked.question.answered(.abandoned, milliseconds)
    finish(call, ToolResult(text: "The system has no thread to go on with this; nothing was done.", isError: true))
  }

  /// Goes on with a modern call that comes back with its question's handle. Without the answer it is asked anew (MCP 2026-07-28,
  /// basic/patterns/mrtr).
  /// - Parameter now: when the call came in, by the boot clock.
  func goOn(_ call: ToolCall, with asked: OpenQuestions.Entry, _ now: Int64) {
    let question = asked.question
    let milliseconds = now - asked.askedMilliseconds
    if let answer = call.request.inputResponses?[Elicitation.key], answer.objectValue != nil {
      proceed(call, with: question.answered(Elicitation.answer(answer), milliseconds))
    } else if !question.isCurrent() {
      proceed(call, with: question.answered(.withdrawn, milliseconds))
    } else if asked.tries < Server.questionTries {
      ask(question, call, tries: asked.tries + 1)
    } else {
      proceed(call, with: question.answered(.cannotAsk, milliseconds))
    }
  }

  /// Takes back the questions that a reload has overtaken, and lets their calls answer.
  func withdrawOutdatedQuestions() {
    let asked = state.withLock { state in state.calls.values.compactMap(\.asked) }
    for asked in asked where !asked.question.isCurrent() {
      let taken = state.withLock { state in
        // It may have been answered meanwhile.
        let taken = state.takeQuestion(asked.requestID)
        if taken != nil { withdraw(asked, &state) }
        return taken
      }
      if let (call, asked) = taken { resume(call, asked, with: .withdrawn) }
    }
  }

  /// Takes our open request back from a legacy client.
  func withdraw(_ asked: OpenCall.Asked, _ state: inout ServerState) {
    state.asking[asked.requestID] = nil
    writer.enqueue(
      OutgoingMessage.notification(
        "notifications/cancelled", ["requestId": .string(asked.requestID), "reason": "No answer is needed any more"]))
  }
}
