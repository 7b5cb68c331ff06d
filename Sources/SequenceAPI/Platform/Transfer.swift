import JSON
import Platform
import Rules

/// One transfer made by a run.
package struct Transfer: Sendable, Hashable {
  /// The state of a transfer (Sequence API docs, read 2026-11).
  package enum Status: Sendable, Hashable {
    case pendingApproval, processing, pending, complete, incomplete, error, cancelled
    /// An undocumented value; empty if there is none.
    case other(String)

    init(_ value: AnswerValue?) {
      self =
        switch value?.word {
        case "PENDING_APPROVAL": .pendingApproval
        case "PROCESSING": .processing
        case "PENDING": .pending
        case "COMPLETE": .complete
        case "INCOMPLETE": .incomplete
        case "ERROR": .error
        case "CANCELLED": .cancelled
        default: .other(value?.text ?? "")
        }
    }
  }

  /// An account on one side of a transfer.
  package struct Party: Sendable, Hashable {
    /// nil for an account that Sequence does not track.
    package let id: String?
    package let name: String?
    /// Whether it is none of Sequence's own accounts: an account at another bank, a payee, or one without a documented type.
    package let isOutside: Bool

    init?(_ object: AnswerValue?) {
      guard let object, object.sent.objectValue != nil else { return nil }
      id = object["id"]?.id
      name = object["name"]?.text
      isOutside = !["POD", "INCOME_SOURCE"].contains(object["type"]?.word ?? "")
    }
  }

  package let id: String?
  /// nil if it is not a whole number of at least 0; `Money.maximum` for any larger one.
  package let amountCents: Int64?
  package let status: Status
  /// Sequence's own value for the status.
  package let statusText: String
  /// Whether the answer says that the transfer belongs to a simulation. False proves nothing.
  package let isSimulation: Bool
  /// nil for an outside sender or receiver.
  package let source: Party?
  package let destination: Party?
  package let executionID: String?
  /// The reason it failed; an open set of values.
  package let errorCode: String?

  init(_ data: AnswerValue) {
    id = data["id"]?.id
    amountCents = data["amountInCents"]?.cents.flatMap {
      $0 >= 0 ? min($0, Money.maximum.cents) : nil
    }
    statusText = data["status"]?.text ?? ""
    status = Status(data["status"])
    isSimulation = data["executionMode"]?.word == "SIMULATION"
    source = Party(data["source"])
    destination = Party(data["destination"])
    executionID = data["ruleExecutionId"]?.id
    errorCode = data["errorCode"]?.text
  }

  /// Whether it has the listed id and belongs to the run. A cache or a proxy may answer with another transfer. A missing member
  /// does not contradict.
  func isOne(_ listedID: String, of run: RuleExecution) -> Bool {
    guard id?.hasSameBytes(as: listedID) ?? true else { return false }
    guard let executionID, let runID = run.id else { return true }
    return executionID.lowercased() == runID.lowercased()
  }

  /// Whether its amount is known, and is the one that was sent.
  package var hasExactAmount: Bool { amountCents.map { $0 < Money.maximum.cents } ?? false }

  /// Whether the transfer ended without moving anything.
  package var hasFailed: Bool {
    switch status {
    case .incomplete, .error, .cancelled: true
    case .pendingApproval, .processing, .pending, .complete, .other: false
    }
  }

  /// Whether the transfer may still move money. An unknown status may.
  package var isPending: Bool {
    switch status {
    case .pendingApproval, .processing, .pending, .other: true
    case .complete, .incomplete, .error, .cancelled: false
    }
  }
}

extension [Transfer] {
  /// The sum that has moved, in cents; nil if an amount is unknown.
  package var movedCents: Int64? { sum { $0.status == .complete } }

  /// The sum that may still move, in cents; nil if an amount is unknown.
  package var pendingCents: Int64? { sum(\.isPending) }

  private func sum(_ counts: (Transfer) -> Bool) -> Int64? {
    var sum: Int64 = 0
    for transfer in self where counts(transfer) {
      guard let amount = transfer.amountCents else { return nil }
      sum = sum.addingSaturated(amount)
    }
    return sum
  }
}
