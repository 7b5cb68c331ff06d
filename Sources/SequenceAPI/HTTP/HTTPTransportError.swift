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
