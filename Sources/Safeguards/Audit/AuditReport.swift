package import JSON
import Platform
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
  private let totals: [AuditOutcome: (calls: Int, cents: Int64)]

  /// Reads the ledger, and the files of older lines if the filter reaches back further than what a rotation keeps. Changes nothing.
  /// - Throws: `LedgerFault` if it is unreadable.
  package init(_ ledger: Ledger, filter: AuditFilter, limits: AuditedLimits) throws(LedgerFault) {
    pause = try PauseFile.find(in: ledger.path, on: ledger.storage)
    var (all, usage, torn, waiting) = try ledger.read {
      contents throws(LedgerFault) -> ([AuditRow], [AuditLimit], Int, Int) in
      let reachesBack =
        filter.sinceMilliseconds.map { $0 < contents.now.subtractingSaturated(LedgerIndex.keptMilliseconds) } ?? true
      return (
        try contents.rows(withArchives: reachesBack), limits.usage(in: contents.index), contents.tornBytes,
        contents.index.unresolvedRecords.count
      )
    }
    var names = (tools: DistinctTexts(), clients: DistinctTexts())
    for index in all.indices {
      names.tools.insert(all[index].tool)
      if let client = all[index].clientName { names.clients.insert(client) }
    }
    (tools, clients) = (names.tools.texts, names.clients.texts)
    all.removeAll { !filter.admits($0) }
    var totals: [AuditOutcome: (calls: Int, cents: Int64)] = [:]
    for index in all.indices {
      let total = totals[all[index].outcome, default: (0, 0)]
      totals[all[index].outcome] = (total.calls + 1, total.cents.addingSaturated(all[index].amount?.cents ?? 0))
    }
    (rows, self.totals, self.limits, tornBytes, unsettled) = (all, totals, usage, torn, waiting)
  }

  /// The texts of a long list that says the same ones again and again.
  private struct DistinctTexts {
    private(set) var texts: Set<String> = []
    private var last: String?

    mutating func insert(_ text: String) {
      if text == last { return }
      texts.insert(text)
      last = text
    }
  }

  /// How many of the listed calls ended so, and what they move together.
  package func total(_ outcome: AuditOutcome) -> (calls: Int, cents: Int64) { totals[outcome] ?? (0, 0) }

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
