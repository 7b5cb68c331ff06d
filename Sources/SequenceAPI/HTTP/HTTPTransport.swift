/// The connection to the server: `CurlTransport`, or a test's script.
package protocol HTTPTransport: Sendable {
  /// Sends the request at most once and waits for the complete response. Never follows a redirect, never retries.
  /// - Parameter isCancelled: Called about once a second, and right before the first byte leaves; true aborts the request. Of
  ///   a trigger, not after that.
  /// - Throws: `HTTPTransportError` if no complete response arrived.
  func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse
}

/// A complete response within the limits.
package struct HTTPResponse: Sendable, Hashable {
  /// 100 to 999.
  package let statusCode: Int
  /// Names in lower case, in the order of the response.
  package let headers: [HTTPHeader]
  /// Decompressed; at most 1 MiB.
  package let body: [UInt8]

  package init(statusCode: Int, headers: [HTTPHeader] = [], body: [UInt8]) {
    self.statusCode = statusCode
    self.headers = headers
    self.body = body
  }

  /// Returns the first value of that header.
  /// - Parameter name: In lower case.
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// One header that contains no secret.
package struct HTTPHeader: Sendable, Hashable {
  package let name: String
  package let value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The reason no complete response arrived, and how far the request got.
package struct HTTPTransportError: Error, Sendable, Hashable {
  /// The kind of failure.
  package enum Kind: Sendable, Hashable, CaseIterable {
    case nameNotFound, connectionFailed, proxyFailed, tlsFailed, timedOut, connectionLost, unreadable
    case bodyTooLarge, headersTooLarge, cancelled, badRequest, missingLibrary, missingCertificates, internalFault
  }

  package let kind: Kind
  /// A message for the user that contains no secret.
  package let message: String
  /// Whether any byte of the request may have been sent. False guarantees that the server did nothing.
  package let mayHaveBeenSent: Bool
  /// The status of a response that began but did not complete.
  package let statusCode: Int?
  /// Whether the failure happened on a connection kept from an earlier call, which the server may have closed long ago.
  package let wasKeptConnection: Bool

  package init(
    _ kind: Kind, _ message: String, mayHaveBeenSent: Bool, statusCode: Int? = nil, wasKeptConnection: Bool = false
  ) {
    self.kind = kind
    self.message = message
    self.mayHaveBeenSent = mayHaveBeenSent
    self.statusCode = statusCode
    self.wasKeptConnection = wasKeptConnection
  }
}
