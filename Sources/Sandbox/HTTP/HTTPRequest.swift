import JSON

/// A request that was read whole.
struct HTTPRequest: Sendable {
  /// What both endpoints ask of a body (Sequence API docs, read 2026-11).
  static let bodyRule = "The body must be a JSON object sent as application/json"

  let head: HTTPRequestHead
  /// The body, where it is a JSON object and said to be JSON.
  let jsonBody: JSONValue?

  init(head: HTTPRequestHead, body: [UInt8]) {
    self.head = head
    let type = head.headers["content-type"]?.split(separator: ";").first.map { $0.lowercased() }
    let value = type == "application/json" ? try? JSONParser.parse(body) : nil
    jsonBody = value?.objectValue == nil ? nil : value
  }

  var headers: HTTPHeaders { head.headers }

  /// What stands after `Bearer ` in that header.
  func bearer(_ name: String) -> String? {
    guard let value = headers[name], value.utf8.starts(with: "Bearer ".utf8) else { return nil }
    return String(value.dropFirst(7))
  }
}
