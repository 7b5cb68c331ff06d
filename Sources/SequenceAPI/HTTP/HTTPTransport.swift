/// The way to the server: `CurlTransport`, or a test's script.
package protocol HTTPTransport: Sendable {
  /// Sends the request at most once and waits for the whole answer. Never follows a redirect, never retries.
  /// - Parameter isCancelled: asked before sending and about once a second; true gives the request up.
  /// - Throws: `HTTPTransportError` if no whole answer came.
  func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse
}

/// What the server answered, whole and within the limits.
package struct HTTPResponse: Sendable, Hashable {
  /// 100 to 999.
  package let statusCode: Int
  /// Names in lower case, in the order of the answer.
  package let headers: [HTTPHeader]
  /// Decompressed; at most 1 MiB.
  package let body: [UInt8]

  package init(statusCode: Int, headers: [HTTPHeader] = [], body: [UInt8]) {
    self.statusCode = statusCode
    self.headers = headers
    self.body = body
  }

  /// The first value of that header.
  /// - Parameter name: in lower case.
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// One header, without a secret in it.
package struct HTTPHeader: Sendable, Hashable {
  package let name: String
  package let value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Why no whole answer came, and how far the request had got by then.
package struct HTTPTransportError: Error, Sendable, Hashable {
  /// What went wrong.
  package enum Kind: Sendable, Hashable, CaseIterable {
    case nameNotFound, connectionFailed, proxyFailed, tlsFailed, timedOut, connectionLost, unreadable
    case bodyTooLarge, headersTooLarge, cancelled, badRequest, missingLibrary, missingCertificates, internalFault
  }

  package let kind: Kind
  /// In words for the user; holds no secret.
  package let message: String
  /// Whether bytes of the request may have left. False is a promise that the server did nothing.
  package let mayHaveBeenSent: Bool
  /// The status of an answer that began and was not finished.
  package let statusCode: Int?
  /// Whether it happened on a connection kept from an earlier call, which the server may have closed long ago.
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
