import JSON

/// One run of a rule, as Sequence tells it now. It has counts and the ids of transfers, no amounts.
package struct RuleExecution: Sendable, Hashable {
  package enum Status: Sendable, Hashable {
    case inProgress, executed, partial, failed
    /// A word that is not documented; empty if there is none.
    case other(String)

    init(_ word: String) {
      self =
        switch word {
        case "IN_PROGRESS": .inProgress
        case "EXECUTED": .executed
        case "PARTIAL": .partial
        case "FAILED": .failed
        default: .other(word)
        }
    }
  }

  package let id: String?
  package let ruleID: String?
  package let status: Status
  /// Whether it says that it is a simulation. False proves nothing: it may have said neither.
  package let isSimulation: Bool
  /// Whether the run took place and no step's conditions held.
  package let conditionsNotMet: Bool
  /// How many transfers were calculated, also those that came to zero and were never made.
  package let attempted: Int64?
  package let completed: Int64?
  package let failed: Int64?
  /// Made and not settled.
  package let pending: Int64?
  package let transferIDs: [String]
  package let errorMessage: String?
  /// RFC 3339; when Sequence itself tries again after a fault.
  package let nextAttemptAt: String?

  init(_ data: JSONObject) {
    id = PlatformReading.id(data["id"])
    ruleID = PlatformReading.id(data["ruleId"])
    status = Status(data["status"]?.stringValue ?? "")
    isSimulation = data["executionMode"] == "SIMULATION"
    conditionsNotMet = data["conditionsNotMet"]?.boolValue == true
    attempted = PlatformReading.cents(data["transfersAttempted"])
    completed = PlatformReading.cents(data["transfersCompleted"])
    failed = PlatformReading.cents(data["transfersFailed"])
    pending = PlatformReading.cents(data["transfersPending"])
    transferIDs = (data["transferIds"]?.arrayValue ?? []).compactMap { PlatformReading.id($0) }
    errorMessage = PlatformReading.text(data["errorMessage"])
    nextAttemptAt = PlatformReading.text(data["nextAttemptAt"])
  }

  /// How many of the attempted transfers were not made; nil if the counts do not tell.
  package var skipped: Int64? {
    guard let attempted, let completed else { return nil }
    let made = [completed, failed ?? 0, pending ?? 0].reduce(Int64(0)) { sum, count in
      let (result, overflow) = sum.addingReportingOverflow(count)
      return overflow ? .max : result
    }
    let (skipped, overflow) = attempted.subtractingReportingOverflow(made)
    return overflow ? 0 : max(0, skipped)
  }

  /// Whether nothing can change anymore: the run has ended and all its transfers have settled.
  package var hasEnded: Bool {
    switch status {
    case .executed, .partial, .failed: (pending ?? 0) == 0
    case .inProgress, .other: false
    }
  }

  /// What became of the run, in one word.
  /// - Parameter transfers: those of the run that could be read.
  package func outcome(_ transfers: [Transfer]) -> RunOutcome {
    RunOutcome.table.first { $0.test(self, transfers) }?.outcome ?? .unknown
  }

  /// Whether a simulation with this result may be followed by a live run: it ran as a whole, or it made transfers that only
  /// have to settle at an outside bank.
  /// - Parameter transfers: those of the run that could be read.
  package func isClean(_ transfers: [Transfer]) -> Bool {
    switch outcome(transfers) {
    case .executed, .executedInPart: return true
    case .awaitingApproval, .settling, .running:
      return !transferIDs.isEmpty && (failed ?? 0) == 0 && nextAttemptAt == nil
        && !transfers.contains(where: \.hasFailed)
    case .nothingMoved, .conditionsNotMet, .partlyFailed, .failed, .unknown: return false
    }
  }
}

/// What became of a run, as results tell it (`run.outcome`).
package enum RunOutcome: String, Sendable, Hashable, CaseIterable {
  case executed
  /// Some transfers were skipped: a cap in Sequence, or an empty source.
  case executedInPart = "executed_in_part"
  case nothingMoved = "nothing_moved"
  case conditionsNotMet = "conditions_not_met"
  case awaitingApproval = "awaiting_approval"
  case settling
  case running
  case partlyFailed = "partly_failed"
  case failed
  /// The answer says none of the above.
  case unknown

  struct Row {
    let outcome: RunOutcome
    let test: @Sendable (RuleExecution, [Transfer]) -> Bool
  }

  /// Tested from the top down (Sequence API docs, read 2026-11). A run that is said to be executed while transfers are still
  /// pending is `unknown` as long as none is completed: nothing may be given back for it.
  static let table: [Row] = [
    Row(outcome: .executed) { run, _ in run.status == .executed && (run.completed ?? 0) > 0 && run.skipped == 0 },
    Row(outcome: .executedInPart) { run, _ in run.status == .executed && (run.completed ?? 0) > 0 },
    Row(outcome: .nothingMoved) { run, _ in
      run.status == .executed && !run.conditionsNotMet && run.completed == 0 && (run.pending ?? 0) == 0
    },
    Row(outcome: .conditionsNotMet) { run, _ in run.conditionsNotMet },
    Row(outcome: .awaitingApproval) { run, transfers in
      run.status == .inProgress && transfers.contains { $0.status == .pendingApproval }
    },
    Row(outcome: .settling) { run, _ in
      run.status == .inProgress && (run.pending ?? 0) > 0 && run.nextAttemptAt == nil
    },
    Row(outcome: .running) { run, _ in run.status == .inProgress },
    Row(outcome: .partlyFailed) { run, _ in run.status == .partial },
    Row(outcome: .failed) { run, _ in run.status == .failed },
  ]
}
