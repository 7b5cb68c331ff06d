import JSON
import Platform
import Synchronization

/// Asking the person through the client, in the way of either era.
extension Server {
  /// Puts the question. No thread waits for the answer: a modern client retries the call, a legacy one answers our request.
  func ask(_ question: ToolQuestion, _ call: ToolCall) {
    let version = call.request.client.version
    let params = Elicitation.params(question, version)
    let deadline = clock.monotonicNanoseconds() + options.questionLifetimeMilliseconds * 1_000_000
    if version.era == .modern {
      let handle = questions.add(question, of: call, deadlineNanoseconds: deadline)
      let asked: JSONValue = ["method": .string(Elicitation.method), "params": .object(params)]
      let result = ModernEra.result(
        [("inputRequests", .object([Elicitation.key: asked])), ("requestState", .string(handle))],
        type: "input_required", version, call.catalogue.info)
      finish(call, OutgoingMessage.result(JSONWriter.write(.object(result)), id: call.key.id), outcome: "question")
      return
    }
    state.withLock { state in
      guard state.isAlive(call.key) else { return }
      state.lastServerRequest += 1
      let id = "srv-\(state.lastServerRequest)"
      state.asking[id] = call.key.id
      state.calls[call.key.id]?.asked = OpenCall.Asked(requestID: id, question: question, deadlineNanoseconds: deadline)
      writer.enqueue(OutgoingMessage.request(id: id, Elicitation.method, params))
    }
    writer.flush()
  }

  /// Takes a legacy client's answer; one that nobody waits for is dropped.
  func receiveAnswer(to id: JSONValue, _ result: JSONValue?, errorCode: Int?) {
    guard let requestID = id.stringValue,
      let (call, question) = state.withLock({ $0.takeQuestion(requestID) })
    else { return }
    if result == nil, errorCode == RPCError.methodNotFound {
      // It declared the capability and does not have it: then it cannot be asked.
      submit(call) { [self] in proceed(call, with: .question(question), canAsk: false) }
    } else {
      // An error, or what is no ElicitResult, confirms nothing.
      resume(call, question, with: Elicitation.answer(result) ?? .cancelled)
    }
  }

  /// Goes on with a call that a person has answered, or nobody has.
  func resume(_ call: ToolCall, _ question: ToolQuestion, with answer: ToolQuestion.Answer) {
    submit(call) { [self] in proceed(call, with: question.answered(answer)) }
  }

  /// Takes back the questions that a reload has overtaken, and lets their calls answer.
  func withdrawOutdatedQuestions() {
    let asked = state.withLock { state in state.calls.values.compactMap(\.asked) }
    for question in asked where !question.question.isCurrent() {
      let taken = state.withLock { state in
        // It may have been answered meanwhile.
        let taken = state.takeQuestion(question.requestID)
        if taken != nil { withdraw(question, &state) }
        return taken
      }
      if let (call, question) = taken { resume(call, question, with: .withdrawn) }
    }
  }

  /// Takes our open request back from a legacy client.
  func withdraw(_ asked: OpenCall.Asked, _ state: inout ServerState) {
    state.asking[asked.requestID] = nil
    writer.enqueue(
      OutgoingMessage.notification(
        "notifications/cancelled", ["requestId": .string(asked.requestID), "reason": "No answer is needed any more"]))
  }

  private func submit(_ call: ToolCall, _ work: @escaping @Sendable () -> Void) {
    if !pool.submit(call.key.serial, first: true, work) {
      finish(call, ToolResult(text: "The system has no thread to go on with this; nothing was done.", isError: true))
    }
  }
}

extension OpenQuestions {
  /// What a retry comes to: the answer is judged, or the question is put again where it brings none that can be read.
  static func reply(to question: ToolQuestion, _ responses: JSONObject?) -> ToolReply {
    guard let answer = Elicitation.answer(responses?[Elicitation.key]) else { return .question(question) }
    return question.answered(answer)
  }
}
