import JSON
import Platform

/// A well-formed JSON-RPC request. Its method may be unknown.
struct Request: Sendable {
  let id: RequestID
  let method: String
  /// Empty if the request has no `params`.
  let params: JSONObject
}

/// One message from the client, classified by kind (JSON-RPC 2.0; MCP 2026-07-28, basic, "Messages").
enum IncomingMessage {
  case request(Request)
  case notification(method: String, params: JSONObject)
  /// The client's response to a server request. `result` is nil if the response is an error.
  case response(id: JSONValue, result: JSONValue?)
  /// Answered with this error, under the request's id if it could be read.
  case invalid(RequestID?, RPCError)
  /// A malformed response, which must not be answered.
  case ignored

  init(_ value: JSONValue) {
    guard case .object(let object) = value else {
      self = .invalid(nil, .invalidRequest("A message is a JSON object"))
      return
    }
    let isVersion2 = object["jsonrpc"]?.stringValue == "2.0"
    // Some clients send every member, with null for an absent one.
    guard let method = object["method"], method != .null else {
      self = IncomingMessage.withoutMethod(object, isVersion2: isVersion2)
      return
    }
    let isNotification = object["id"] == .null && method.stringValue?.utf8.starts(with: "notifications/".utf8) == true
    let givenID = isNotification ? nil : object["id"]
    let id = givenID.flatMap(RequestID.init)
    let token = object["params"]?["_meta"]?["progressToken"]
    for (name, value) in [("id", givenID), ("progressToken", token)] where value.map(RequestID.isTooLong) == true {
      let fault = RPCError.invalidRequest("\(name) may have at most \(RequestID.maximumBytes) bytes")
      self = givenID == nil ? .ignored : .invalid(id, fault)
      return
    }
    guard isVersion2, case .string(let name) = method else {
      let fault = isVersion2 ? "method must be a string" : "jsonrpc must be \"2.0\""
      self = .invalid(id, .invalidRequest(fault))
      return
    }
    let params = object["params"]?.objectValue ?? JSONObject()
    let hasUsableParams = object["params"].map { $0 == .null || $0.objectValue != nil } ?? true
    if givenID == nil {
      self = hasUsableParams ? .notification(method: name, params: params) : .ignored
    } else if let id {
      self =
        hasUsableParams
        ? .request(Request(id: id, method: name, params: params))
        : .invalid(id, .invalidParams("params must be an object"))
    } else {
      self = .invalid(nil, .invalidRequest("id must be a string or an integer"))
    }
  }

  private static func withoutMethod(_ object: JSONObject, isVersion2: Bool) -> IncomingMessage {
    let (id, result) = (object["id"], object["result"])
    let isError = ![nil, .null].contains(object["error"])
    // A response to a request of the server's may be malformed; it ends its question.
    let isOurs = id?.stringValue?.utf8.starts(with: OpenCalls.requestPrefix.utf8) == true
    guard result != nil || isError || isOurs else {
      return .invalid(id.flatMap(RequestID.init), .invalidRequest("method is missing"))
    }
    guard let id else { return .ignored }
    // With both members, or without "jsonrpc": "2.0", it carries no usable answer, and no other response will follow.
    return .response(id: id, result: isVersion2 && !isError ? result : nil)
  }
}

/// A request's id, echoed exactly: a string or an integer of any size (MCP 2026-07-28, basic, "Requests").
struct RequestID: Sendable {
  /// The maximum length in bytes. An id is kept as long as its request is pending, and is repeated in every message about it.
  static let maximumBytes = 1024

  /// The id as received, for notifications that refer to it.
  let value: JSONValue
  /// The id as written in a response. Two ids are equal if their bytes are.
  let bytes: [UInt8]

  /// Returns nil if the value is not a valid id (null, a fraction, an exponent, an array or object) or is too long.
  init?(_ value: JSONValue) {
    guard !RequestID.isTooLong(value) else { return nil }
    switch value {
    case .string:
      bytes = JSONWriter.write(value)
    case .number(let number):
      bytes = Array(number.text.utf8)
      guard bytes.allSatisfy({ $0.isASCIIDigit || $0 == UInt8(ascii: "-") }) else { return nil }
    case .null, .bool, .array, .object:
      return nil
    }
    self.value = value
  }

  /// Whether the value is a string or a number longer than `maximumBytes`.
  static func isTooLong(_ value: JSONValue) -> Bool {
    (value.stringValue ?? value.numberValue?.text ?? "").utf8.count > maximumBytes
  }

  /// The approximate memory footprint, in bytes.
  var size: Int { bytes.count + ByteBudget.size(of: value) }
}

extension RequestID: Hashable {
  static func == (one: RequestID, other: RequestID) -> Bool { one.bytes == other.bytes }

  func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
