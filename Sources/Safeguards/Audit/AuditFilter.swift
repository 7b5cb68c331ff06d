/// Which calls an audit lists; sums against limits are always over all of them.
package struct AuditFilter: Sendable {
  /// The earliest time to list, in wall-clock milliseconds; nil lists from the start.
  package var sinceMilliseconds: Int64?
  /// The tool to list; nil lists all.
  package var tool: String?
  /// The client to list, by the name that it gave; nil lists all.
  package var client: String?
  /// The outcomes to list; empty lists all.
  package var outcomes: Set<AuditOutcome> = []

  package init() {}

  func admits(_ row: AuditRow) -> Bool {
    if let sinceMilliseconds, row.timeMilliseconds < sinceMilliseconds { return false }
    if let tool, !tool.utf8.elementsEqual(row.tool.utf8) { return false }
    if let client, row.clientName?.utf8.elementsEqual(client.utf8) != true { return false }
    return outcomes.isEmpty || outcomes.contains(row.outcome)
  }
}

/// What became of a call, as far as the ledger knows.
package enum AuditOutcome: String, Sendable, Hashable, CaseIterable {
  case accepted, rejected, unknown
  /// A simulation, which moves nothing.
  case simulated
  /// No outcome is written: it still runs, or its process died and it may have run.
  case open
  /// This program did not send it.
  case refused

  init(_ status: CallOutcome.Status?) {
    switch status {
    case .accepted: self = .accepted
    case .rejected: self = .rejected
    case .unknown: self = .unknown
    case .simulated: self = .simulated
    case nil: self = .open
    }
  }
}
