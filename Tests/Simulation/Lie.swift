import JSON

/// A false answer of a broken or hostile bank that its own answers reveal: a count differs from a list, an id from the
/// requested one, a mode from another, or nothing can be read. A reader that accepts only consistent answers is not deceived.
///
/// A lie that is the same in all answers cannot be detected: a live run that every answer calls a simulation, a transfer in
/// neither the counts nor the list, a wrong amount. This bank tells none of those, and the model does not expect them to be
/// found.
enum Lie: CaseIterable {
  /// The list lacks a transfer that is counted.
  case listsFewer
  /// The list names one transfer as often as there are transfers.
  case listsOneID
  case listsUnusableIDs
  /// One more transfer is counted as pending than is listed.
  case countsOneMore
  /// The run has ended and counts no transfers, though it lists some.
  case countsNone
  /// The answer is about another run.
  case anotherRun
  /// Each answer calls a live run a simulation, and a simulation a live run.
  case otherMode
  /// The transfers have the other mode than their run.
  case transfersOfOtherMode
  /// No answer about the run is readable.
  case unreadable
  /// The run continues, even after it was reported as ended.
  case neverEnds
  /// The run has ended with all transfers completed, but the transfers are still pending.
  case endsEarly
  /// The run has failed without a transfer, and will be tried again.
  case willTryAgain
  /// The answer is about another transfer.
  case anotherTransfer
  /// The transfers have failed, though the run counts them as made.
  case failedTransfers
  case unreadableAmounts
  /// The last of several transfers cannot be read.
  case unreadableTransfer
  /// A run of money that was to be simulated calls itself a simulation, and none of its transfers can be read.
  case hidesTransfers
  /// The last of several transfers of a simulation has failed, though the live run makes it.
  case failsInSimulation
  /// The acceptance names a run that an earlier call started.
  case knownExecutionID

  /// Returns the answer about a run.
  /// - Parameters:
  ///   - data: The true answer.
  ///   - end: The true answer once the run has ended.
  ///   - other: The truth about another run; nil if there is none.
  /// - Returns: nil for an unreadable answer.
  func ofRun(_ data: JSONObject, end: JSONObject, other: JSONObject?) -> JSONObject? {
    var data = data
    let ids = data["transferIds"]?.arrayValue ?? []
    func count(completed: Int, pending: Int) {
      data["transfersCompleted"] = JSONValue(completed)
      data["transfersPending"] = JSONValue(pending)
      data["transfersFailed"] = 0
    }
    switch self {
    case .listsFewer: data["transferIds"] = .array(Array(ids.dropLast()))
    case .listsOneID: data["transferIds"] = .array(ids.map { _ in ids[0] })
    case .listsUnusableIDs: data["transferIds"] = .array(ids.map { _ in .null })
    case .countsOneMore:
      data["transfersPending"] = JSONValue((data["transfersPending"]?.numberValue?.intValue ?? 0) + 1)
    case .countsNone:
      data["status"] = "EXECUTED"
      count(completed: 0, pending: 0)
    case .anotherRun:
      if let other { return other }
      data["id"] = "00000000-0000-4000-8000-ffffffffffff"
    case .otherMode: data["executionMode"] = Lie.otherMode(than: data)
    case .unreadable: return nil
    case .neverEnds:
      data["status"] = "IN_PROGRESS"
      data["conditionsNotMet"] = false
      count(completed: 0, pending: ids.count)
    case .endsEarly: return end
    case .willTryAgain:
      data["status"] = "FAILED"
      data["conditionsNotMet"] = false
      data["transferIds"] = []
      data["nextAttemptAt"] = "2026-11-23T00:00:00Z"
      count(completed: 0, pending: 0)
    case .failsInSimulation where data["status"] == "EXECUTED" && ids.count > 1:
      count(completed: ids.count - 1, pending: 0)
      data["transfersFailed"] = 1
    case .transfersOfOtherMode, .anotherTransfer, .failedTransfers, .unreadableAmounts, .unreadableTransfer,
      .hidesTransfers, .failsInSimulation, .knownExecutionID:
      break
    }
    return data
  }

  /// Returns the answer about a transfer.
  /// - Parameters:
  ///   - data: The true answer.
  ///   - isLast: Whether it is the last of several.
  ///   - other: The truth about another transfer; nil if there is none.
  /// - Returns: nil for an unreadable answer.
  func ofTransfer(_ data: JSONObject, isLast: Bool, other: JSONObject?, _ dice: inout Dice) -> JSONObject? {
    var data = data
    switch self {
    case .otherMode: data["executionMode"] = Lie.otherMode(than: data)
    case .anotherTransfer:
      if let other { return other }
      data["id"] = "none"
    case .failedTransfers: data["status"] = "ERROR"
    case .unreadableTransfer where isLast: return nil
    case .hidesTransfers: return nil
    case .failsInSimulation where isLast && data["status"] == "COMPLETE": data["status"] = "ERROR"
    case .unreadableAmounts: data["amountInCents"] = dice.pick([nil, "many", -5, "20.5", "1e40", [2000]])
    case .listsFewer, .listsOneID, .listsUnusableIDs, .countsOneMore, .countsNone, .anotherRun, .transfersOfOtherMode,
      .unreadable, .neverEnds, .endsEarly, .willTryAgain, .unreadableTransfer, .failsInSimulation, .knownExecutionID:
      break
    }
    return data
  }

  private static func otherMode(than data: JSONObject) -> JSONValue {
    data["executionMode"] == "LIVE" ? "SIMULATION" : "LIVE"
  }
}
