import Platform
import Rules
package import SequenceAPI

/// Follows a run until it ends or a deadline passes.
///
/// It blocks the thread of its call. At most four calls follow at the same time (`SharedPlatformState`), out of the 32 that may
/// run.
struct RunFollower {
  let services: CatalogServices
  let reader: PlatformReader
  let ruleID: String
  let executionID: String

  /// The state of a run when following ended.
  struct Snapshot {
    /// nil if the run could not be read.
    var execution: RuleExecution?
    var transfers: [Transfer] = []
    /// The number of its transfers that are not in `transfers`.
    var missing = 0
    /// The reason the last read of the run failed.
    var error: SequenceAPIError?
    /// Whether following ended because no further change was of interest, not because the deadline passed.
    var stoppedEarly = false
    /// The reasons why some of its transfers could not be read.
    var transferErrors: [SequenceAPIError] = []

    /// Whether the run of a simulation was only simulated, as it and each of its transfers say. A transfer that the key may not
    /// read need not say so. nil if one was not read for any other reason, or if the run counts more than it lists: it is then
    /// in doubt.
    var isProvenSimulation: Bool? {
      guard let execution, execution.isSimulation, transfers.allSatisfy(\.isSimulation) else { return false }
      return transferErrors.allSatisfy(\.isDenial) && missing == transferErrors.count ? true : nil
    }

    var isComplete: Bool { missing == 0 && transfers.allSatisfy(\.hasExactAmount) }

    private var firstError: SequenceAPIError? { error ?? transferErrors.first }

    /// Says that not all of the run could be read, and why; nil if it could.
    var unreadNote: String? {
      let reason = firstError.map { "\($0.code): \(VisibleText.line($0.message, limit: 300))" }
      if execution == nil {
        return "The run could not be read: \(reason ?? "Sequence's answer was about another run")."
      }
      return reason.map { "Not all of the run could be read: \($0)." }
    }

    /// Whether reading it later may tell more.
    var isWorthRereading: Bool { firstError?.isRetryable ?? true }

    /// Whether only the scopes of the key keep the rest from being read.
    var isDenied: Bool { firstError != nil && ([error].compactMap { $0 } + transferErrors).allSatisfy(\.isDenial) }

    /// Why that is in doubt; nil if Sequence's counts and its list differ.
    var doubt: SequenceAPIError? {
      let unread = transferErrors.filter { !$0.isDenial }
      return error ?? unread.first { !$0.isRetryable } ?? unread.first
    }

    /// What a live run may move by the transfers of a simulation: also by those that failed in it, since a live run may make
    /// them. Of those that could not be read nothing is counted; nil if nothing is known at all.
    var mostAmount: Money? {
      let known = transfers.compactMap(\.amountCents)
      if known.isEmpty, missing > 0 || !transfers.isEmpty { return nil }
      return Money(cents: known.reduce(0) { $0.addingSaturated($1) })
    }

    /// Why `mostAmount` may be less than what a live run would move, for a proven simulation; nil if it is not.
    var amountDoubt: AmountDoubt? {
      if transfers.contains(where: { $0.amountCents == nil }) { return .noAmount }
      return transferErrors.first.map { .denied($0) }
    }
  }

  /// The time limit for reading the run's transfers.
  static let readingMilliseconds: Int64 = 10_000
  /// The minimum time to wait for an answer, even after the deadline.
  private static let leastReadMilliseconds: Int64 = 1000

