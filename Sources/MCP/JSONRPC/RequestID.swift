import JSON

/// A request's id, echoed exactly: a string or an integer of any size (MCP 2026-07-28, basic, "Requests").
struct RequestID: Sendable {
  /// The id as it was read, for notifications that name it.
  let value: JSONValue
  /// The id as it stands in an answer. Two ids are one where these bytes are.
  let bytes: [UInt8]

  /// nil for what may not be an id: null, a fraction, an exponent, anything structured.
  init?(_ value: JSONValue) {
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
}

extension RequestID: Hashable {
  static func == (one: RequestID, other: RequestID) -> Bool { one.bytes == other.bytes }

  func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
