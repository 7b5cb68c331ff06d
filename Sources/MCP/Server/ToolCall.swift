import JSON
import Platform
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
  let current: CurrentCall
  /// The share of the memory budget that its arguments hold.
  let lease: ByteBudget.Lease
}

/// When a question to the person was asked, could be read, and ends, on the boot clock, which counts sleep.
struct QuestionTime: Sendable {
  private let askedMilliseconds: Int64
  private let openMilliseconds: Int64
  /// When the client could read it; nil until then.
  var written: BootTime?

  init(_ question: ToolQuestion, askedMilliseconds: Int64) {
    self.askedMilliseconds = askedMilliseconds
    openMilliseconds = question.openMilliseconds
  }

  var deadlineMilliseconds: Int64 { askedMilliseconds + openMilliseconds }

  func isOpen(atMilliseconds now: Int64) -> Bool { now < deadlineMilliseconds }

  /// How long the client could read it before that time while the machine was awake: nobody reads it in the machine's sleep.
  func age(atMilliseconds time: Int64, now: BootTime) -> Int64 {
    guard let written else { return 0 }
    return max(0, time - written.milliseconds - max(0, now.asleepMilliseconds - written.asleepMilliseconds))
  }
}

/// A time on the boot clock, and how long the machine had slept until then.
struct BootTime: Sendable {
  let milliseconds: Int64
  let asleepMilliseconds: Int64

  init(_ clock: any Clock) {
    milliseconds = clock.bootMilliseconds()
    asleepMilliseconds = milliseconds - clock.monotonicMilliseconds()
  }
}

/// The call that a tool's context currently refers to. A modern client answers a question with a new call; the context that the
/// tool kept from the first call must then report progress on, and be cancelled by, the second.
final class CurrentCall: Sendable {
  private let state: Mutex<ToolCall.Key>

  init(_ key: ToolCall.Key) { state = Mutex(key) }

  var key: ToolCall.Key {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
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

  /// - Parameter evict: Releases something that may hold a share; false if nothing is left.
  /// - Returns: nil if fewer than `count` bytes are left.
  func lease(_ count: Int, evicting evict: () -> Bool) -> Lease? {
    while true {
      let isTaken = used.withLock { used in
        guard count <= limit - used else { return false }
        used += count
        return true
      }
      if isTaken { return Lease(self, count) }
      guard count <= limit, evict() else { return nil }
    }
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
