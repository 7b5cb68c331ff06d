package import JSON
import Platform
package import Rules

/// A report about the ledger: the calls that match a filter, their totals, and the current use of each limit.
package struct AuditReport: Sendable {
  /// Oldest first.
  package let rows: [AuditRow]
  /// The limits that calls use up.
  package let limits: [LimitStatus]
  /// The current pause of all triggers, or nil.
  package let pause: PauseFile?
  /// The number of bytes of a line torn by a crash at the ledger's end.
  package let tornBytes: Int
  /// Why refused calls are missing; nil if none are.
  package let missingRefusals: String?
  /// The number of calls of the last 31 days that wait for the owner to settle them.
  package let unsettled: Int
  /// The tools and clients of all calls that were read, whether they match the filter or not.
  package let tools: [String]
  package let clients: [String]
  private let totals: [AuditOutcome: (calls: Int, cents: Int64)]

  /// Reads the ledger, and its archives if the filter reaches back further than a rotation keeps. Changes nothing.
  /// - Parameter configuration: The one whose limits are reported.
  /// - Throws: `LedgerFault` if it is unreadable.
  package init(
    _ ledger: Ledger, filter: AuditFilter = AuditFilter(), limitsOf configuration: Configuration = Configuration()
  ) throws(LedgerFault) {
    pause = try PauseFile.find(in: ledger.path, on: ledger.storage)
    var (contents, all, missing) = try ledger.readRows { now in
      filter.sinceMilliseconds.map { $0 < now.subtractingSaturated(LedgerRotation.keptMilliseconds) } ?? true
    }
    tools = AuditReport.sorted(all.lazy.map(\.tool))
    clients = AuditReport.sorted(all.lazy.compactMap(\.clientName))
    all.removeAll { !filter.admits($0) }
    var totals: [AuditOutcome: (calls: Int, cents: Int64)] = [:]
    for index in all.indices where !all[index].isSuperseded {
      let total = totals[all[index].outcome, default: (0, 0)]
      let cents = all[index].isOpenSimulation ? 0 : all[index].amount?.cents ?? 0
      totals[all[index].outcome] = (total.calls + 1, total.cents.addingSaturated(cents))
    }
    (rows, self.totals) = (all, totals)
    limits = configuration.limitStatuses(in: contents.index, findsTimes: false).filter(\.isUsedUp)
    tornBytes = contents.tornBytes
    missingRefusals = missing.map { "Refused calls are missing here, since their file cannot be read: \($0)" }
    unsettled = contents.index.unresolvedRecords.count
  }

  /// Returns the texts, each once.
  private static func sorted(_ texts: some Sequence<String>) -> [String] {
    Set(texts.lazy.map(ByteText.init)).map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The number of listed calls. All attempts at a call count once.
  package var callCount: Int { totals.values.reduce(0) { $0 + $1.calls } }

  /// Returns the number of listed calls with that outcome, and their total amount, to which simulations without an outcome
  /// add nothing.
  package func total(_ outcome: AuditOutcome) -> (calls: Int, cents: Int64) { totals[outcome] ?? (0, 0) }

  package var json: JSONValue {
    var object: JSONObject = [
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
      "limits": .array(limits.map(\.auditJSON)), "paused": pause.map { .string($0.path) } ?? .null,
      "pause_reason": pause.map { .string($0.text) } ?? .null, "torn_bytes": JSONValue(tornBytes),
      "unsettled": JSONValue(unsettled),
    ]
    object.append("missing_refusals", text: missingRefusals)
    return .object(object)
  }
}
