import Rules

@testable import Safeguards

/// Answers the queries of limits and repeats by reading every record: the reference for the index.
struct PlainScan {
  let index: LedgerIndex
  /// The idempotency key of each call by its first attempt.
  let keys: [EntryID: String]
  /// The `SameCall.request` of each attempt that has one.
  let requests: [EntryID: ShortDigest]

  func decide(_ trigger: TriggerIntent, _ call: SameCall) -> Deduplication.Decision {
    let lifetime = Deduplication.keyMilliseconds
    if let key = trigger.explicitKey { return decide(key: key, call) }
    let asked = Set(requests.filter { $0.value == call.request }.compactMap { index.record(of: $0.key)?.firstID })
    if call.request != nil,
      let record = index.records.last(where: {
        asked.contains($0.firstID) && $0.status == .accepted && !index.movedNothing($0) && !$0.isSimulation
          && index.age(of: $0) < lifetime
      })
    {
      return .duplicate(record)
    }
    let window = Int64(trigger.dedupeWindowSeconds) * 1000
    var newest: Deduplication.Decision?
    var unresolved: CallRecord?
    var running: CallRecord?
    for record in index.records.reversed() where record.identity == call.identity && !record.isSimulation {
      switch record.status {
      case .rejected, .simulated: continue
      case .accepted where index.movedNothing(record) || !record.isSame(as: call): continue
      case nil where index.isRunning(record): if record.isSame(as: call) { running = running ?? record }
      case .accepted:
        let age = index.age(of: record)
        let isRecent = age < window || !record.isDelivered && age < lifetime
        if isRecent { newest = newest ?? .duplicate(record) }
      case nil, .unknown:
        if record.isSame(as: call), newest == nil, index.maxKeyAge(of: record) < lifetime {
          newest = .again(record)
        } else if record.isSame(as: call), newest == nil, index.maxKeyAge(of: record) == .max,
          index.minKeyAge(of: record) < lifetime
        {
          newest = .keyExpired(record)
        } else {
          unresolved = unresolved ?? record
        }
      }
    }
    if let running {
      if case .again(let record) = newest { return .stillRunning(record) }
      return .stillRunning(running)
    }
    return newest ?? .new(earlier: unresolved)
  }

  func decide(simulation call: SameCall) -> Deduplication.Decision {
    let open = index.records.reversed().filter {
      $0.isSimulation && $0.isSame(as: call) && ($0.status == nil || $0.status == .unknown)
    }
    let lost = open.first {
      $0.doubt == .lost && index.maxKeyAge(of: $0) < Deduplication.keyMilliseconds
    }
    if let running = open.first(where: { index.isRunning($0) }) { return .stillRunning(lost ?? running) }
    return lost.map { .again($0) } ?? .new(earlier: nil)
  }

  private func decide(key: String, _ call: SameCall) -> Deduplication.Decision {
    let lifetime = Deduplication.keyMilliseconds
    for record in index.records.reversed() where keys[record.firstID] == key && !record.isSimulation {
      guard index.isRunning(record) || index.minKeyAge(of: record) < Deduplication.takenMilliseconds else { continue }
      guard record.isSame(as: call) else { return .keyTaken }
      switch record.status {
      case .rejected, .simulated: return .new(earlier: doubled(call))
      case .accepted: return .duplicate(record)
      case nil where index.isRunning(record): return .stillRunning(record)
      case nil, .unknown:
        return index.maxKeyAge(of: record) < lifetime ? .again(record) : .keyExpired(record)
      }
    }
    return .new(earlier: doubled(call))
  }

  private func doubled(_ call: SameCall) -> CallRecord? {
    unresolved(call)
      ?? index.records.last {
        guard $0.isSame(as: call), !$0.isSimulation else { return false }
        let isRecent = index.age(of: $0) < Deduplication.keyMilliseconds
        return index.isRunning($0) || $0.status == .accepted && !index.movedNothing($0) && isRecent
      }
  }

  private func unresolved(_ call: SameCall) -> CallRecord? {
    index.records.last { $0.identity == call.identity && !$0.isSimulation && index.isUnresolved($0) }
  }

  /// Returns the amounts and ages of the counted calls of a scope that are younger than that.
  func uses(
    of scope: LimitScope, youngerThan window: Int64, skipping skipped: EntryID?
  ) -> [(cents: Int64, age: Int64)] {
    index.records.filter { $0.counts && $0.firstID != skipped && scope.contains($0) }
      .map { ($0.amountCents, index.age(of: $0)) }.filter { $0.age < window }
  }
}
