package import JSON
package import Platform
package import Rules

/// A request to one of Sequence's APIs as a pure value, created without a transport. It contains everything except the
/// credential, which is added when it is sent (`HTTPRequest`): `render`, a dry run, the question to the person and the wire all
/// use the same value.
package struct APIRequest: Sendable, Hashable, CustomStringConvertible {
  /// The methods that the APIs use.
  package enum Method: String, Sendable, Hashable {
    case get = "GET"
    case post = "POST"
  }

  package let api: SequenceAPIName
  package let method: Method
  /// The base URL for `path`. It also determines whether plain `http` is allowed and whether a proxy is used.
  package let service: ServiceURL
  /// The path and query, percent-encoded and sent unchanged; starts with a slash.
  package let path: String
  /// The header that carries `Bearer` and the credential.
  package let credentialHeader: String
  /// The key by which Sequence recognizes a repeat of a trigger, the same for all tries; nil if the request changes nothing.
  package let idempotencyKey: String?
  /// The other headers, in order.
  package let headers: [HTTPHeader]
  /// nil for `GET`.
  package let body: JSONValue?

  /// - Parameter version: The version of this program, for the `User-Agent`.
  package init(
    _ api: SequenceAPIName, _ method: Method, _ service: ServiceURL, path: String, credentialHeader: String,
    idempotencyKey: String? = nil, headers: [HTTPHeader] = [], body: JSONValue? = nil, version: String
  ) {
    let key = idempotencyKey.map { [HTTPHeader("idempotency-key", $0)] } ?? []
    let contentType = body == nil ? [] : [HTTPHeader("content-type", "application/json")]
    self.api = api
    self.method = method
    self.service = service
    self.path = path
    self.credentialHeader = credentialHeader
    self.idempotencyKey = idempotencyKey
    self.headers =
      key + headers + contentType
      + [HTTPHeader("accept", "application/json"), HTTPHeader("user-agent", "sequence-mcp/\(version)")]
    self.body = body
  }

  package var url: String { service.text + path }

  /// The request as JSON, with the credential redacted.
  package var json: JSONValue {
    var json: JSONObject = [
      "method": .string(method.rawValue), "url": .string(url),
      "headers": .object(JSONObject(shownHeaders.map { ($0.name, .string($0.value)) })),
    ]
    if let body { json["body"] = body }
    return .object(json)
  }

  /// The request in HTTP syntax, with the credential redacted and the body indented.
  package var text: String {
    let lines = ["\(method.rawValue) \(url)"] + shownHeaders.map { "\($0.name): \($0.value)" }
    return lines.joined(separator: "\n") + "\n" + (body.map { "\n" + JSONWriter.indentedText($0) + "\n" } ?? "")
  }

  package var description: String { text }

  private var shownHeaders: [HTTPHeader] { [HTTPHeader(credentialHeader, "Bearer <redacted>")] + headers }

  /// Whether it triggers a rule, live or simulated. Nobody can recall it once its first byte may have left.
  var isTrigger: Bool { idempotencyKey != nil }

  /// Whether it asks for a simulation, which runs no rule.
  var isSimulation: Bool { api == .platform && body?["simulation"] == true }

  /// Whether it triggers a rule for real, so that the rule may have run until it is answered.
  package var runsRule: Bool { isTrigger && !isSimulation }
}

/// Encoding of an id as one segment of a URL path.
enum PathSegment {
  /// Returns the percent-encoded id (RFC 3986 section 2).
  /// - Parameter what: The thing that it identifies, for the message.
  /// - Throws: `SequenceAPIError` if it is not 1 to 128 visible ASCII characters, or is `.` or `..`, which refer to other
  ///   directories even when encoded.
  static func encode(_ id: String, of what: String) throws(SequenceAPIError) -> String {
    guard RuleID.lengths ~= id.utf8.count, id != ".", id != "..", id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw SequenceErrorCode.invalidInput.error(
        "the id of the \(what) must be 1 to 128 visible ASCII characters, and not '.' or '..'; nothing was sent")
    }
    return PercentEncoding.encode(id)
  }
}
