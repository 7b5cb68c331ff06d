import JSON
import Platform
import Rules
import Safeguards
import SequenceAPI

/// A run as results and the ledger report it (`run`): its outcome, and what Sequence listed as transferred.
struct RunResult {
  let executionID: String
  /// What reading it came to; nil if Sequence was not asked.
  let snapshot: RunFollower.Snapshot?
  /// Whether the run itself was only simulated. Nothing of it is then reported as moved, and it has no id that `get_run` takes.
  var isSimulation = false
  /// The result of a simulation before it.
  var simulated: ShownTransfers?
  /// The greatest amount that was reported as moved before; nil if none was.
  var movedBefore: Money?

  private var execution: RuleExecution? { snapshot?.execution }
  private var transfers: [Transfer] { snapshot?.transfers ?? [] }
  private var isComplete: Bool { snapshot?.isComplete == true }

  /// The outcome as a single word; `running` if nobody asked, and `unknown` if no answer tells it, or if a live run claims to
  /// be a simulation.
  var outcome: RunOutcome {
    guard let execution else { return snapshot == nil ? .running : .unknown }
    return isContradictory ? .unknown : execution.outcome(transfers)
  }

  /// Says why the outcome is not known, or that not all of the run could be read; nil if neither.
  var note: String? {
    let unread = snapshot?.unreadNote
    guard let execution, outcome == .unknown else { return unread }
    if isContradictory { return "Sequence says that this live run was a simulation." }
    if let unread { return unread }
    return switch execution.status {
    case .other(""): "Sequence gave this run no status."
    case .other(let word):
      "Sequence gave this run the status '\(VisibleText.escaped(word, limit: 60))', which this program does not know."
    case .inProgress, .executed, .partial, .failed:
      "Sequence's counts of this run's transfers do not fit its status."
    }
  }

  /// Whether a live run claims to be a simulation.
  var isContradictory: Bool {
    !isSimulation && (execution?.isSimulation == true || transfers.contains(where: \.isSimulation))
  }

  /// The total that the run moved; nil before its end, or if a transfer or an amount could not be read. Sequence's count and
  /// its list must agree.
  var settledAmount: Money? {
    guard let execution, execution.hasEnded, isComplete, !isContradictory, !transfers.contains(where: \.isPending),
      execution.completed == Int64(transfers.count { $0.status == .complete })
    else { return nil }
    return transfers.movedCents.map { Money(cents: $0) }
  }

  /// The least amount that it moves, from the transfers listed so far; nil if the answer contradicts itself.
  var leastAmount: Money? {
    if isContradictory { return nil }
    return Money(cents: transfers.reduce(0) { $0.addingSaturated($1.hasFailed ? 0 : $1.amountCents ?? 0) })
  }

  /// What has moved already, of the transfers that could be read; nil if the answer contradicts itself.
  var movedAmount: Money? {
    if isContradictory { return nil }
    return Money(cents: transfers.reduce(0) { $0.addingSaturated($1.status == .complete ? $1.amountCents ?? 0 : 0) })
  }

  /// Says that the limits count more than this answer reports.
  private var takenBack: String? {
    guard let settledAmount, let movedBefore, movedBefore > settledAmount else { return nil }
    return "Sequence reported \(DollarText.of(movedBefore)) as moved before, which still counts."
  }

