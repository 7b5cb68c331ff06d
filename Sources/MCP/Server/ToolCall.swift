import JSON
import Synchronization

/// One admitted `tools/call`.
struct ToolCall: Sendable {
  /// Identifies a call for the lifetime of the server: clients may reuse ids, serials are unique.
  struct Key: Sendable {
    let id: RequestID
    let serial: Int
  }

  let key: Key
  let request: ToolRequest
  /// The tool list when the call arrived; a reload does not change it.
  let toolList: ToolList
  let sink: ReplySink
  /// On the boot clock, which counts sleep.
  let startedMilliseconds: Int64
  let conversation: Conversation
  /// The share of the memory budget that its arguments hold.
  let lease: ByteBudget.Lease
}

/// The call that a tool's context currently refers to. A modern client answers a question with a new call; the context that the
/// tool kept from the first call must then report progress on, and be cancelled by, the second.
final class Conversation: Sendable {
  private let key: Mutex<ToolCall.Key>

  init(_ key: ToolCall.Key) { self.key = Mutex(key) }

  var current: ToolCall.Key { key.withLock { $0 } }

  func goOn(as next: ToolCall.Key) { key.withLock { $0 = next } }
}

/// A call that is not answered yet, and its state toward the client.
struct OpenCall: Sendable {
  /// A question to the person that a legacy client shows.
  struct Asked: Sendable {
    /// The id of the server's request to the client.
    let requestID: String
    let question: ToolQuestion
    /// On the boot clock, which counts sleep.
    let askedMilliseconds: Int64

    var deadlineMilliseconds: Int64 { askedMilliseconds + question.openMilliseconds }
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
    asked?.deadlineMilliseconds ?? late.map { call.startedMilliseconds + $0.afterMilliseconds }
  }
}

/// The memory limit for the arguments of all calls that run, wait for a thread or wait for a person.
final class ByteBudget: Sendable {
  /// A share of the budget, returned when the last reference to it is released.
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

  /// - Returns: nil if fewer than `count` bytes are left.
  func lease(_ count: Int) -> Lease? {
    let isTaken = used.withLock { used in
      guard count <= limit - used else { return false }
      used += count
      return true
    }
    return isTaken ? Lease(self, count) : nil
  }

  /// Returns the approximate memory footprint of a value, in bytes. An array of small numbers is many times larger than its
  /// text.
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