  /// - Parameters:
  ///   - milliseconds: The time limit for the run's end; 0 reads once.
  ///   - deadline: On the monotonic clock.
  ///   - shouldStop: Whether to stop, because no further change is of interest.
  ///   - isCancelled: Ends the following, not the run.
  ///   - progress: Called after each read.
  func follow(
    forMilliseconds milliseconds: Int64, until deadline: Int64, shouldStop: (RuleExecution) -> Bool,
    isCancelled: () -> Bool, progress: () -> Void = {}
  ) -> Snapshot {
    let end = min(now + milliseconds, deadline)
    let isFollowing = milliseconds > 0
    var snapshot = Snapshot()
    var attempts = 0
    while true {
      var retryAfter: Int64 = 0
      do throws(SequenceAPIError) {
        let execution = try reader(until: isFollowing ? end : deadline).execution(ruleID: ruleID, id: executionID)
        if isAsked(execution) {
          (snapshot.execution, snapshot.error) = (execution, nil)
          snapshot.stoppedEarly = shouldStop(execution)
          if snapshot.stoppedEarly { break }
          progress()
        }
      } catch {
        snapshot.error = error
        guard error.isRetryable else { break }
        retryAfter = error.retryAfterMilliseconds ?? 0
      }
      let left = end - now
      guard left > 0, retryAfter <= left, !isCancelled() else { break }
      services.client.wait(
        milliseconds: min(max(RunFollower.pause(attempts), retryAfter), left), isCancelled: isCancelled)
      attempts += 1
    }
    guard let execution = snapshot.execution else { return snapshot }
    if snapshot.error?.retryAfterMilliseconds != nil {
      // Sequence asked to wait for longer than there is time.
      snapshot.missing = Int(clamping: execution.missing(among: []))
    } else {
      readTransfers(of: execution, into: &snapshot, until: deadline, isRepeated: isFollowing, isCancelled: isCancelled)
    }
    return snapshot
  }

  /// Whether it is the run that was asked for. A cache or a proxy may answer with another one, which proves nothing about this
  /// one. A missing member does not contradict.
  private func isAsked(_ execution: RuleExecution) -> Bool {
    (execution.id.map { $0.lowercased() == executionID.lowercased() } ?? true)
      && (execution.ruleID.map { RuleID.normalized($0) == RuleID.normalized(ruleID) } ?? true)
  }

  /// Reads the transfers of the run.
  /// - Parameter isRepeated: Whether those that cannot be read yet are asked for again: a transfer that was just made may not
  ///   be visible at first.
  private func readTransfers(
    of execution: RuleExecution, into snapshot: inout Snapshot, until deadline: Int64, isRepeated: Bool,
    isCancelled: () -> Bool
  ) {
    let end = min(now + RunFollower.readingMilliseconds, deadline)
    var list = reader(until: end).transfers(of: execution)
    var attempts = 0
    while isRepeated, !list.errors.isEmpty, list.errors.allSatisfy(\.isRetryable), !isCancelled() {
      let retryAfter = list.errors.compactMap(\.retryAfterMilliseconds).max() ?? 0
      let pause = max(RunFollower.pause(attempts), retryAfter)
      guard pause < end - now else { break }
      services.client.wait(milliseconds: pause, isCancelled: isCancelled)
      list = reader(until: end).transfers(of: execution, after: list)
      attempts += 1
    }
    snapshot.transfers = list.transfers
    snapshot.missing = Int(clamping: execution.missing(among: list.transfers))
    snapshot.transferErrors = list.errors
  }

  private var now: Int64 { services.process.clock.monotonicMilliseconds() }

  private func reader(until end: Int64) -> PlatformReader {
    reader.reading(untilMilliseconds: max(end, now + RunFollower.leastReadMilliseconds))
  }

  /// Returns the pause after a read in milliseconds: 500, 1000, 2000, 3000, 5000 and then 8000.
  private static func pause(_ attempts: Int) -> Int64 {
    let steps: [Int64] = [500, 1000, 2000, 3000, 5000, 8000]
    return steps[min(attempts, steps.count - 1)]
  }
}

extension SequenceAPIError {
  /// Whether Sequence itself says that the key may not read something. Anybody on the way may answer with status 403.
  fileprivate var isDenial: Bool { statusCode == 403 && missingScope != nil }
}

/// Why it is not known what a simulated run would move.
package enum AmountDoubt: Sendable {
  /// The key may not read one of its transfers, by Sequence's own word.
  case denied(SequenceAPIError)
  /// A transfer has no amount, or one that is not a number of cents.
  case noAmount
}
