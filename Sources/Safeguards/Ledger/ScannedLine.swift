import Platform

/// The members of one ledger line that limits and repeats need, read in a single pass: parsing 100,000 lines with the full JSON
/// parser would take a second. Arguments, payloads and messages are skipped. A line that is truncated, not one JSON object, or
/// contains a control character is rejected. Its texts point into the line.
struct ScannedLine {
  /// The `type` of a line.
  enum Kind { case ledger, intent, attempt, outcome, run, clock }

  private(set) var kind: Kind?
  private(set) var id: EntryID?
  private(set) var time: Int64?
  private(set) var server: EntryID?
  private(set) var retryOf: EntryID?
  private(set) var status: CallOutcome.Status?
  private(set) var identity: ShortDigest?
  private(set) var amountCents: Int64?
  private(set) var idempotencyKey: LineCursor.Text?
  private(set) var tool: LineCursor.Text?
  private(set) var ruleID: LineCursor.Text?
  private(set) var clientName: LineCursor.Text?
  /// The code of an outcome.
  private(set) var code: LineCursor.Text?
  private(set) var version: Int64?
  private(set) var rotateAt: Int64?
  private(set) var generation: Int64?
  /// A hash of the boot's id.
  private(set) var boot: UInt64?
  private(set) var bootMilliseconds: Int64 = 0
  private(set) var request: ShortDigest?
  private(set) var approval: LineCursor.Text?
  private(set) var isByOwner = false
  private(set) var isDelivered = true
  /// Whether the intent only simulates a run.
  private(set) var isSimulation = false
  private var isUnproven = false
  private var isUnread = false
  /// Whether a run need not be read again.
  private(set) var isFinal = false
  /// A hash of the base URL.
  private(set) var service: UInt64?
  /// A hash of the run's id.
  private(set) var execution: UInt64?

  /// A hash of the idempotency key.
  var keyHash: UInt64? { idempotencyKey.map { KeyHash.of($0.bytes) } }

  /// Returns what an outcome leaves in doubt about a simulation.
  /// - Parameter state: The state of the simulation after it.
  func doubt(state: CallRecord.State) -> SimulationDoubt {
    if status == .unknown, execution != nil {
      return isUnread ? .unread(stopsService: isUnproven) : .unproven(stopsService: isUnproven)
    }
    if isUnproven { return .unproven(stopsService: true) }
    return state == .unknown && execution == nil ? .lost : .none
  }

  /// - Returns: nil if the line is unreadable.
  init?(_ line: UnsafeBufferPointer<UInt8>) {
    var cursor = LineCursor(bytes: line)
    guard cursor.readMembers({ read($0, &$1) }), cursor.isAtEnd, isComplete else { return nil }
  }

  private var isComplete: Bool {
    switch kind {
    case .ledger: version == 1
    case .clock: time != nil
    case .attempt: id != nil && time != nil
    case .run: id != nil && time != nil && amountCents ?? 0 >= 0
    case .outcome: id != nil && time != nil && status != nil && amountCents ?? 0 >= 0
    case .intent:
      id != nil && time != nil && server != nil && identity != nil && idempotencyKey != nil && tool != nil
        && ruleID != nil && amountCents ?? 0 >= 0
    case nil: false
    }
  }

