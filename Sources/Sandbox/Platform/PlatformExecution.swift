import JSON
import Platform

/// One run of a rule.
struct PlatformExecution: Sendable {
  var id: String
  let rule: SandboxPlatformRule
  let amountCents: Int?
  let isSimulation: Bool
  let createdMilliseconds: Int64
  /// The index of the step that ran; nil if no condition held.
  var step: Int?
  /// The number of transfers calculated, including those that came to zero.
  var attempted = 0
  /// How often it was read. The first reads may not find it, and further ones may find it in progress.
  var reads = 0
  var mode: String { isSimulation ? "SIMULATION" : "LIVE" }
  var isHidden: Bool { reads < rule.behavior.hiddenReads }
  var isBusy: Bool { reads < rule.behavior.hiddenReads + rule.behavior.busyReads }

  /// Returns the run as lists show it.
  func summary(_ transfers: [PlatformTransfer]) -> JSONObject {
    summary(json(transfers)["status"]?.stringValue ?? "")
  }

  private func summary(_ status: String) -> JSONObject {
    JSONObject(
      [("id", .string(id)), ("ruleId", .string(rule.id)), ("status", .string(status))]
        + (rule.behavior.omitsMode ? [] : [("executionMode", .string(mode))])
        + [("createdAt", .string(Timestamp.rfc3339(milliseconds: createdMilliseconds)))])
  }

  /// - Parameter transfers: The transfers that the run made.
  func json(_ transfers: [PlatformTransfer]) -> JSONObject {
    let made = isBusy ? [] : transfers
    let completed = made.count { $0.status == "COMPLETE" }
    let failed = made.count { ["ERROR", "INCOMPLETE"].contains($0.status) }
    let pending = made.count - completed - failed
    let isWaiting = isBusy || rule.behavior.retriesLater || pending > 0
    let status =
      isWaiting ? "IN_PROGRESS" : failed == 0 ? "EXECUTED" : completed > 0 ? "PARTIAL" : "FAILED"
    let next = Timestamp.rfc3339(milliseconds: createdMilliseconds + 1_800_000)
    let details: JSONObject = [
      "triggerDetails": ["type": "SEQUENCE_API", "amountInCents": amountCents.map { JSONValue($0) } ?? .null],
      "stepIndexMatched": isBusy ? .null : step.map { JSONValue($0) } ?? .null,
      "conditionsNotMet": .bool(!isBusy && step == nil), "transfersAttempted": JSONValue(isBusy ? 0 : attempted),
      "transfersCompleted": JSONValue(completed), "transfersFailed": JSONValue(failed),
      "transfersPending": JSONValue(pending), "transferIds": .array(made.map { .string($0.id) }),
      "errorMessage": status == "FAILED"
        ? "The source account does not hold enough money, or the amount is too small." : .null,
      "nextAttemptAt": rule.behavior.retriesLater ? .string(next) : .null,
    ]
    return JSONObject(members: summary(status).members + details.members)
  }
}

/// One transfer made by a run.
struct PlatformTransfer: Sendable {
  /// An account on one side of the transfer.
  struct Party: Sendable {
    let id: String
    let name: String
    let type: String
    /// Whether money arrives there at once.
    let isInside: Bool

    /// - Parameter name: The name of a household account, or of an outside account.
    init(_ name: String, _ accounts: [SandboxAccount]) {
      self.name = name
      let account = accounts.first { $0.name == name }
      id = account?.platformID ?? PlatformID.of("outside \(name)")
      type = account?.platformType.type ?? "EXTERNAL_ACCOUNT"
      // The household's own bank settles at once, so that a demonstration can finish.
      isInside = account.map { $0.type != "Liability" && $0.type != "Investment" } ?? false
    }

    /// The account as a rule's action refers to it.
    var node: JSONValue { ["id": .string(id), "type": .string(type), "name": .string(name)] }

    var json: JSONValue {
      ["id": .string(id), "name": .string(name), "type": .string(type), "isDeleted": false]
    }
  }

  var id = ""
  var executionID = ""
  var ruleID = ""
  var mode = "LIVE"
  var omitsMode = false
  var createdMilliseconds: Int64 = 0
  let cents: Int
  let from: Party
  let to: Party
  var status = "PENDING"
  var errorCode: String?
  let needsApproval: Bool

  /// Moves the money between the accounts, if there is enough.
  mutating func carryOut(_ accounts: inout [SandboxAccount]) {
    guard cents >= 100 else {
      (status, errorCode) = ("ERROR", "TRANSFER_AMOUNT_LESS_THAN_ONE_DOLLAR")
      return
    }
    if needsApproval {
      status = "PENDING_APPROVAL"
      return
    }
    if let source = accounts.firstIndex(where: { $0.platformID == from.id }) {
      guard let available = accounts[source].balanceCents, available >= cents else {
        (status, errorCode) = ("INCOMPLETE", "INSUFFICIENT_FUNDS")
        return
      }
      accounts[source].balanceCents = available - cents
    }
    guard from.isInside, to.isInside else { return }
    status = "COMPLETE"
    if let target = accounts.firstIndex(where: { $0.platformID == to.id }), let balance = accounts[target].balanceCents
    {
      accounts[target].balanceCents = balance + cents
    }
  }

  private var direction: String {
    from.type == "EXTERNAL_ACCOUNT" ? "MONEY_IN" : to.type == "EXTERNAL_ACCOUNT" ? "MONEY_OUT" : "INTERNAL"
  }

  var json: JSONObject {
    let time = Timestamp.rfc3339(milliseconds: createdMilliseconds)
    let head: [(String, JSONValue)] = [
      ("id", .string(id)), ("amountInCents", JSONValue(cents)), ("direction", .string(direction)), ("origin", "RULE"),
      ("source", from.json), ("destination", to.json), ("status", .string(status)),
    ]
    let rest: [(String, JSONValue)] = [
      ("ruleId", .string(ruleID)), ("ruleExecutionId", .string(executionID)),
      ("errorCode", errorCode.map { .string($0) } ?? .null), ("createdAt", .string(time)),
      ("completedAt", status == "COMPLETE" ? .string(time) : .null), ("description", .null), ("addenda", .null),
    ]
    return JSONObject(head + (omitsMode ? [] : [("executionMode", .string(mode))]) + rest)
  }
}
