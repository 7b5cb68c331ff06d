import JSON
import Synchronization

/// One `tools/call` on its way.
struct ToolCall: Sendable {
  /// Names a call for as long as the server runs: ids may come again, serials do not.
  struct Key: Sendable {
    let id: RequestID
    let serial: Int
  }

  let key: Key
  let request: ToolRequest
  /// What was served when the call came in; a reload does not change it.
  let toolList: ToolList
  let sink: ReplySink
  /// By the boot clock, which counts sleep.
  let startedMilliseconds: Int64
  let conversation: Conversation
  /// What its arguments take.
  let lease: ByteBudget.Lease
}

/// What a tool's context speaks for. A modern client answers a question with a new call, and what the tool keeps of the first
/// one must then report on, and be cancelled by, the second.
final class Conversation: Sendable {
  private let key: Mutex<ToolCall.Key>

  init(_ key: ToolCall.Key) { self.key = Mutex(key) }

  var current: ToolCall.Key { key.withLock { $0 } }

  func goOn(as next: ToolCall.Key) { key.withLock { $0 = next } }
}

/// A call that is not answered yet, and what was sent about it so far.
struct OpenCall: Sendable {
  /// A question to the person that a legacy client shows.
  struct Asked: Sendable {
    /// The id of our request to the client.
    let requestID: String
    let question: ToolQuestion
    /// By the boot clock, which counts sleep.
    let askedMilliseconds: Int64

    var deadlineMilliseconds: Int64 { askedMilliseconds + question.openMilliseconds }
  }

  let call: ToolCall
  /// Progress notes sent.
  var progress = 0
  var lastProgressNanoseconds: Int64
  /// nil while the call runs or waits for a thread.
  var asked: Asked?
}

/// How much memory the arguments of calls may take in all, while they run, wait for a thread or wait for a person.
final class ByteBudget: Sendable {
  /// A part of the budget, which goes back with the last call that holds it.
  final class Lease: Sendable {
    private let budget: ByteBudget
    private let count: Int

    fileprivate init(_ budget: ByteBudget, _ count: Int) {
      self.budget = budget
      self.count = count
    }

    deinit { budget.used.withLock { $0 -= count } }
  }

  private let limit: Int
  private let used = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// - Returns: nil if less than that is left.
  func lease(_ count: Int) -> Lease? {
    let isTaken = used.withLock { used in
      guard count <= limit - used else { return false }
      used += count
      return true
    }
    return isTaken ? Lease(self, count) : nil
  }

  /// About what a value takes in memory, in bytes: a list of small numbers is many times as large as its text.
  static func size(of value: JSONValue) -> Int {
    let own = MemoryLayout<JSONValue>.stride
    switch value {
    case .null, .bool: return own
    case .number(let number): return own + number.text.utf8.count
    case .string(let text): return own + text.utf8.count
    case .array(let elements): return elements.reduce(own) { $0 + size(of: $1) }
    case .object(let object):
      let name = MemoryLayout<String>.stride
      return object.members.reduce(own) { $0 + name + $1.key.utf8.count + size(of: $1.value) }
    }
  }
}