  var json: JSONObject {
    var object: JSONObject =
      isSimulation
      ? ["outcome": .string(RunResult.simulated), "simulated_outcome": .string(outcome.rawValue)]
      : ["execution_id": .string(VisibleText.line(executionID)), "outcome": .string(outcome.rawValue)]
    for (name, cents) in [("moved", transfers.movedCents), ("pending", transfers.pendingCents)] where !isSimulation {
      let known = amount(cents)
      object[name] = known?.jsonNumber ?? .null
      object["\(name)_text"] = known.map { .string(DollarText.of($0)) } ?? .null
    }
    if let next = execution?.nextAttemptAt { object.append("next_attempt_at", .string(VisibleText.line(next))) }
    let said = execution?.errorMessage.map { VisibleText.line($0, limit: 300) }
    let messages = [takenBack, said].compactMap { $0 }
    if !messages.isEmpty { object.append("message", .string(messages.joined(separator: " "))) }
    let shown = transfers.prefix(RunResult.limit)
    if isSimulation {
      object.append("transfers", [])
      // One that did not fail has no status: 'complete' would be taken for a transfer.
      object.append("simulated", .array(shown.map { .object($0.hasFailed ? $0.json : $0.line.runJSON) }))
      return object
    }
    object.append("transfers", .array(shown.map { .object($0.json) }))
    if let simulated {
      object.append("simulated", .array(simulated.lines.prefix(RunResult.limit).map { .object($0.runJSON) }))
    }
    return object
  }

  /// The lines about the transfers that failed, which move nothing.
  var failures: [String] {
    let failed = transfers.filter(\.hasFailed)
    let further = max(0, max(0, execution?.failed ?? 0) - Int64(failed.count))
    return failed.prefix(RunResult.failureLimit).map { transfer in
      "  Would fail: \(transfer.line.text)" + (transfer.errorCode.map { " (\(RunResult.shown(code: $0)))" } ?? "")
    }
      + (failed.count > RunResult.failureLimit ? ["  and \(failed.count - RunResult.failureLimit) more"] : [])
      + (further > 0 ? ["  Would fail: \(further) of its transfers, which are not listed"] : [])
  }

  private static let failureLimit = 10

  private static func shown(code: String) -> String {
    let isPlain = code.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") }
    let text = VisibleText.line(code, limit: 60)
    return isPlain ? text : JSONWriter.shownText(.string(text))
  }

  /// The `outcome` of a run that was only simulated.
  static let simulated = "simulated"

  /// The maximum number of transfers shown. A person reads no more, and a ledger line cannot hold more.
  static let limit = 100

  private func amount(_ cents: Int64?) -> Money? {
    guard execution != nil, isComplete, !isContradictory, let cents else { return nil }
    return Money(cents: cents)
  }
}

extension RunResult {
  /// Returns a run of which the ledger has only the id, in the form of results.
  static func unrecorded(_ executionID: String) -> JSONObject {
    RunResult(executionID: executionID, snapshot: RunFollower.Snapshot()).json
  }
}

extension Money {
  /// The amount in dollars with two decimal places, exactly.
  fileprivate var jsonNumber: JSONValue { JSONNumber(description).map { .number($0) } ?? .null }
}

extension ShownTransfers.Line {
  fileprivate var runJSON: JSONObject {
    [
      "from": .string(from.name), "to": .string(to.destinationName), "amount": amount?.jsonNumber ?? .null,
      "amount_text": amount.map { .string(DollarText.of($0.dollars)) } ?? .null,
    ]
  }
}

extension Transfer {
  /// The transfer as results show it: names, amount, status, and the error code. Never an account number.
  fileprivate var json: JSONObject {
    var object = line.runJSON
    object.append("status", .string(VisibleText.line(statusText.lowercased())))
    if let errorCode { object.append("error_code", .string(VisibleText.line(errorCode))) }
    return object
  }

  fileprivate var line: ShownTransfers.Line {
    let parties = [source, destination].map { party -> ShownTransfers.Party in
      party.map { .account(named: $0.name, id: $0.id, isOutside: $0.isOutside) } ?? .untracked
    }
    return ShownTransfers.Line(from: parties[0], to: parties[1], amount: amountCents.map { Money(cents: $0) })
  }
}

extension ShownTransfers {
  /// Creates the transfers that a simulated run would make. Failed ones move nothing and are left out.
  /// - Parameter missing: The number of further transfers of which nothing is known.
  init(_ transfers: [Transfer], missing: Int) {
    let moving = transfers.filter { !$0.hasFailed }
    let unreadable = Line(from: .unreadable, to: .unreadable, amount: nil)
    self.init(moving.map(\.line) + Array(repeating: unreadable, count: min(missing, RunResult.limit)))
  }
}
