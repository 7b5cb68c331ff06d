/// The way to the server: `CurlTransport`, or a test's script.
package protocol HTTPTransport: Sendable {
  /// Sends the request at most once and waits for the whole answer. Never follows a redirect, never retries.
  /// - Parameter isCancelled: asked before sending and about once a second; true gives the request up.
  /// - Throws: `HTTPTransportError` where no whole answer came.
  func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse
}
