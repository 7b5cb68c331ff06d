package import SequenceAPI
import Synchronization

/// A transport that answers each request by calling a function, and counts how many it answers at once.
package final class AnsweringTransport: HTTPTransport {
  private let answer: @Sendable (HTTPRequest) throws(HTTPTransportError) -> HTTPResponse
  private let state = Mutex<(requests: [HTTPRequest], running: Int, mostAtOnce: Int)>(([], 0, 0))

  package init(_ answer: @escaping @Sendable (HTTPRequest) throws(HTTPTransportError) -> HTTPResponse) {
    self.answer = answer
  }

  package var paths: [String] { state.withLock { $0.requests.map(\.path) } }
  package var requests: [HTTPRequest] { state.withLock { $0.requests } }
  package var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

  package func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse {
    state.withLock { state in
      state.requests.append(request)
      state.running += 1
      state.mostAtOnce = max(state.mostAtOnce, state.running)
    }
    defer { state.withLock { $0.running -= 1 } }
    return try answer(request)
  }
}
