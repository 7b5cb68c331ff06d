import Platform
import Rules

/// The members of one ledger line that an audit's table needs, read in a single pass like `ScannedLine`.
struct AuditLine {
  private(set) var kind: ScannedLine.Kind?
  /// The id of the attempt.
  private(set) var id: EntryID?
  /// The time of an intent.
  private(set) var time: Int64?
  private(set) var tool: String?
  private(set) var amount: Money?
  private(set) var idempotencyKey: String?
  private(set) var clientName: String?
  private(set) var isRepeat = false
  private(set) var status: CallOutcome.Status?
  private(set) var code: String?
  private(set) var isByOwner = false
  /// Whether Sequence created a separate run for the call, as the Platform API does.
  private(set) var hasRun = false

  /// - Returns: nil if the line is unreadable.
  init?(_ line: UnsafeBufferPointer<UInt8>) {
    var cursor = LineCursor(bytes: line)
    guard cursor.readMembers({ read($0, &$1) }) else { return nil }
  }

  private mutating func read(_ key: LineCursor.Text, _ cursor: inout LineCursor) -> Bool {
    switch key.count {
    case 2 where key.equals("id"): readID(&cursor)
    case 2 where key.equals("by"): isByOwner = cursor.string()?.equals("owner") ?? false
    case 4 where key.equals("type"):
      guard let text = cursor.string() else { return false }
      kind = AuditLine.kinds.first { text.equals($0.name) }?.kind
    case 4 where key.equals("time") && (kind == nil || kind == .intent):
      time = cursor.string().flatMap { Timestamp.milliseconds(rfc3339: $0.bytes) }
    case 4 where key.equals("tool"): tool = cursor.string()?.text
    case 4 where key.equals("code"): code = cursor.string()?.text
    case 6 where key.equals("intent"): readID(&cursor)
    case 6 where key.equals("client"): return readClient(&cursor)
    case 6 where key.equals("status"):
      status = cursor.string()?.text.flatMap(CallOutcome.Status.init(rawValue:))
    case 8 where key.equals("retry_of"):
      isRepeat = true
      return cursor.string() != nil
    case 12 where key.equals("amount_cents"):
      guard let cents = cursor.integer(), cents >= 0 else { return false }
      amount = Money(cents: cents)
    case 12 where key.equals("execution_id"): hasRun = cursor.string() != nil
    case 15 where key.equals("idempotency_key"): idempotencyKey = cursor.string()?.text
    default: return cursor.skipValue()
    }
    return true
  }

  private static let kinds: [(name: StaticString, kind: ScannedLine.Kind)] = [
    ("intent", .intent), ("outcome", .outcome), ("run", .run),
  ]

  private mutating func readID(_ cursor: inout LineCursor) { id = cursor.string().flatMap { EntryID($0.bytes) } }

  /// `{"name":"Claude Code","version":"1.0"}`
  private mutating func readClient(_ cursor: inout LineCursor) -> Bool {
    guard cursor.take(UInt8(ascii: "{")) else { return cursor.skipValue() }
    while true {
      guard let key = cursor.string(), cursor.take(UInt8(ascii: ":")) else { return false }
      if key.equals("name") {
        clientName = cursor.string()?.text
      } else if !cursor.skipValue() {
        return false
      }
      if cursor.take(UInt8(ascii: "}")) { return true }
      guard cursor.take(UInt8(ascii: ",")) else { return false }
    }
  }
}
