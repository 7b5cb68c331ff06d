package import JSON
import Platform
package import Rules

/// One line of an audit: an attempt to trigger a rule with its outcome, or a call that this program refused. It contains the
/// columns of a table; the complete record is read from the ledger's lines on demand, because that takes ten times as long.
package struct AuditRow: Sendable {
  package let timeMilliseconds: Int64
  package let tool: String
  package fileprivate(set) var outcome: AuditOutcome
  package fileprivate(set) var code: String?
  /// The amount that the call moves: the owner's statement if there is one, otherwise what its run moved, otherwise what was
  /// asked for, by the attempt that asked for most if this row decides.
  package fileprivate(set) var amount: Money?
  package let clientName: String?
  /// nil for a refused call.
  package let idempotencyKey: String?
  /// Whether it is a later attempt under the same key.
  package var isRepeat: Bool { firstAttempt != nil }
  /// Whether another attempt under the same key decides the outcome of the call, so that this row is not counted.
  package private(set) var isSuperseded = false
  /// Whether it was only to simulate a run.
  package let isSimulation: Bool
  /// The first attempt at the call; nil for that attempt itself.
  let firstAttempt: EntryID?
  /// Whether the outcome is the owner's statement.
  fileprivate(set) var isByOwner = false
  private var hasRun = false
  private let intentLine: ArraySlice<UInt8>
  private var outcomeLine: ArraySlice<UInt8> = []
  private var runLine: ArraySlice<UInt8> = []
  private var amountOrigin = AmountOrigin.asked

  private enum AmountOrigin { case asked, run, owner }

  /// Reads a line of the `RefusalLog`.
  /// - Returns: nil if it is unreadable.
  init?(refusedCall line: ArraySlice<UInt8>) {
    guard let value = try? JSONParser.parse(line), let stamp = LedgerStamp(value),
      let tool = value["tool"]?.stringValue, let code = value["code"]?.stringValue
    else { return nil }
    timeMilliseconds = stamp.timeMilliseconds
    self.tool = tool
    outcome = .refused
    self.code = code
    amount = Money(entry: value)
    clientName = value["client"]?.stringValue
    idempotencyKey = nil
    isSimulation = false
    firstAttempt = nil
    intentLine = []
  }

  /// - Returns: nil if the line is not an intent.
  init?(_ line: ScannedLine, _ bytes: ArraySlice<UInt8>) {
    guard line.kind == .intent, let time = line.time, let tool = line.tool?.text, let key = line.idempotencyKey?.text
    else { return nil }
    timeMilliseconds = time
    self.tool = tool
    outcome = .open
    amount = line.amountCents.map { Money(cents: $0) }
    clientName = line.clientName?.text
    idempotencyKey = key
    isSimulation = line.isSimulation
    firstAttempt = line.retryOf
    intentLine = bytes
  }

  /// Applies a line about the attempt. An accepted outcome stays accepted; a later line can report that the answer was not
  /// delivered.
  mutating func take(_ line: ScannedLine, _ bytes: ArraySlice<UInt8>) {
    if line.kind == .run {
      runLine = bytes
      if let moved = line.amountCents, amountOrigin != .owner { (amount, amountOrigin) = (Money(cents: moved), .run) }
      return
    }
    guard let status = line.status, outcome != .accepted || status == .accepted,
      !isByOwner || line.isByOwner || status == .accepted
    else { return }
    outcome = AuditOutcome(status)
    code = line.code?.text
    if let moved = line.amountCents { (amount, amountOrigin) = (Money(cents: moved), .owner) }
    isByOwner = line.isByOwner
    hasRun = hasRun || line.execution != nil
    outcomeLine = bytes
  }

  /// Whether it is a simulation without an outcome: it is running, or its server died. It counts for nothing, unless it repeats
  /// one whose answer was lost.
  package var isOpenSimulation: Bool { isSimulation && outcome == .open && !isRepeat }

  /// Marks the row as one that is not counted.
  mutating func supersede() { isSuperseded = true }

  /// Raises the amount to that of another attempt, unless it is known what the call moved.
  mutating func count(atLeast asked: Money) { if amountOrigin == .asked { amount = asked } }

  /// What the outcome alone does not say, in words: `repeat`, `owner`.
  package var remarks: [String] {
    // Most rows have none, and a table has thousands.
    guard isSimulation || isRepeat || isSuperseded || isByOwner else { return [] }
    let remarks = [
      (isSimulation && outcome != .simulated, "simulation"), (isRepeat, "repeat"), (isSuperseded, "superseded"),
      (isByOwner, "owner"),
    ]
    return remarks.filter(\.0).map(\.1)
  }

  /// The message of the outcome.
  package var message: String? {
    OutcomeEntry(line: outcomeLine)?.outcome.message
  }

  /// The summary of its run; nil for a simulation, and for a call without a separate run.
  package var run: RunSummary? {
    guard hasRun, outcome != .simulated, let intent = IntentEntry(line: intentLine), !intent.isSimulation else {
      return nil
    }
    let entry = RunEntry(line: runLine)
    return RunSummary(of: intent, run: entry?.run, isFinal: entry?.isFinal ?? false)
  }

  /// The complete record.
  package var json: JSONValue {
    var object: JSONObject = [
      "time": .string(Timestamp.rfc3339(milliseconds: timeMilliseconds)), "tool": .string(tool),
    ]
    let intent = IntentEntry(line: intentLine)
    object.append("rule_id", text: intent?.ruleID)
    object.append("api", text: intent?.api.rawValue)
    object.append("amount", text: amount?.description)
    object.append("outcome", text: outcome.rawValue)
    object.append("code", text: code)
    if let result = OutcomeEntry(line: outcomeLine) {
      object.append("message", text: result.outcome.message)
      if let statusCode = result.outcome.statusCode { object.append("status_code", JSONValue(statusCode)) }
      object.append("request_id", text: result.outcome.requestID)
      object.append("execution_id", text: result.outcome.executionID)
      if !result.isDelivered { object.append("delivered", false) }
      if result.isByOwner { object.append("by", "owner") }
    }
    object.append("client", text: clientName)
    if let run = RunEntry(line: runLine) { object.append("run", .object(run.run)) }
    if let intent {
      if intent.isSimulation { object.append("simulation", true) }
      object.append("asked", text: intent.executeAmount?.description)
      object.append("simulated", text: intent.shown?.total?.description)
      object.append("idempotency_key", text: intent.idempotencyKey)
      object.append("repeat", .bool(isRepeat))
      if isSuperseded { object.append("superseded", true) }
      object.append("consent", text: intent.consent)
      object.append("approval", text: intent.approvalCode)
      object.append("arguments", .object(intent.arguments))
      object.append("payload", intent.payload)
    }
    return .object(object)
  }
}
