package import JSON
package import SequenceAPI
import Synchronization

/// A transport that answers from a script and records its requests.
package final class FakeTransport: HTTPTransport {
  package enum Reply: Sendable {
    case answer(HTTPResponse)
    case failure(HTTPTransportError)
  }

  private let state: Mutex<(replies: [Reply], requests: [HTTPRequest])>
  private let willSend = Mutex<@Sendable () -> Void>({})
  private let connects = Mutex<@Sendable () -> Void>({})

  package init(_ replies: [Reply]) { state = Mutex((replies, [])) }

  package var requests: [HTTPRequest] { state.withLock { $0.requests } }

  /// Sets an action that runs before each request, to inspect the state at that moment.
  package func beforeSending(_ action: @escaping @Sendable () -> Void) { willSend.withLock { $0 = action } }

  /// Sets an action that runs while each request waits for its connection.
  package func whileConnecting(_ action: @escaping @Sendable () -> Void) { connects.withLock { $0 = action } }

  package func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse {
    connects.withLock { $0 }()
    if isCancelled() { throw HTTPTransportError(.cancelled, "the call was cancelled", mayHaveBeenSent: false) }
    willSend.withLock { $0 }()
    let reply = state.withLock { state in
      state.requests.append(request)
      return state.replies.isEmpty ? nil : state.replies.removeFirst()
    }
    switch reply {
    case .answer(let response)?: return response
    case .failure(let error)?: throw error
    case nil: throw HTTPTransportError(.internalFault, "the script is over", mayHaveBeenSent: false)
    }
  }
}

extension FakeTransport.Reply {
  package static func json(_ status: Int, _ text: String, _ headers: [HTTPHeader] = []) -> Self {
    .answer(HTTPResponse(statusCode: status, headers: headers, body: Array(text.utf8)))
  }

  package static let accepted = json(
    200, #"{"code":"OK","message":"Rule triggered","data":{"requestId":"req_1"}}"#)
  package static let accounts = accounts([])
  package static let lost = failure(.init(.timedOut, "no answer within 30 s", mayHaveBeenSent: true))
  package static let refusedConnection = failure(.init(.connectionFailed, "refused", mayHaveBeenSent: false))
  package static let lostAnswer = failure(.init(.connectionLost, "lost", mayHaveBeenSent: true))

  package static func refused(_ status: Int, _ code: String, _ message: String = "no") -> Self {
    json(status, JSONWriter.text(["code": .string(code), "message": .string(message)]))
  }

  package static func accounts(_ accounts: JSONValue, errors: JSONValue = []) -> Self {
    json(
      200, JSONWriter.text(["message": "ok", "requestId": "r", "data": ["accounts": accounts, "errors": errors]]))
  }

  package static func tooMany(_ retryAfter: String?) -> Self {
    json(
      429, #"{"code":"TOO_MANY_REQUESTS","message":"slow down"}"#, retryAfter.map { [.init("retry-after", $0)] } ?? [])
  }
}

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
