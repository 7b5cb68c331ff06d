import JSON

/// A request's id, echoed exactly: a string or an integer of any size (MCP 2026-07-28, basic, "Requests").
struct RequestID: Sendable {
  /// The longest text that is kept, in bytes: an id waits as long as its request does, and is sent back in every message.
  static let maximumBytes = 1024

  /// The id as it was read, for notifications that name it.
  let value: JSONValue
  /// The id as it stands in an answer. Two ids are one where these bytes are.
  let bytes: [UInt8]

  /// nil for what may not be an id (null, a fraction, an exponent, anything structured), and for one that is too long.
  init?(_ value: JSONValue) {
    guard !RequestID.isTooLong(value) else { return nil }
    switch value {
    case .string:
      bytes = JSONWriter.write(value)
    case .number(let number):
      bytes = Array(number.text.utf8)
      guard bytes.allSatisfy({ $0 == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
        return nil
      }
    case .null, .bool, .array, .object:
      return nil
    }
    self.value = value
  }

  /// Whether the value is a text or a number over `maximumBytes`.
  static func isTooLong(_ value: JSONValue) -> Bool {
    switch value {
    case .string(let text): text.utf8.count > maximumBytes
    case .number(let number): number.text.utf8.count > maximumBytes
    case .null, .bool, .array, .object: false
    }
  }

  /// About what the id takes in memory, in bytes.
  var size: Int { bytes.count + ByteBudget.size(of: value) }
}

extension RequestID: Hashable {
  static func == (one: RequestID, other: RequestID) -> Bool { one.bytes == other.bytes }

  func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
