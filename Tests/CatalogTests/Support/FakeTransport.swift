import JSON
import SequenceAPI
import Synchronization

/// A transport that answers from a script and remembers what it was given; `willSend` looks at the world at that moment.
final class FakeTransport: HTTPTransport {
  enum Reply: Sendable {
    case answer(Int, String)
    case failure(HTTPTransportError)
  }

  private let state: Mutex<(replies: [Reply], requests: [HTTPRequest])>
  private let willSend = Mutex<@Sendable () -> Void>({})

  init(_ replies: [Reply]) { state = Mutex((replies, [])) }

  var requests: [HTTPRequest] { state.withLock { $0.requests } }

  func beforeSending(_ action: @escaping @Sendable () -> Void) { willSend.withLock { $0 = action } }

  func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse {
    willSend.withLock { $0 }()
    let reply = state.withLock { state in
      state.requests.append(request)
      return state.replies.isEmpty ? nil : state.replies.removeFirst()
    }
    switch reply {
    case .answer(let status, let body)?: return HTTPResponse(statusCode: status, body: Array(body.utf8))
    case .failure(let error)?: throw error
    case nil: throw HTTPTransportError(.internalFault, "the script is over", mayHaveBeenSent: false)
    }
  }
}

extension FakeTransport.Reply {
  static let accepted = answer(200, #"{"code":"OK","message":"Rule triggered","data":{"requestId":"req_1"}}"#)
  static let lost = failure(HTTPTransportError(.timedOut, "no answer within 30 s", mayHaveBeenSent: true))

  static func refused(_ status: Int, _ code: String, _ message: String = "no") -> Self {
    answer(status, JSONWriter.text(["code": .string(code), "message": .string(message)]))
  }

  static func accounts(_ accounts: JSONValue, errors: JSONValue = []) -> Self {
    answer(200, JSONWriter.text(["message": "ok", "data": ["accounts": accounts, "errors": errors]]))
  }
}
