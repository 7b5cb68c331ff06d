package import JSON
import Rules

/// What the ledger says of the past: the calls that a filter admits, their totals, and how much of each limit is used now.
package struct AuditReport: Sendable {
  /// Oldest first.
  package let rows: [AuditRow]
  package let limits: [AuditLimit]
  /// What pauses all triggers now.
  package let pause: PauseFile?
  /// How many bytes of a line that a crash tore stand at the ledger's end.
  package let tornBytes: Int
  /// How many calls of the last 31 days wait for the owner's word on whether they ran.
  package let unsettled: Int
  /// The tools and clients of all calls that were looked at, whether the filter admits them or not.
  package let tools: Set<String>
  package let clients: Set<String>

  /// Reads the ledger, and the files of older lines where the filter reaches back behind what a rotation keeps. Changes nothing.
  /// - Throws: `LedgerFault` where it is unreadable.
  package init(_ ledger: Ledger, filter: AuditFilter, limits: AuditedLimits) throws(LedgerFault) {
    pause = try PauseFile.find(in: ledger.path, on: ledger.storage)
    let (all, usage, torn, waiting) = try ledger.read {
      contents throws(LedgerFault) -> ([AuditRow], [AuditLimit], Int, Int) in
      let reachesBack =
        filter.sinceMilliseconds.map { $0 < contents.now.subtractingSaturated(LedgerIndex.keptMilliseconds) } ?? true
      return (
        try contents.rows(withArchives: reachesBack), limits.usage(in: contents.index), contents.tornBytes,
        contents.index.records.count { contents.index.isUnresolved($0) }
      )
    }
    rows = all.filter(filter.admits)
    tools = Set(all.lazy.map(\.tool))
    clients = Set(all.lazy.compactMap(\.clientName))
    (self.limits, tornBytes, unsettled) = (usage, torn, waiting)
  }

  /// How many of the listed calls ended so, and what they move together.
  package func total(_ outcome: AuditOutcome) -> (calls: Int, cents: Int64) {
    rows.reduce((0, 0)) { sum, row in
      row.outcome == outcome ? (sum.0 + 1, sum.1.addingSaturated(row.amount?.cents ?? 0)) : sum
    }
  }

  package var json: JSONValue {
    [
      "entries": .array(rows.map(\.json)),
      "totals": .object(
        JSONObject(
          AuditOutcome.allCases.map { outcome in
            let total = total(outcome)
            return (
              outcome.rawValue,
              ["calls": JSONValue(total.calls), "amount": LimitKind.perDay.json(total.cents)]
            )
          })),
      "limits": .array(limits.map(\.json)), "paused": pause.map { .string($0.path) } ?? .null,
      "torn_bytes": JSONValue(tornBytes), "unsettled": JSONValue(unsettled),
    ]
  }
}
