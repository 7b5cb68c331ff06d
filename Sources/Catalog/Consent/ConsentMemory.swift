import Platform
import Rules
import Synchronization

/// The channels that did not reach a person, by call. For five minutes, an identical call skips them. Outlives reloads, but not
/// the process.
package final class ConsentMemory: Sendable {
  private struct Entry {
    let call: String
    var passed: [(channel: ConsentFlow.SkippedChannel, learnedAtMilliseconds: Int64)] = []
    /// The latest question that was asked, and whether its request is over.
    var asked: Asked?
  }

  private struct Asked {
    let kind: ConfirmationPolicy.Channel
    /// Whether its request is over by itself (MCP 2026-07-28, basic/patterns/mrtr).
    let endsRequest: Bool
    let isOver: @Sendable () -> Bool
    var atMilliseconds: Int64

    /// Whether it is too new to have been dropped, although its request is over.
    func isNew(_ now: Int64) -> Bool { endsRequest && now - atMilliseconds < ConsentMemory.parallelMilliseconds }
  }

  private static let lifetimeMilliseconds: Int64 = 300_000
  /// A client that dropped a question does not make the call again this soon, but it may make two at the same time.
  private static let parallelMilliseconds: Int64 = 1000
  /// The maximum number of calls; the oldest are evicted.
  private static let limit = 256

  private let entries = Mutex<[Entry]>([])

  package init() {}

  /// Returns the channels to skip for this call. A question whose request ended without an answer counts as dropped.
  /// - Parameters:
  ///   - channels: The rule's channels. If all are to be skipped, those that failed for lack of time are asked again, because
  ///     the person may have more time now.
  ///   - canElicit: Whether this request declares that the client can ask.
  ///   - now: In milliseconds, on a clock that counts sleep.
  /// - Returns: nil if the client was asked about the call only just now, so that the answer is still to come.
  func recall(
    _ call: String, of channels: [ConfirmationPolicy.Channel], canElicit: Bool, now: Int64
  ) -> [ConsentFlow.SkippedChannel]? {
    change(call, now: now) { entry in
      if canElicit, entry.asked?.isNew(now) == true { return nil }
      if let asked = entry.asked, asked.isOver() {
        entry.passed.append(((asked.kind, .dropped), now))
        entry.asked = nil
      }
      let isAnyLeft = channels.contains { kind in !entry.passed.contains { $0.channel.kind == kind } }
      if !isAnyLeft { entry.passed.removeAll { $0.channel.reason.isLackOfTime } }
      return entry.passed.map(\.channel)
    }
  }

  /// Records that a question is being asked.
  /// - Returns: false if one was asked only just now, whose answer is still to come.
  func note(
    _ call: String, _ kind: ConfirmationPolicy.Channel, endsRequest: Bool, isOver: @escaping @Sendable () -> Bool,
    now: Int64
  ) -> Bool {
    change(call, now: now) { entry in
      guard entry.asked?.isNew(now) != true else { return false }
      entry.asked = Asked(kind: kind, endsRequest: endsRequest, isOver: isOver, atMilliseconds: now)
      return true
    }
  }

  /// Records that the question was sent again.
  func renew(_ call: String, now: Int64) { change(call, now: now) { $0.asked?.atMilliseconds = now } }

  /// Records that the question did not reach a person.
  func remember(_ call: String, _ kind: ConfirmationPolicy.Channel, _ reason: UnreachedReason, now: Int64) {
    change(call, now: now) { entry in
      entry.asked = nil
      if reason.isKept { entry.passed.append(((kind, reason), now)) }
    }
  }

  /// Records that the question was answered.
  func settle(_ call: String, now: Int64) { change(call, now: now) { $0.asked = nil } }

  /// Removes the call, because the person said yes.
  func forget(_ call: String) { entries.withLock { $0.removeAll { $0.call.hasSameBytes(as: call) } } }

  @discardableResult
  private func change<Value: Sendable>(_ call: String, now: Int64, _ body: (inout Entry) -> Value) -> Value {
    entries.withLock { entries in
      let known = entries.firstIndex { $0.call.hasSameBytes(as: call) }
      var entry = known.map { entries.remove(at: $0) } ?? Entry(call: call)
      entry.passed.removeAll { now - $0.learnedAtMilliseconds >= ConsentMemory.lifetimeMilliseconds }
      if let asked = entry.asked, now - asked.atMilliseconds >= ConsentMemory.lifetimeMilliseconds { entry.asked = nil }
      let value = body(&entry)
      guard entry.asked != nil || !entry.passed.isEmpty else { return value }
      if entries.count >= ConsentMemory.limit { entries.removeFirst() }
      entries.append(entry)
      return value
    }
  }
}
