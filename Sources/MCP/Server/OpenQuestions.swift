import JSON
import Platform
import Synchronization

/// The questions that modern clients may still answer with a retry. Each has an unguessable random handle that is valid once,
/// for a limited time, for one tool with exactly one set of arguments (MCP 2026-07-28, basic/patterns/mrtr). They are kept in
/// memory, so a restart voids them.
final class OpenQuestions: Sendable {
  /// One question sent to a client.
  struct Entry: Sendable {
    fileprivate let handle: [UInt8]
    let question: ToolQuestion
    /// The call that raised the question.
    let call: ToolCall
    /// How many times it was sent.
    let tries: Int
    fileprivate(set) var time: QuestionTime
    /// What the retry answers; nil before it, and if it has no answer.
    fileprivate(set) var answer: ToolQuestion.Answer?
  }

  private struct State {
    /// Oldest first.
    var entries: [Entry] = []
    /// The handles that were used, oldest first, and whether the person had said no.
    var used: [(handle: [UInt8], isNo: Bool)] = []

    /// Returns why no question can be answered with that handle, for the client. A call that used it may have run.
    func fault(of handle: String) -> String {
      guard let used = used.last(where: { $0.handle.elementsEqual(handle.utf8) }) else {
        return "requestState is unknown, expired or for another call; this request did nothing. Call again without it"
      }
      return used.isNo
        ? "requestState was already used for the person's no; this request did nothing"
        : "requestState was already used, and the call that used it may have run. The same call without it returns the "
          + "outcome, or asks the person again"
    }
  }

  /// How long an expired question is kept, so that a late answer is not taken for none.
  private static let lateMilliseconds: Int64 = 300_000

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  /// Stores the question, evicting the oldest one when the limit is reached.
  /// - Parameters:
  ///   - tries: How many times it was sent, including this time.
  ///   - now: The current time on the boot clock.
  /// - Returns: the handle, 256 random bits in hexadecimal.
  func add(_ question: ToolQuestion, of call: ToolCall, tries: Int, nowMilliseconds now: Int64) -> String {
    var generator = SystemRandomNumberGenerator()
    let handle = (0..<4).map { _ in Hex.digits(generator.next()) }.joined()
    let entry = Entry(
      handle: Array(handle.utf8), question: question, call: call, tries: tries,
      time: QuestionTime(question, askedMilliseconds: now))
    state.withLock { state in
      if state.entries.count >= limit { state.entries.removeFirst() }
      state.entries.append(entry)
    }
    return handle
  }

  /// Notes that the client can read the question with that handle.
  func noteWritten(_ handle: String, _ now: BootTime) {
    state.withLock { state in
      guard let index = state.entries.firstIndex(where: { $0.handle.elementsEqual(handle.utf8) }) else { return }
      state.entries[index].time.written = now
    }
  }

  /// Removes and returns the question that the request answers, even if it has expired.
  /// - Returns: the error if the handle is unknown or used, or belongs to another tool or other arguments; also if the question
  ///   needs elicitation and the request does not declare it: it then stays open for a retry that may carry an answer.
  func take(_ handle: String, for request: ToolRequest, nowMilliseconds: Int64) -> Result<Entry, RPCError> {
    state.withLock { state in
      state.entries.removeAll { $0.time.deadlineMilliseconds + OpenQuestions.lateMilliseconds <= nowMilliseconds }
      let index = state.entries.firstIndex { entry in
        entry.handle.elementsEqual(handle.utf8)
          && entry.call.request.tool.name.hasSameBytes(as: request.tool.name)
          && OpenQuestions.canonical(entry.call.request.arguments) == OpenQuestions.canonical(request.arguments)
      }
      guard let index else { return .failure(.invalidParams(state.fault(of: handle))) }
      let answer = Elicitation.answer(in: request)
      guard request.client.canElicit || answer != nil || !state.entries[index].question.needsElicitation else {
        return .failure(Elicitation.missingCapability)
      }
      var entry = state.entries.remove(at: index)
      let isOpen = entry.time.isOpen(atMilliseconds: nowMilliseconds)
      entry.answer = isOpen ? answer : answer?.afterDeadline ?? .timedOut
      if state.used.count >= limit { state.used.removeFirst() }
      state.used.append((entry.handle, answer?.isNo == true))
      return .success(entry)
    }
  }

  /// Stores a question again whose answer could not be taken.
  func putBack(_ entry: Entry) {
    state.withLock { state in
      state.entries.insert(entry, at: 0)
      state.used.removeAll { $0.handle == entry.handle }
    }
  }

  /// Removes the oldest question.
  /// - Returns: false if there is none.
  func removeOldest() -> Bool {
    let oldest = state.withLock { $0.entries.isEmpty ? nil : $0.entries.removeFirst() }
    return oldest != nil
  }

  /// Returns the arguments serialized by their values: the order of members, the spelling of numbers, and null for an absent
  /// argument do not matter.
  private static func canonical(_ arguments: JSONObject) -> [UInt8] {
    let given = arguments.members.filter { $0.value != .null }
    return CanonicalJSON.bytes(.object(JSONObject(given.map { ($0.key, $0.value) })))
  }
}
