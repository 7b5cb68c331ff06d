import JSON
import Synchronization

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

  /// - Returns: nil where less than that is left.
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
