import CSystem
import JSON
import Platform

/// The members of one ledger line that limits and repeats need, read in a single pass: parsing 100,000 lines with the full JSON
/// parser would take a second. Arguments, payloads and messages are skipped. A line that is truncated, not one JSON object, or
/// contains a control character is rejected. Its texts point into the line.
struct ScannedLine {
  /// The `type` of a line.
  enum Kind {
    case ledger, intent, attempt, outcome, run, clock

    fileprivate init?(_ text: LineCursor.Text) {
      switch text {
      case "intent": self = .intent
      case "outcome": self = .outcome
      case "try": self = .attempt
      case "run": self = .run
      case "clock": self = .clock
      case "ledger": self = .ledger
      default: return nil
      }
    }
  }

  private(set) var kind: Kind?
  private(set) var time: Int64?
  private var boot: UInt64?
  private var bootMilliseconds: Int64?
  /// The intent's own, or that of the intent that the line is about.
  private(set) var id: EntryID?
  private(set) var amountCents: Int64?

  // Of the first line.
  private(set) var version: Int64?
  private(set) var rotateAt: Int64?
  private(set) var generation: Int64?

  // Of an intent.
  private(set) var server: EntryID?
  private(set) var tool: LineCursor.Text?
  private(set) var ruleID: LineCursor.Text?
  /// Whether it only simulates a run.
  private(set) var isSimulation = false
  /// A hash of the base URL.
  private(set) var service: UInt64?
  private(set) var idempotencyKey: LineCursor.Text?
  private(set) var identity: ShortDigest?
  private(set) var retryOf: EntryID?
  private(set) var clientName: LineCursor.Text?
  private(set) var request: ShortDigest?
  private(set) var approval: LineCursor.Text?

  // Of an outcome.
  private(set) var status: CallOutcome.Status?
  private var author: String?
  private(set) var isDelivered = true
  private var isUnproven = false
  private var isUnread = false
  private(set) var code: LineCursor.Text?
  /// A hash of the run's id.
  private(set) var execution: UInt64?

  // Of a run.
  /// Whether it need not be read again.
  private(set) var isFinal = false

  /// The readings of the clocks when it was written.
  var reading: ClockReading? {
    time.map { ClockReading(wall: $0, boot: boot, bootMilliseconds: bootMilliseconds ?? 0) }
  }

  /// A hash of the idempotency key.
  var keyHash: UInt64? { idempotencyKey.map { KeyHash.of($0.bytes) } }

  /// Whether the outcome is the owner's statement.
  var isByOwner: Bool { author == "owner" }

  /// Returns what an outcome leaves in doubt about a simulation.
  /// - Parameter status: The status of the simulation after it.
  func doubt(after status: CallOutcome.Status) -> SimulationDoubt {
    if self.status == .unknown, execution != nil {
      return isUnread ? .unread(blocksService: isUnproven) : .unproven(blocksService: isUnproven)
    }
    if isUnproven { return .unproven(blocksService: true) }
    return status == .unknown && execution == nil ? .lost : .none
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
    switch key {
    case "type": cursor.string(&kind, Kind.init)
    case "id", "intent": cursor.string(&id) { EntryID($0.bytes) }
    case "time": cursor.string(&time) { Timestamp.milliseconds(rfc3339: $0.bytes) }
    case "boot": cursor.string(&boot, \.hash)
    case "boot_ms": cursor.integer(&bootMilliseconds)
    case "status": cursor.string(&status) { $0.text.flatMap(CallOutcome.Status.init) }
    case "code": cursor.anyText(&code)
    case "server": cursor.string(&server) { EntryID($0.bytes) }
    case "tool": cursor.text(&tool)
    case "rule_id": cursor.text(&ruleID)
    case "service": cursor.string(&service, \.hash)
    case "amount_cents": cursor.integer(&amountCents)
    case "idempotency_key": cursor.text(&idempotencyKey)
    case "identity": cursor.string(&identity) { ShortDigest(hex: $0.bytes) }
    case "client": readClient(&cursor)
    case "request": cursor.string(&request) { ShortDigest(hex: $0.bytes) }
    case "retry_of": cursor.string(&retryOf) { EntryID($0.bytes) }
    case "approval": cursor.text(&approval)
    case "simulation": cursor.boolean(&isSimulation)
    case "execution_id": cursor.string(&execution, \.hash)
    case "by": cursor.string(&author, \.text)
    case "delivered": cursor.boolean(&isDelivered)
    case "unproven": cursor.boolean(&isUnproven)
    case "unread": cursor.boolean(&isUnread)
    case "final": cursor.boolean(&isFinal)
    case "version": cursor.integer(&version)
    case "rotate_at": cursor.integer(&rotateAt)
    case "generation": cursor.integer(&generation)
    default: cursor.skipValue()
    }
  }

  /// Reads `{"name":"Claude Code","version":"1.0"}`.
  private mutating func readClient(_ cursor: inout LineCursor) -> Bool {
    var reading = cursor
    let isObject = reading.readMembers { key, cursor in
      "name" ~= key ? cursor.anyText(&clientName) : cursor.skipValue()
    }
    guard isObject else { return cursor.skipValue() }
    cursor = reading
    return true
  }
}

/// A cursor over the members of one JSON object in a line, which creates no values for skipped members.
struct LineCursor {
  /// A string as written in the line, between its quotes.
  struct Text {
    let bytes: UnsafeBufferPointer<UInt8>
    let hasEscapes: Bool

    static func ~= (word: StaticString, text: Text) -> Bool {
      guard text.bytes.count == word.utf8CodeUnitCount, let start = text.bytes.baseAddress else { return false }
      return memcmp(start, word.utf8Start, text.bytes.count) == 0
    }