  /// Reads the value of one member.
  /// - Returns: false if the value does not have this member's type.
  private mutating func read(_ key: LineCursor.Text, _ cursor: inout LineCursor) -> Bool {
    switch key.count {
    case 2 where key.equals("id"): return hex(&id, &cursor)
    case 2 where key.equals("by"):
      guard let text = cursor.string() else { return false }
      isByOwner = text.equals("owner")
      return true
    case 4 where key.equals("type"): return readKind(&cursor)
    case 4 where key.equals("time"):
      time = cursor.string().flatMap { Timestamp.milliseconds(rfc3339: $0.bytes) }
      return time != nil
    case 4 where key.equals("tool"): return text(&tool, &cursor)
    case 4 where key.equals("code"): return anyText(&code, &cursor)
    case 4 where key.equals("boot"): return hash(&boot, &cursor)
    case 5 where key.equals("final"): return flag(&isFinal, &cursor)
    case 6 where key.equals("server"): return hex(&server, &cursor)
    case 6 where key.equals("intent"): return hex(&id, &cursor)
    case 6 where key.equals("status"): return readStatus(&cursor)
    case 6 where key.equals("client"): return readClient(&cursor)
    case 6 where key.equals("unread"): return flag(&isUnread, &cursor)
    case 7 where key.equals("rule_id"): return text(&ruleID, &cursor)
    case 7 where key.equals("service"): return hash(&service, &cursor)
    case 7 where key.equals("request"): return digest(&request, &cursor)
    case 7 where key.equals("boot_ms"):
      guard let milliseconds = cursor.integer() else { return false }
      bootMilliseconds = milliseconds
      return true
    case 7 where key.equals("version"): return number(&version, &cursor)
    case 8 where key.equals("retry_of"): return hex(&retryOf, &cursor)
    case 8 where key.equals("identity"): return digest(&identity, &cursor)
    case 8 where key.equals("approval"): return text(&approval, &cursor)
    case 9 where key.equals("rotate_at"): return number(&rotateAt, &cursor)
    case 8 where key.equals("unproven"): return flag(&isUnproven, &cursor)
    case 9 where key.equals("delivered"): return flag(&isDelivered, &cursor)
    case 10 where key.equals("generation"): return number(&generation, &cursor)
    case 10 where key.equals("simulation"): return flag(&isSimulation, &cursor)
    case 12 where key.equals("execution_id"): return hash(&execution, &cursor)
    case 12 where key.equals("amount_cents"): return number(&amountCents, &cursor)
    case 15 where key.equals("idempotency_key"): return text(&idempotencyKey, &cursor)
    default: return cursor.skipValue()
    }
  }

  private mutating func readKind(_ cursor: inout LineCursor) -> Bool {
    guard let text = cursor.string() else { return false }
    if text.equals("intent") {
      kind = .intent
    } else if text.equals("outcome") {
      kind = .outcome
    } else if text.equals("try") {
      kind = .attempt
    } else if text.equals("run") {
      kind = .run
    } else if text.equals("clock") {
      kind = .clock
    } else if text.equals("ledger") {
      kind = .ledger
    }
    return kind != nil
  }

  private mutating func readStatus(_ cursor: inout LineCursor) -> Bool {
    guard let text = cursor.string() else { return false }
    status = text.equals("accepted") ? .accepted : text.equals("rejected") ? .rejected : nil
    if text.equals("unknown") { status = .unknown }
    if text.equals("simulated") { status = .simulated }
    return status != nil
  }

  /// Reads `{"name":"Claude Code","version":"1.0"}`.
  private mutating func readClient(_ cursor: inout LineCursor) -> Bool {
    var reading = cursor
    let isObject = reading.readMembers { key, cursor in
      key.equals("name") ? anyText(&clientName, &cursor) : cursor.skipValue()
    }
    guard isObject else { return cursor.skipValue() }
    cursor = reading
    return true
  }

  private func flag(_ field: inout Bool, _ cursor: inout LineCursor) -> Bool {
    guard let value = cursor.boolean() else { return false }
    field = value
    return true
  }

  private func hex(_ field: inout EntryID?, _ cursor: inout LineCursor) -> Bool {
    field = cursor.string().flatMap { EntryID($0.bytes) }
    return field != nil
  }

  private func digest(_ field: inout ShortDigest?, _ cursor: inout LineCursor) -> Bool {
    field = cursor.string().flatMap { ShortDigest(hex: $0.bytes) }
    return field != nil
  }

  private func hash(_ field: inout UInt64?, _ cursor: inout LineCursor) -> Bool {
    field = cursor.string().map { KeyHash.of($0.bytes) }
    return field != nil
  }

  private func text(_ field: inout LineCursor.Text?, _ cursor: inout LineCursor) -> Bool {
    guard let text = cursor.string(), text.isPlainASCII || text.text != nil else { return false }
    field = text
    return true
  }

  /// Reads a text that only an audit needs; a value of another type is skipped.
  private func anyText(_ field: inout LineCursor.Text?, _ cursor: inout LineCursor) -> Bool {
    var reading = cursor
    guard let text = reading.string(), text.isPlainASCII || text.text != nil else { return cursor.skipValue() }
    (field, cursor) = (text, reading)
    return true
  }

  private func number(_ field: inout Int64?, _ cursor: inout LineCursor) -> Bool {
    field = cursor.integer()
    return field != nil
  }
}
