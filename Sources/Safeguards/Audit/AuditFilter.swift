import Platform

/// The calls that an audit lists. Sums against limits always cover all calls.
package struct AuditFilter: Sendable {
  /// The earliest time to list, in wall-clock milliseconds; nil lists from the start.
  package var sinceMilliseconds: Int64?
  /// The tool to list; nil lists all.
  package var tool: String?
  /// The client to list, by its own name; nil lists all.
  package var client: String?
  /// The outcomes to list; empty lists all.
  package var outcomes: Set<AuditOutcome> = []

  package init() {}

  func admits(_ row: AuditRow) -> Bool {
    if let sinceMilliseconds, row.timeMilliseconds < sinceMilliseconds { return false }
    if let tool, !tool.hasSameBytes(as: row.tool) { return false }
    if let client, row.clientName?.hasSameBytes(as: client) != true { return false }
    // The outcome of a superseded attempt is not that of its call.
    return outcomes.isEmpty || outcomes.contains(row.outcome) && !row.isSuperseded
  }
}

/// The outcome of a call according to the ledger; the words of `audit --outcome`.
package enum AuditOutcome: String, Sendable, Hashable, CaseIterable {
  /// Sequence took the trigger; it does not mean that money moved.
  case accepted
  /// Sequence certainly did not run the rule.
  case rejected
  /// It was sent, and may have run.
  case unknown
  /// A simulation, which moves nothing.
  case simulated
  /// No outcome is recorded: the call is still running, or its process died and it may have run.
  case open
  /// Not sent by this program.
  case refused

  /// Each status is an outcome of the same name.
  init(_ status: CallOutcome.Status?) { self = status.flatMap { AuditOutcome(rawValue: $0.rawValue) } ?? .open }
}