    /// Whether the string's bytes are its characters: ASCII without escapes.
    fileprivate var isPlainASCII: Bool { !hasEscapes && bytes.reduce(0, |) < 0x80 }

    /// The decoded string; nil if it is not UTF-8 or has an invalid escape.
    var text: String? {
      // Validation costs ten times as much.
      if isPlainASCII { return String(decoding: bytes, as: UTF8.self) }
      guard hasEscapes else { return String(validating: bytes, as: UTF8.self) }
      let quoted = [UInt8(ascii: "\"")] + Array(bytes) + [UInt8(ascii: "\"")]
      return (try? JSONParser.parse(quoted))?.stringValue
    }

    /// The hash of the decoded string; nil if there is none.
    var hash: UInt64? { hasEscapes ? text.map { KeyHash.of($0) } : KeyHash.of(bytes) }
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var index = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  /// Reads the members of an object.
  /// - Parameter read: Reads the value of a member; returns false if it is unreadable.
  /// - Returns: false if the object is unreadable.
  mutating func readMembers(_ read: (Text, inout LineCursor) -> Bool) -> Bool {
    guard take(UInt8(ascii: "{")) else { return false }
    while let key = string(), take(UInt8(ascii: ":")), read(key, &self) {
      if take(UInt8(ascii: ",")) { continue }
      return take(UInt8(ascii: "}"))
    }
    return false
  }

  /// Skips that byte and the spaces around it.
  /// - Returns: false if the next byte is another one.
  mutating func take(_ byte: UInt8) -> Bool {
    skipSpaces()
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    skipSpaces()
    return true
  }

  private mutating func skipSpaces() {
    while index < bytes.count, bytes[index] == 0x20 { index += 1 }
  }

  mutating func string() -> Text? {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
    index += 1
    let start = index
    var hasEscapes = false
    while true {
      skipPlainText()
      guard index < bytes.count else { return nil }
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index += 1
        return Text(bytes: UnsafeBufferPointer(rebasing: bytes[start..<index - 1]), hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        index += 2
      default: return nil
      }
    }
  }

  /// Skips to the next quote, backslash or control character, eight bytes at a time, because most of a ledger is strings.
  private mutating func skipPlainText() {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let raw = UnsafeRawBufferPointer(bytes)
    while index + 8 <= raw.count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let quotes = word ^ (ones &* 0x22)
      let backslashes = word ^ (ones &* 0x5C)
      // The lowest set bit marks the first byte that is below 0x20, or that is zero in one of the others. Bytes over 0x7F never
      // match.
      let found = ((word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones)) & ~word & highs
      if found != 0 {
        index += found.trailingZeroBitCount / 8
        return
      }
      index += 8
    }
    while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5C { index += 1 }
  }

  /// Reads a string that `parse` accepts.
  mutating func string<Value>(_ field: inout Value?, _ parse: (Text) -> Value?) -> Bool {
    field = string().flatMap(parse)
    return field != nil
  }

  /// Reads a string that can be decoded.
  mutating func text(_ field: inout Text?) -> Bool { string(&field) { $0.isPlainASCII || $0.text != nil ? $0 : nil } }

  /// Reads a text that only an audit needs; another value is skipped.
  mutating func anyText(_ field: inout Text?) -> Bool {
    var reading = self
    guard reading.text(&field) else { return skipValue() }
    self = reading
    return true
  }

  /// Reads an integer that fits in 64 bits, in JSON's form (RFC 8259 section 6), or with a plus sign or leading zeros.
  mutating func integer(_ field: inout Int64?) -> Bool {
    let text = scalar()
    // Eighteen digits always fit.
    if !text.isEmpty, text.count <= 18, text.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) {
      field = text.reduce(0) { $0 &* 10 &+ Int64($1 &- UInt8(ascii: "0")) }
      return true
    }
    field = text.count <= 20 ? Int64(String(decoding: text, as: UTF8.self)) : nil
    return field != nil
  }

  mutating func boolean(_ field: inout Bool) -> Bool {
    switch Text(bytes: scalar(), hasEscapes: false) {
    case "true": field = true
    case "false": field = false
    default: return false
    }
    return true
  }

  /// Skips one value of any kind. Brackets must be balanced; their content is not validated further.
  mutating func skipValue() -> Bool {
    var depth = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        guard string() != nil else { return false }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        guard depth >= 0 else { return false }
        index += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20:
        guard depth > 0 else { return false }
        index += 1
      default:
        guard !scalar().isEmpty else { return false }
      }
      if depth == 0 { return true }
    }
    return false
  }

  /// Reads a number, `true`, `false` or `null`, unchecked.
  private mutating func scalar() -> UnsafeBufferPointer<UInt8> {
    let text = bytes[index...].prefix { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
        UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    index = text.endIndex
    return UnsafeBufferPointer(rebasing: text)
  }
}

/// A fast, unkeyed hash of idempotency keys and other ids, eight bytes at a time. It is kept only in memory. Idempotency
/// keys with equal hashes are compared again. Equal hashes of two base URLs can only stop a call (`LedgerIndex.block(over:)`),
/// and those of two runs leave it unknown (`TriggerGuard.isOfAnotherCall`).
enum KeyHash {
  static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    var hash = UInt64(truncatingIfNeeded: raw.count)
    var start = 0
    while start + 8 <= raw.count {
      mix(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: start, as: UInt64.self)), into: &hash)
      start += 8
    }
    mix(raw[start...].reduce(0) { $0 << 8 | UInt64($1) }, into: &hash)
    return hash
  }

  static func of(_ text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { of($0) }
  }

  /// Mixes a word into the hash. The high half of a product depends on all bits of its factors; the shift moves it down to the
  /// bits that select a bucket.
  private static func mix(_ word: UInt64, into hash: inout UInt64) {
    hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 32
  }
}
