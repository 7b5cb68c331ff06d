/// Whether a trigger went out before (CONFIG.md, Repeats).
///
/// Looked at newest first:
/// - an own `idempotencyKey` that was used in the last 24 hours gives that call's outcome back; it is refused for another call. After a
///   sure refusal it is sent again, as nothing was done under it.
/// - without one, the repeat of a call that still runs is refused, in whatever process it runs; else the newest call that was the
///   same decides: after an unknown outcome, and after its process died, the repeat goes out under the first key, for 24 hours from that key's
///   first use; accepted within the tool's window, its outcome is given back.
///
/// A refused call is no obstacle: what stood in its way may be repaired.
enum Deduplication {
  /// How long Sequence keeps a key (Sequence API docs, read 2026-11).
  static let keyMilliseconds: Int64 = 86_400_000

  enum Decision {
    /// Not seen before.
    case new
    /// Send it again under the key that an earlier attempt had.
    case again(CallRecord)
    /// Not to be sent: here is what came of it.
    case duplicate(CallRecord)
    case stillRunning
    /// The caller's key belongs to another call.
    case keyTaken
  }

  static func decide(
    _ trigger: TriggerIntent, identity: ShortDigest, in contents: LedgerContents
  ) throws(LedgerFault) -> Decision {
    if let key = trigger.explicitKey { return try decide(key: key, identity: identity, in: contents) }
    let index = contents.index
    let window = Int64(trigger.dedupeWindowSeconds) * 1000
    var newest: Decision?
    for record in index.records.reversed() where record.identity == identity {
      switch record.state {
      case .rejected: continue
      case .open where contents.isRunning(record): return .stillRunning
      case .accepted:
        newest = newest ?? (index.age(of: record, now: contents.now) < window ? .duplicate(record) : .new)
      case .open, .unknown:
        newest = newest ?? (index.ageOfKey(of: record, now: contents.now) < keyMilliseconds ? .again(record) : .new)
      }
    }
    return newest ?? .new
  }

  private static func decide(
    key: String, identity: ShortDigest, in contents: LedgerContents
  ) throws(LedgerFault) -> Decision {
    let index = contents.index
    let hash = KeyHash.of(key.utf8)
    for record in index.records.reversed() where record.keyHash == hash {
      guard index.ageOfKey(of: record, now: contents.now) < keyMilliseconds,
        try contents.intent(of: record).idempotencyKey.utf8.elementsEqual(key.utf8)
      else { continue }
      guard record.identity == identity else { return .keyTaken }
      switch record.state {
      case .rejected: return .new
      case .accepted: return .duplicate(record)
      case .open where contents.isRunning(record): return .stillRunning
      case .open, .unknown: return .again(record)
      }
    }
    return .new
  }
}
