package import JSON
package import Platform
package import Secrets

/// One HTTP request as it is sent, including its credential.
package struct HTTPRequest: Sendable {
  /// The methods that the APIs use.
  package enum Method: String, Sendable, Hashable {
    case get = "GET"
    case post = "POST"
  }

  package var method: Method
  /// The base URL for `path`. It also determines whether plain `http` is allowed and whether a proxy is used.
  package var service: ServiceURL
  /// The path and query, already percent-encoded and sent unchanged; starts with a slash.
  package var path: String
  package var headers: [Header]
  /// nil for `GET`.
  package var body: JSONValue?
  /// The time limit for the whole request, name lookup included.
  package var timeoutMilliseconds: Int64
  /// Whether no other request may use its connection, before it or after it. Set for triggers: what a server sends late, or
  /// twice, would be taken for the answer to the next request on that connection. Set for repeats, because a kept connection
  /// may be what failed.
  package var needsOwnConnection: Bool
  /// Whether its answer is awaited once its first byte may have left, even if it is cancelled: nobody can recall a trigger.
  var awaitsAnswer = false
  /// Whether it triggers a rule for real, so that the rule may have run until it is answered.
  package var runsRule = false

  package init(
    method: Method = .post, service: ServiceURL, path: String, headers: [Header], body: JSONValue?,
    timeoutMilliseconds: Int64, needsOwnConnection: Bool = false
  ) {
    self.method = method
    self.service = service
    self.path = path
    self.headers = headers
    self.body = body
    self.timeoutMilliseconds = timeoutMilliseconds
    self.needsOwnConnection = needsOwnConnection
  }

  package var url: String { service.text + path }

  /// A header whose value may be a secret. The secret is revealed only while the request is sent.
  package struct Header: Sendable, CustomStringConvertible {
    /// A value that may be shown, or a secret.
    package enum Value: Sendable {
      case plain(String)
      /// `Bearer` and the secret.
      case bearer(Secret)
    }

    package let name: String
    package let value: Value

    package init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }

    /// The value, with `<redacted>` for a secret.
    package var shownValue: String {
      switch value {
      case .plain(let text): text
      case .bearer: "Bearer <redacted>"
      }
    }

    package var description: String { "\(name): \(shownValue)" }

    /// Returns the header as it is sent, or nil if the value is empty or has a control character, which would allow header
    /// injection (RFC 9110 section 5.5).
    func line() -> String? {
      let text: String
      switch value {
      case .plain(let plain): text = plain
      case .bearer(let secret): text = "Bearer " + secret.reveal()
      }
      guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
      return "\(name): \(text)"
    }
  }
}
