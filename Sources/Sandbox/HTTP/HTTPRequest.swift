import JSON

/// A request that was read whole.
struct HTTPRequest: Sendable {
  /// What both endpoints ask of a body (Sequence API docs, read 2026-11).
  static let bodyRule = "The body must be a JSON object sent as application/json"

  let head: HTTPRequestHead
  let body: [UInt8]

  var headers: HTTPHeaders { head.headers }

  /// The body, where it is a JSON object and said to be JSON.
  var jsonBody: JSONValue? {
    let type = headers["content-type"]?.split(separator: ";").first.map { $0.lowercased() }
    guard type == "application/json", let value = try? JSONParser.parse(body), value.objectValue != nil else {
      return nil
    }
    return value
  }

  /// What stands after `Bearer ` in that header.
  func bearer(_ name: String) -> String? {
    guard let value = headers[name], value.utf8.starts(with: "Bearer ".utf8) else { return nil }
    return String(value.dropFirst(7))
  }
}
