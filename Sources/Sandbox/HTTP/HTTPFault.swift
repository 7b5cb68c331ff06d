/// Why a request could not be read.
enum HTTPFault: Error, Sendable, Equatable {
  /// The client closed the connection, or it broke.
  case closed
  /// The client let the time for this step pass.
  case timedOut
  /// The server is stopping.
  case stopped
  /// What is wrong with the request, in words.
  case malformed(String)
  /// The head is over its limit.
  case headTooLarge
  /// The body is over its limit.
  case bodyTooLarge

  /// What the client is told; nil where nobody is there to be told.
  var reply: HTTPReply? {
    switch self {
    case .closed, .stopped: nil
    case .timedOut: .failure(408, "REQUEST_TIMEOUT", "The request took too long to arrive")
    case .malformed(let what): .failure(400, "INVALID_REQUEST", "Not an HTTP request: \(what)")
    case .headTooLarge: .failure(431, "INVALID_REQUEST", "The request's head is too large")
    case .bodyTooLarge: .failure(413, "INVALID_REQUEST", "The request's body is too large")
    }
  }
}
