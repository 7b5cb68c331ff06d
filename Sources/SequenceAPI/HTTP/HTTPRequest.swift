package import Secrets

/// One try to send a request. It has everything of the request itself.
@dynamicMemberLookup
package struct HTTPRequest: Sendable {
  private let request: APIRequest
  /// Revealed only while the request is sent.
  package let credential: Secret
  /// The time limit for the whole try, name lookup included.
  package var timeoutMilliseconds: Int64
  /// Whether no other request may use its connection, before it or after it. Set for triggers: what a server sends late, or
  /// twice, would be taken for the answer to the next request on that connection. Set for repeats, because a kept connection
  /// may be what failed.
  package var needsOwnConnection = false

  package init(_ request: APIRequest, _ credential: Secret, timeoutMilliseconds: Int64) {
    self.request = request
    self.credential = credential
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  package subscript<Value>(dynamicMember member: KeyPath<APIRequest, Value>) -> Value { request[keyPath: member] }

  /// Returns the headers as they are sent.
  /// - Throws: `HTTPTransportError` if a value is empty or has a control character, which would allow header injection
  ///   (RFC 9110 section 5.5).
  package func headerLines() throws(HTTPTransportError) -> [String] {
    var lines: [String] = []
    for header in [HTTPHeader(request.credentialHeader, "Bearer " + credential.reveal())] + request.headers {
      guard !header.value.isEmpty, header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
        let message = "the value for the header '\(header.name)' is empty or has a control character in it"
        throw HTTPTransportError(.badRequest, message, mayHaveBeenSent: false)
      }
      lines.append("\(header.name): \(header.value)")
    }
    return lines
  }
}
