import JSON
import Platform

/// The current state of one run of a rule. It contains counts and transfer ids, but no amounts.
package struct RuleExecution: Sendable, Hashable {
  /// The state of a run (Sequence API docs, read 2026-11).
  package enum Status: Sendable, Hashable {
    case inProgress, executed, partial, failed
    /// An undocumented value; empty if there is none.
    case other(String)

    init(_ value: AnswerValue?) {
      self =
        switch value?.word {
        case "IN_PROGRESS": .inProgress
        case "EXECUTED": .executed
        case "PARTIAL": .partial
        case "FAILED": .failed
        default: .other(value?.text ?? "")
        }
    }
  }

  package let id: String?
  package let ruleID: String?
  package let status: Status
  /// Whether the answer says that the run is a simulation. False proves nothing, because the field may be missing.
  package let isSimulation: Bool
  /// Whether the run took place but no step's conditions held.
  package let conditionsNotMet: Bool
  /// The number of transfers calculated, including those that came to zero and were never made.
  package let attempted: Int64?
  package let completed: Int64?
  package let failed: Int64?
  /// Transfers made but not settled.
  package let pending: Int64?
  /// The usable transfer ids, without duplicates.
  package let transferIDs: [String]
  /// Whether the list also has duplicate or unusable entries.
  private let hasUnusableIDs: Bool
  private let hasList: Bool
  package let errorMessage: String?
  /// When Sequence retries the run after a failure (RFC 3339).
  package let nextAttemptAt: String?

  init(_ data: AnswerValue) {
    id = data["id"]?.id
    ruleID = data["ruleId"]?.id
    status = Status(data["status"])
    isSimulation = data["executionMode"]?.word == "SIMULATION"
    conditionsNotMet = data["conditionsNotMet"]?.sent.boolValue == true
    attempted = data["transfersAttempted"]?.cents
    completed = data["transfersCompleted"]?.cents
    failed = data["transfersFailed"]?.cents
    pending = data["transfersPending"]?.cents
    let listed = data["transferIds"]?.elements
    hasList = listed != nil
    var seen: Set<String> = []
    transferIDs = (listed ?? []).compactMap(\.id).filter { seen.insert($0).inserted }
    hasUnusableIDs = transferIDs.count < listed?.count ?? 0
    errorMessage = data["errorMessage"]?.text
    nextAttemptAt = data["nextAttemptAt"]?.text
  }

  /// The number of attempted transfers that were not made; nil if the counts are incomplete.
  package var skipped: Int64? {
    guard let attempted, let completed else { return nil }
    let made = completed.addingSaturated(failed ?? 0).addingSaturated(pending ?? 0)
    return max(0, attempted.subtractingSaturated(made))
  }

  /// Whether the state is final: the run has ended, all its transfers have settled, and Sequence will not retry.
  package var hasEnded: Bool {
    switch status {
    case .executed, .partial, .failed: (pending ?? 0) == 0 && nextAttemptAt == nil
    case .inProgress, .other: false
    }
  }

  /// Returns the number of the run's transfers that are missing from `transfers`. Greater than zero if the counts exceed the
  /// list, a listed transfer could not be read, or a transfer counted as made is reported as failed.
  /// - Parameter transfers: Those of the run that could be read.
  package func missing(among transfers: [Transfer]) -> Int64 {
    let moving = max(0, completed ?? 0).addingSaturated(max(0, pending ?? 0))
    let made = moving.addingSaturated(max(0, failed ?? 0))
    let unread = Int64(transferIDs.count - transfers.count) + (hasUnusableIDs || !hasList ? 1 : 0)
    return max(unread, made - Int64(transfers.count), moving - Int64(transfers.count { !$0.hasFailed }))
  }

  /// Whether it lists transfers that neither its counts nor the transfers themselves report as failed.
  fileprivate func listsMoving(_ transfers: [Transfer]) -> Bool {
    let failing = max(failed ?? 0, Int64(transfers.count(where: \.hasFailed)))
    return hasUnusableIDs || Int64(transferIDs.count) > failing
  }

  /// Returns the outcome of the run as a single word.
  /// - Parameter transfers: The transfers of the run that could be read.
  package func outcome(_ transfers: [Transfer]) -> RunOutcome {
    RunOutcome.table.first { $0.test(self, transfers) }?.outcome ?? .unknown
  }

  /// Whether the run lists each transfer that it attempted, so that it makes no further one.
  package var listsAllAttempted: Bool { attempted == Int64(transferIDs.count) }

  /// Whether the run lists as many transfers as it counts. One that was skipped is in no count but `attempted`, which also
  /// grows while the run makes its transfers.
  private var listsAll: Bool {
    let counts: [Int64] = [completed, failed, pending].compactMap { $0 }
    let made = counts.reduce(Int64(0)) { sum, count in sum.addingSaturated(max(0, count)) }
    let count = Int64(transferIDs.count)
    if made > count { return false }
    if listsAllAttempted { return true }
    return counts.isEmpty ? attempted == nil : made == count && (pending ?? 0) > 0
  }

  /// Whether a simulation with this result may be followed by a live run: it ran completely or in part, or it made all its
  /// transfers and they only have to settle at an outside bank.
  /// - Parameter transfers: The transfers of the run that could be read.
  package func isClean(_ transfers: [Transfer]) -> Bool {
    switch outcome(transfers) {
    case .executed, .executedInPart: return true
    case .awaitingApproval, .settling, .running:
      return !transferIDs.isEmpty && listsAll && (failed ?? 0) == 0 && nextAttemptAt == nil
        && !transfers.contains(where: \.hasFailed)
    case .nothingMoved, .conditionsNotMet, .partlyFailed, .failed, .unknown: return false
    }
  }
}

/// The outcome of a run as results report it (`run.outcome`).
package enum RunOutcome: String, Sendable, Hashable, CaseIterable {
  case executed
  /// Some transfers were skipped, because of a cap in Sequence or an empty source.
  case executedInPart = "executed_in_part"
  case nothingMoved = "nothing_moved"
  case conditionsNotMet = "conditions_not_met"
  case awaitingApproval = "awaiting_approval"
  case settling
  case running
  case partlyFailed = "partly_failed"
  case failed
  /// The answer matches none of the above.
  case unknown

  /// Evaluated top down (Sequence API docs, read 2026-11). A run reported as executed with pending or listed transfers but none
  /// completed is `unknown`, so that nothing is given back for it.
  fileprivate static let table: [(outcome: RunOutcome, test: @Sendable (RuleExecution, [Transfer]) -> Bool)] = [
    (.executed, { run, _ in run.status == .executed && (run.completed ?? 0) > 0 && run.skipped ?? 0 == 0 }),
    (.executedInPart, { run, _ in run.status == .executed && (run.completed ?? 0) > 0 }),
    (
      .nothingMoved,
      { run, transfers in
        run.status == .executed && !run.conditionsNotMet && run.completed == 0 && (run.pending ?? 0) == 0
          && !run.listsMoving(transfers)
      }
    ),
    (.conditionsNotMet, { run, transfers in run.conditionsNotMet && !run.listsMoving(transfers) }),
    (
      .awaitingApproval,
      { run, transfers in run.status == .inProgress && transfers.contains { $0.status == .pendingApproval } }
    ),
    (.settling, { run, _ in run.status == .inProgress && (run.pending ?? 0) > 0 && run.nextAttemptAt == nil }),
    (.running, { run, _ in run.status == .inProgress }), (.partlyFailed, { run, _ in run.status == .partial }),
    (.failed, { run, _ in run.status == .failed }),
  ]
}
