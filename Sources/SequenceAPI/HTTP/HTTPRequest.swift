package import JSON
package import Secrets

/// One `POST` with a JSON body: all that the Sequence API knows (Sequence API docs, read 2026-11).
package struct HTTPRequest: Sendable {
  /// Absolute, already percent-encoded, sent as it is.
  package var url: String
  /// Whether `url` names this machine: then plain `http` is allowed and no proxy is asked.
  package var isLoopback: Bool
  package var headers: [Header]
  package var body: JSONValue
  /// The longest time that everything together may take, name lookup included.
  package var timeoutMilliseconds: Int64
  /// Whether a kept connection must not be used: set for repeats, since the kept one may be what failed.
  package var needsFreshConnection: Bool

  package init(
    url: String, isLoopback: Bool, headers: [Header], body: JSONValue, timeoutMilliseconds: Int64,
    needsFreshConnection: Bool = false
  ) {
    self.url = url
    self.isLoopback = isLoopback
    self.headers = headers
    self.body = body
    self.timeoutMilliseconds = timeoutMilliseconds
    self.needsFreshConnection = needsFreshConnection
  }

  /// A header whose value may be a secret, which is revealed only while the request is sent.
  package struct Header: Sendable, CustomStringConvertible {
    /// A value to show, or one to hide.
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

    /// The value with `<redacted>` in the place of a secret.
    package var shownValue: String {
      switch value {
      case .plain(let text): text
      case .bearer: "Bearer <redacted>"
      }
    }

    package var description: String { "\(name): \(shownValue)" }

    /// The header as it goes out; nil where the value is empty or has a control character in it, with which a caller
    /// could smuggle in a header of its own (RFC 9110 section 5.5).
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
