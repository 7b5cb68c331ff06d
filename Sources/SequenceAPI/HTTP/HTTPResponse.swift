/// What the server answered, whole and within the limits.
package struct HTTPResponse: Sendable, Hashable {
  /// 100 to 999.
  package let statusCode: Int
  /// Names in lower case, in the order of the answer.
  package let headers: [Header]
  /// Decoded where it was compressed; at most 1 MiB.
  package let body: [UInt8]

  /// One header of an answer.
  package struct Header: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(statusCode: Int, headers: [Header] = [], body: [UInt8]) {
    self.statusCode = statusCode
    self.headers = headers
    self.body = body
  }

  /// The first value of that header.
  /// - Parameter name: in lower case.
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// The answer with its header values scrubbed; the body is scrubbed once it is parsed.
  func scrubbed(by scrub: (String) -> String) -> HTTPResponse {
    HTTPResponse(
      statusCode: statusCode, headers: headers.map { Header($0.name, scrub($0.value)) }, body: body)
  }
}
