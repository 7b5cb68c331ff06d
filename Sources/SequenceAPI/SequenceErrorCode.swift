/// One kind of failure: its code, what the user can do about it, and whether trying again may help. One table of all.
package struct SequenceErrorCode: Sendable, Hashable {
  /// As results carry it.
  package let name: String
  /// What it means, for the README's table.
  package let meaning: String
  /// What the user can do.
  package let hint: String
  /// Whether the same call may succeed later as it is.
  package let isRetryable: Bool

  /// Every code that has a hint of its own: the five of the Remote API first, then what
  /// the Platform API adds, then ours.
  package static let all: [SequenceErrorCode] = [
    invalidAccessToken, invalidAPISecret, invalidRequest, tooManyRequests, unexpectedError,
    accessDenied, ruleDeactivated, maximumAmountExceeded, rateLimitExceeded, idempotencyKeyMismatch,
    httpError, timeout, networkError, proxyError, tlsError, redirectRefused, responseTooLarge, invalidInput, cancelled,
    missingLibrary, missingCertificates, internalError,
  ]

  // Sequence API docs, read 2026-11.
  static let invalidAccessToken = SequenceErrorCode(
    name: "INVALID_ACCESS_TOKEN", meaning: "the access token is missing or wrong",
    hint: "Make a new token in Sequence under Account Settings > Access Tokens, and check what sequence.access_token"
      + " refers to (by default the environment variable SEQUENCE_ACCESS_TOKEN).", isRetryable: false)
  static let invalidAPISecret = SequenceErrorCode(
    name: "INVALID_API_SECRET", meaning: "the rule's API secret is wrong",
    hint: "Copy the API secret again from the rule in Sequence: it belongs to that one rule. Then check what the rule's"
      + " api_secret refers to.", isRetryable: false)
  static let invalidRequest = SequenceErrorCode(
    name: "INVALID_REQUEST", meaning: "the rule is not there, or cannot be triggered from outside",
    hint: "Check the rule_id, and in Sequence set the rule's trigger to \"Remote API\".", isRetryable: false)
  static let tooManyRequests = SequenceErrorCode(
    name: "TOO_MANY_REQUESTS", meaning: "more than 100 requests in a minute",
    hint: "Wait a few seconds, then try again, with fewer calls.", isRetryable: true)
  static let unexpectedError = SequenceErrorCode(
    name: "UNEXPECTED_ERROR", meaning: "an error inside Sequence", hint: "Usually this passes: try again in a minute.",
    isRetryable: true)

  static let accessDenied = SequenceErrorCode(
    name: "ACCESS_DENIED", meaning: "the key may not trigger this rule",
    hint: "In Sequence, give the key the scope for this rule, or copy the rule's own API secret again.",
    isRetryable: false)
  static let ruleDeactivated = SequenceErrorCode(
    name: "RULE_DEACTIVATED", meaning: "the rule is switched off in Sequence",
    hint: "Enable the rule in Sequence's dashboard.", isRetryable: false)
  static let maximumAmountExceeded = SequenceErrorCode(
    name: "MAXIMUM_AMOUNT_EXCEEDED", meaning: "the amount is over what Sequence allows for this rule",
    hint: "Ask for a smaller amount, or raise the rule's maximum in Sequence.", isRetryable: false)
  static let rateLimitExceeded = SequenceErrorCode(
    name: "RATE_LIMIT_EXCEEDED", meaning: "too many requests in a short time",
    hint: "Wait a few seconds, then try again, with fewer calls.", isRetryable: true)
  static let idempotencyKeyMismatch = SequenceErrorCode(
    name: "IDEMPOTENCY_KEY_MISMATCH", meaning: "Sequence knows this idempotency key with another body",
    hint: "Pass a new idempotency_key, after a look into Sequence at what the first call did.", isRetryable: false)

  static let httpError = SequenceErrorCode(
    name: "HTTP_ERROR", meaning: "an answer that is not one of the Sequence API: a web page, an empty one, not JSON",
    hint:
      "Check sequence.base_url and sequence.trigger_path, and whether a proxy stands in between; else try again later.",
    isRetryable: false)
  static let timeout = SequenceErrorCode(
    name: "TIMEOUT", meaning: "no whole answer within sequence.timeout",
    hint: "Try again later; where the network is slow, raise sequence.timeout (up to 120s).", isRetryable: true)
  static let networkError = SequenceErrorCode(
    name: "NETWORK_ERROR", meaning: "the server could not be reached, or the connection was lost",
    hint: "Check the network connection and sequence.base_url, then try again.", isRetryable: true)
  static let proxyError = SequenceErrorCode(
    name: "PROXY_ERROR", meaning: "the proxy did not let the request through",
    hint: "Check the variables HTTPS_PROXY, ALL_PROXY and NO_PROXY in the server's environment.", isRetryable: false)
  static let tlsError = SequenceErrorCode(
    name: "TLS_ERROR", meaning: "no secure connection: the certificate or the name on it is not right",
    hint: "Check the computer's date and sequence.base_url. Behind a company's proxy, set SSL_CERT_FILE to its"
      + " certificate file. Certificate checks cannot be turned off.", isRetryable: false)
  static let redirectRefused = SequenceErrorCode(
    name: "REDIRECT_REFUSED", meaning: "the server pointed elsewhere; secrets are never sent on",
    hint: "Set sequence.base_url to the API's own address, https://api.getsequence.io by default.", isRetryable: false)
  static let responseTooLarge = SequenceErrorCode(
    name: "RESPONSE_TOO_LARGE", meaning: "an answer over 1 MiB, or headers over 64 KiB",
    hint: "Check sequence.base_url: the Sequence API's answers are small.", isRetryable: false)
  static let invalidInput = SequenceErrorCode(
    name: "INVALID_INPUT", meaning: "a value that cannot be sent; nothing was",
    hint: "Correct the value that the message names.", isRetryable: false)
  static let cancelled = SequenceErrorCode(
    name: "CANCELLED", meaning: "the client took the call back", hint: "Call again if it is still wanted.",
    isRetryable: true)
  static let missingLibrary = SequenceErrorCode(
    name: "MISSING_LIBRARY", meaning: "libcurl is not installed",
    hint: "Install libcurl: on Debian and Ubuntu 'sudo apt-get install libcurl4'.", isRetryable: false)
  static let missingCertificates = SequenceErrorCode(
    name: "MISSING_CA_CERTIFICATES", meaning: "no certificates to check the server by",
    hint: "Install them: on Debian and Ubuntu 'sudo apt-get install ca-certificates'. Where SSL_CERT_FILE or"
      + " CURL_CA_BUNDLE is set, it must name a readable file.", isRetryable: false)
  static let internalError = SequenceErrorCode(
    name: "INTERNAL_ERROR", meaning: "a fault of this program or of libcurl", hint: "Try again, and report it.",
    isRetryable: false)

  /// The code of that name, where the table has it.
  package static func named(_ name: String) -> SequenceErrorCode? { all.first { $0.name == name } }

  /// An error of this kind.
  func error(_ message: String, statusCode: Int? = nil, isRetryable: Bool? = nil) -> SequenceAPIError {
    SequenceAPIError(
      code: name, message: message, statusCode: statusCode, hint: hint, isRetryable: isRetryable ?? self.isRetryable)
  }
}

extension HTTPTransportError.Kind {
  /// Under which code the user sees it.
  var code: SequenceErrorCode {
    switch self {
    case .nameNotFound, .connectionFailed, .connectionLost: .networkError
    case .proxyFailed: .proxyError
    case .tlsFailed: .tlsError
    case .timedOut: .timeout
    case .unreadable: .httpError
    case .bodyTooLarge, .headersTooLarge: .responseTooLarge
    case .cancelled: .cancelled
    case .badRequest: .invalidInput
    case .missingLibrary: .missingLibrary
    case .missingCertificates: .missingCertificates
    case .internalFault: .internalError
    }
  }

  /// Whether the next try may go better.
  var isTransient: Bool {
    switch self {
    case .nameNotFound, .connectionFailed, .timedOut, .connectionLost: true
    case .proxyFailed, .tlsFailed, .unreadable, .bodyTooLarge, .headersTooLarge, .cancelled, .badRequest,
      .missingLibrary, .missingCertificates, .internalFault:
      false
    }
  }
}
