/// A call that is not answered yet, and its state toward the client.
struct OpenCall: Sendable {
  /// A question to the person that a legacy client shows.
  struct Asked: Sendable {
    /// The id of the server's request to the client.
    let requestID: String
    let question: ToolQuestion
    fileprivate(set) var time: QuestionTime
  }

  let call: ToolCall
  /// The number of progress notifications sent.
  var progress = 0
  var lastProgressNanoseconds: Int64
  /// nil while the call runs or waits for a thread.
  var asked: Asked?
  /// What the client gets if the call is not answered in time; nil if the call sets no time.
  var late: LateAnswer?

  /// When the open question ends, or the late answer is due, on the boot clock; nil if neither will happen.
  var deadlineMilliseconds: Int64? {
    asked?.time.deadlineMilliseconds ?? late.map { call.startedMilliseconds + $0.afterMilliseconds }
  }
}

/// The calls of a server that are not answered yet, and those that go on although their clients got a late answer. It does no
/// I/O: `ToolCalls` holds its lock while it sends what follows from a change.
struct OpenCalls: Sendable {
  /// The calls whose deadline has passed, and the others.
  typealias Due = (
    expired: [(call: ToolCall, asked: OpenCall.Asked)], late: [(call: ToolCall, answer: LateAnswer)], others: [OpenCall]
  )

  /// The prefix of the ids of server requests.
  static let requestPrefix = "srv-"

  private var calls: [RequestID: OpenCall] = [:]
  /// The serials of the calls that still run although their clients got a late answer.
  private var lateCalls: Set<Int> = []
  private var lastSerial = 0
  private var lastServerRequest = 0
  /// Whether the server is stopping.
  private(set) var isEnding = false

  var count: Int { calls.count }

  var isEmpty: Bool { calls.isEmpty }

  /// The ids of the pending elicitation requests.
  var requestIDs: [String] { asked.map(\.requestID) }

  /// The questions that legacy clients show.
  var asked: [OpenCall.Asked] { calls.values.compactMap(\.asked) }

  /// When the first question expires or the first late answer is due, on the boot clock; nil if neither will happen.
  var deadlineMilliseconds: Int64? { calls.values.compactMap(\.deadlineMilliseconds).min() }

  /// The call with that id, if it is still unanswered.
  subscript(id: RequestID) -> OpenCall? { calls[id] }

  /// The call with that key, if it is still unanswered. Another one may have its id.
  subscript(key: ToolCall.Key) -> OpenCall? {
    guard let open = calls[key.id], open.call.key.serial == key.serial else { return nil }
    return open
  }

  /// Whether the call was cancelled. One that goes on after its late answer was not.
  func isCancelled(_ key: ToolCall.Key) -> Bool { self[key] == nil && !lateCalls.contains(key.serial) }

  /// Returns a key for a new call with that id.
  mutating func nextKey(_ id: RequestID) -> ToolCall.Key {
    lastSerial += 1
    return ToolCall.Key(id: id, serial: lastSerial)
  }

  mutating func add(_ open: OpenCall) { calls[open.call.key.id] = open }

  /// Ends the call.
  /// - Returns: whether it still waited for its answer.
  mutating func end(_ key: ToolCall.Key) -> Bool {
    lateCalls.remove(key.serial)
    guard self[key] != nil else { return false }
    calls[key.id] = nil
    return true
  }

  /// Removes and returns the call with that id, and its pending question.
  mutating func remove(_ id: RequestID) -> OpenCall? { calls.removeValue(forKey: id) }

  /// Removes and returns all calls.
  mutating func removeAll() -> [ToolCall] {
    defer { calls = [:] }
    return calls.values.map(\.call)
  }

  /// Notes that the server is stopping: no question is asked from now on.
  /// - Returns: the pending questions, which are removed.
  mutating func stopAsking() -> [(ToolCall, OpenCall.Asked)] {
    isEnding = true
    return requestIDs.compactMap { takeQuestion($0) }
  }

  /// Stores the question that a legacy client is to show.
  /// - Returns: the id of its request; nil if the call is over or the server is stopping.
  mutating func ask(_ question: ToolQuestion, _ key: ToolCall.Key, nowMilliseconds now: Int64) -> String? {
    guard self[key] != nil, !isEnding else { return nil }
    lastServerRequest += 1
    let id = OpenCalls.requestPrefix + "\(lastServerRequest)"
    calls[key.id]?.asked = OpenCall.Asked(
      requestID: id, question: question, time: QuestionTime(question, askedMilliseconds: now))
    return id
  }

  /// Notes that the client can read the question with that request id, if it is still pending.
  mutating func noteWritten(_ requestID: String, _ now: BootTime) {
    guard let call = call(asking: requestID) else { return }
    calls[call.key.id]?.asked?.time.written = now
  }

  /// Removes and returns the pending question with that request id.
  /// - Returns: nil if no call waits for this answer.
  mutating func takeQuestion(_ requestID: String) -> (ToolCall, OpenCall.Asked)? {
    guard let call = call(asking: requestID), let asked = calls[call.key.id]?.asked else { return nil }
    calls[call.key.id]?.asked = nil
    return (call, asked)
  }

  /// Returns the call that waits for the answer to the elicitation request with that id.
  private func call(asking requestID: String) -> ToolCall? {
    calls.values.first { $0.asked?.requestID == requestID }?.call
  }

  /// Sets what the client gets if the call is not answered in time; nil removes it.
  /// - Returns: whether the call still waits for its answer.
  mutating func answerLate(_ late: LateAnswer?, _ key: ToolCall.Key) -> Bool {
    guard self[key] != nil else { return false }
    calls[key.id]?.late = late
    return true
  }

  /// Removes the late answer of a call that waited for a thread.
  /// - Returns: whether the call goes on: it waits for its answer, or its late answer has not ended it.
  mutating func begin(_ key: ToolCall.Key) -> Bool {
    _ = answerLate(nil, key)
    return !isCancelled(key)
  }

  /// Removes the questions that have expired, and the calls whose late answer is due.
  mutating func takeDue(nowMilliseconds now: Int64) -> Due {
    var due: Due = ([], [], [])
    for open in calls.values {
      guard open.deadlineMilliseconds ?? .max <= now else {
        due.others.append(open)
        continue
      }
      if let asked = open.asked {
        _ = takeQuestion(asked.requestID)
        due.expired.append((open.call, asked))
      } else if let late = open.late {
        calls[open.call.key.id] = nil
        if !late.endsCall { lateCalls.insert(open.call.key.serial) }
        due.late.append((open.call, late))
      }
    }
    return due
  }

  /// Counts a progress notification.
  /// - Returns: how many the call has sent, including this one; nil if it is over.
  mutating func countProgress(_ key: ToolCall.Key, nowNanoseconds now: Int64) -> Int? {
    guard let open = self[key] else { return nil }
    calls[key.id]?.progress = open.progress + 1
    calls[key.id]?.lastProgressNanoseconds = now
    return open.progress + 1
  }
}
