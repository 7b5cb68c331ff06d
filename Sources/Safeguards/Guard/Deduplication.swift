import Platform

/// Decides whether a trigger is a new call or repeats an earlier one.
///
/// - If an explicit `idempotencyKey` was used in the last 25 hours, that call's outcome is returned. The key is refused for
///   another call, and for one of unknown outcome after 23 hours. After a certain refusal the call is sent again, because
///   nothing was done under the key.
/// - Without a key, the same request of the same client (`SameCall.request`) returns its accepted outcome for 23 hours.
/// - Otherwise the newest identical call decides. While it runs, in any process, its repeat is refused. After an unknown
///   outcome, or after its process died, the repeat is sent under the first key, for 23 hours from that key's first use; if
///   the clock was back after a reboot, so that nothing tells the key's age, it is refused. If it was accepted, its outcome is
///   returned within the called alias's window, or for 23 hours if the caller did not receive the answer.
///
/// A rejected call does not block a repeat, because its cause may be fixed. Neither does a run that ended with nothing moved,
/// or a simulation. Simulations are compared with each other only.
///
/// A call to another base URL is never repeated, since the word of one bank says nothing about another.
enum Deduplication {
  /// Sequence keeps a key for 24 hours (Sequence API docs, read 2026-11). The last hour is a margin, because a repeat may take
  /// a while to arrive.
  static let keyMilliseconds: Int64 = 23 * 3_600_000
  /// Until then Sequence may still answer under a caller's key with what it did before.
  static let takenMilliseconds: Int64 = 25 * 3_600_000

  /// What happens to a call in view of the earlier ones.
  enum Decision {
    /// - Parameter earlier: The newest identical call of unknown outcome: its key is too old, or it was sent to another base
    ///   URL. With a key of the caller, also one that was accepted or is being sent.
    case new(earlier: CallRecord?)
    /// Send it again under the key of an earlier attempt.
    case again(CallRecord)
    /// Do not send it: this call's outcome is the answer.
    case duplicate(CallRecord)
    /// Do not send it: an attempt of the same call is being sent. It, or an earlier one, may have run.
    case stillRunning(CallRecord)
    /// The key of an attempt of unknown outcome may be forgotten: the caller passed it, or nothing tells how old it is.
    case keyExpired(CallRecord)
    /// The caller's key belongs to another call.
    case keyTaken

    /// The attempt of unknown outcome that the call repeats; nil if there is none.
    var unknown: CallRecord? {
      switch self {
      case .again(let record), .keyExpired(let record), .stillRunning(let record): record
      case .new, .duplicate, .keyTaken: nil
      }
    }

    /// Returns the refusal of the call because of an earlier one; nil if there is none.
    func refusal(_ trigger: TriggerIntent, _ index: LedgerIndex) -> Refusal? {
      switch self {
      case .stillRunning: trigger.isSimulation ? .simulationRunning : .stillRunning
      case .keyExpired(let record): index.maxKeyAge(of: record) == .max ? .keyAgeUnknown : .keyExpired
      case .keyTaken: .keyTaken
      case .new, .again, .duplicate: nil
      }
    }
  }

  static func decide(
    _ trigger: TriggerIntent, _ call: SameCall, in contents: LedgerContents
  ) throws(LedgerFault) -> Decision {
    if let key = trigger.explicitKey { return try decide(key: key, call, in: contents) }
    let index = contents.index
    if let request = call.request,
      let record = index.newestCall(
        ofRequest: request,
        where: {
          $0.status == .accepted && !index.movedNothing($0) && !$0.isSimulation && index.age(of: $0) < keyMilliseconds
        })
    {
      return .duplicate(record)
    }
    let newest = newest(call, window: Int64(trigger.dedupeWindowSeconds) * 1000, index)
    if let running = index.openRecords.last(where: {
      $0.isSame(as: call) && !$0.isSimulation && index.isRunning($0)
    }) {
      if case .again(let record) = newest { return .stillRunning(record) }
      return .stillRunning(running)
    }
    return newest ?? .new(earlier: unresolved(call, index))
  }

  /// Returns the decision based on the most recent finished call with this identity that does not allow a new call, or nil if
  /// each one does.
  private static func newest(_ call: SameCall, window: Int64, _ index: LedgerIndex) -> Decision? {
    for record in index.calls(of: call) where !index.isRunning(record) {
      switch record.status {
      case .rejected, .simulated: continue
      case .accepted where index.movedNothing(record): continue
      case .accepted:
        let age = index.age(of: record)
        if age < window || !record.isDelivered && age < keyMilliseconds { return .duplicate(record) }
      // Reached behind accepted calls, too: a later run does not settle an earlier one of unknown outcome.
      case nil, .unknown:
        let age = index.maxKeyAge(of: record)
        if age < keyMilliseconds { return .again(record) }
        // After an unknown time, its key may be forgotten, and a new one may run the rule twice although no hour has passed.
        if age == .max, index.minKeyAge(of: record) < keyMilliseconds { return .keyExpired(record) }
      }
    }
    return nil
  }

  private static func decide(
    key: String, _ call: SameCall, in contents: LedgerContents
  ) throws(LedgerFault) -> Decision {
    let index = contents.index
    let hash = KeyHash.of(key)
    for record in index.calls(ofKey: hash) {
      guard index.isRunning(record) || index.minKeyAge(of: record) < takenMilliseconds,
        try contents.intent(of: record).idempotencyKey.hasSameBytes(as: key)
      else { continue }
      guard record.isSame(as: call) else { return .keyTaken }
      switch record.status {
      case .rejected, .simulated: return .new(earlier: doubled(call, index))
      case .accepted: return .duplicate(record)
      case nil where index.isRunning(record): return .stillRunning(record)
      case nil, .unknown:
        return index.maxKeyAge(of: record) < keyMilliseconds ? .again(record) : .keyExpired(record)
      }
    }
    return .new(earlier: doubled(call, index))
  }

  /// Decides whether a simulation is a new one or repeats an earlier one of the same run, whose answer was lost. One that is
  /// known to have started a run is not repeated: that run is read again instead.
  static func decide(simulation call: SameCall, in index: LedgerIndex) -> Decision {
    let open = index.openSimulations(of: call)
    let lost = open.first { $0.doubt == .lost && index.maxKeyAge(of: $0) < keyMilliseconds }
    // A second one under another key could be lost, too, and no repeat would end both.
    if let running = open.first(where: index.isRunning) { return .stillRunning(lost ?? running) }
    return lost.map { .again($0) } ?? .new(earlier: nil)
  }

  /// Returns the newest identical call to another base URL whose outcome is unknown, which no key of this one repeats.
  static func elsewhere(_ call: SameCall, _ index: LedgerIndex) -> CallRecord? {
    index.unresolvedRecords.last { $0.identity == call.identity && !$0.isSame(as: call) && !$0.isSimulation }
  }

  /// Returns the newest identical call that a call with a key of the caller may double.
  private static func doubled(_ call: SameCall, _ index: LedgerIndex) -> CallRecord? {
    unresolved(call, index)
      ?? index.calls(of: call).first {
        index.isRunning($0)
          || $0.status == .accepted && !index.movedNothing($0) && index.age(of: $0) < keyMilliseconds
      }
  }

  /// Returns the newest identical call over any base URL whose outcome is unknown, which a new key does not repeat.
  private static func unresolved(_ call: SameCall, _ index: LedgerIndex) -> CallRecord? {
    index.unresolvedRecords.last { $0.identity == call.identity && !$0.isSimulation }
  }
}
