import Platform
import Rules

/// A failed Sequence API call: the server's own message, and help.
package struct SequenceAPIError: Error, Sendable, Hashable {
  /// Sequence's own code (`INVALID_API_SECRET`), or one of this program: `HTTP_ERROR`, `NETWORK_ERROR`, `TIMEOUT`, ...
  package let code: String
  package private(set) var message: String
  /// The message without a claim that nothing was sent, for a call of which an earlier try was sent.
  private(set) var reason: String
  /// nil if there was no response.
  package let statusCode: Int?
  /// The help for the user.
  package private(set) var help: String
  /// Whether the same call may be tried again unchanged.
  package let isRetryable: Bool
  /// How long the server asked to wait before the next request; nil if it did not.
  package internal(set) var retryAfterMilliseconds: Int64?
  /// The scope that the API key lacks, and for what, such as `for the rule 5a9d...`; nil for any other error.
  package private(set) var missingScope: MissingScope?

  /// Whether the API answered with a success, in JSON, that is not as documented. Pages and empty bodies come from others.
  package internal(set) var isOddSuccess = false

  /// A permission that an API key lacks.
  package struct MissingScope: Sendable, Hashable {
    package let name: String
    package let target: String
  }

  /// The client cancelled the call.
  package static let cancelled = SequenceErrorCode.cancelled.error("the call was cancelled before it was done")

  /// - Parameters:
  ///   - message: Without secrets; text from outside is cleaned where it is shown.
  ///   - reason: Nil if the message claims nothing about what was sent.
  package init(
    code: String, message: String, reason: String? = nil, statusCode: Int?, help: String, isRetryable: Bool
  ) {
    self.code = code
    self.message = message
    self.reason = reason ?? message
    self.statusCode = statusCode
    self.help = help
    self.isRetryable = isRetryable
  }

  /// Returns the same error with another message.
  func with(message: String) -> SequenceAPIError {
    var error = self
    (error.message, error.reason) = (message, message)
    return error
  }

  /// Returns a denial with help that names what the API key lacks, and any other error unchanged.
  func lacking(_ scope: MissingScope) -> SequenceAPIError {
    guard code == SequenceErrorCode.accessDenied.name else { return self }
    var error = self
    error.help = "In Sequence, give the API key the scope \(scope.name) \(scope.target)."
    error.missingScope = scope
    return error
  }
}

/// A kind of failure: its code, the help for it, and whether trying again may succeed. All kinds are in one table.
package struct SequenceErrorCode: Sendable, Hashable {
  /// The code as results contain it.
  package let name: String
  /// The meaning, for the documentation's table.
  package let meaning: String
  /// The help for the user, whichever API was called.
  package let help: String
  /// The help that names the API's own keys; nil if it is the same for both.
  private var ownHelp: [SequenceAPIName: String]?
  /// Whether the same call may succeed later unchanged.
  package private(set) var isRetryable = false
}

extension SequenceErrorCode {
  /// Creates a kind of failure whose help depends on the API that was called.
  /// - Parameter help: Returns the help, given the key of the API's base URL.
  private init(
    name: String, meaning: String, isRetryable: Bool = false, help: (_ api: SequenceAPIName?, _ key: String) -> String
  ) {
    let (remoteKey, platformKey) = ("sequence.base_url", "sequence.platform.base_url")
    self.init(
      name: name, meaning: meaning, help: help(nil, "\(remoteKey) (\(platformKey) for the Platform API)"),
      ownHelp: [.remote: help(.remote, remoteKey), .platform: help(.platform, platformKey)], isRetryable: isRetryable)
  }

  /// Every code that has help: first the five of the Remote API, then the additional ones of the Platform API, then this
  /// program's.
  package static let all: [SequenceErrorCode] = [
    invalidAccessToken, invalidAPISecret, invalidRequest, tooManyRequests, unexpectedError,
    unauthorized, accessDenied, invalidParameters, invalidRule, ruleNotFound, ruleDeactivated, maximumAmountExceeded,
    rateLimitExceeded, idempotencyKeyMismatch, ruleExecutionInProgress, ruleExecutionNotFound, accountNotFound,
    transferNotFound,
    httpError, timeout, networkError, proxyError, tlsError, redirectRefused, responseTooLarge, invalidInput, cancelled,
    missingLibrary, missingCertificates, internalError,
  ]

  // Sequence API docs, read 2026-11.
  static let invalidAccessToken = SequenceErrorCode(
    name: "INVALID_ACCESS_TOKEN", meaning: "the access token is missing or wrong",
    help: "Make a new token in Sequence under Account Settings > Access Tokens, and check what sequence.access_token"
      + " refers to (by default the environment variable SEQUENCE_ACCESS_TOKEN).")
  static let invalidAPISecret = SequenceErrorCode(
    name: "INVALID_API_SECRET", meaning: "the rule's API secret is wrong",
    help: "Copy the API secret again from the rule in Sequence: it belongs to that one rule. Then check what the rule's"
      + " api_secret refers to.")
  static let invalidRequest = SequenceErrorCode(
    name: "INVALID_REQUEST", meaning: "the rule does not exist, or cannot be triggered through the API",
    help: "Check the rule_id, and in Sequence set the rule's trigger to \"Remote API\".")
  static let tooManyRequests = SequenceErrorCode(
    name: CallCode.tooManyRequests.rawValue,
    meaning: "too many requests in a minute: Sequence allows 100, this program 10 of simulate_trigger",
    help: "Wait a few seconds, then try again, with fewer calls.", isRetryable: true)
  static let unexpectedError = SequenceErrorCode(
    name: "UNEXPECTED_ERROR", meaning: "an error inside Sequence",
    help: "This is usually temporary: try again in a minute.",
    isRetryable: true)

  static let unauthorized = SequenceErrorCode(
    name: "UNAUTHORIZED", meaning: "the API key is missing or wrong"
  ) { api, _ in
    api == .remote
      ? "Copy the API secret of the rule, or the access token for get_accounts, again from Sequence."
      : "Make a new key in Sequence, and check what sequence.platform.api_key refers to (by default the environment"
        + " variable SEQUENCE_API_KEY)."
  }
  package static let accessDenied = SequenceErrorCode(
    name: "ACCESS_DENIED", meaning: "the key may not do this with this rule or account"
  ) { api, _ in
    switch api {
    case .platform:
      "In Sequence, give the API key the scope that this needs for this rule or account (TRIGGER_RULES to run a rule)."
    case .remote: "Copy the rule's own API secret again from the rule in Sequence."
    case nil: "In Sequence, give the key the scope for this rule or account, or copy the rule's own API secret again."
    }
  }
  static let invalidParameters = SequenceErrorCode(
    name: "INVALID_PARAMETERS", meaning: "a value that Sequence does not accept, such as an amount or an id",
    help: "Check the amount and the rule_id; Sequence's message says which value it means.")
  static let invalidRule = SequenceErrorCode(
    name: "INVALID_RULE", meaning: "the rule cannot be run through this API, or was deleted"
  ) { api, _ in
    api == .remote
      ? invalidRequest.help
      : "Check the rule in Sequence. Rules that the Platform API does not support may work with 'api: remote'."
  }
  static let ruleNotFound = SequenceErrorCode(
    name: "RULE_NOT_FOUND", meaning: "there is no such rule, or the key may not see it"
  ) { api, _ in
    api == .remote ? invalidRequest.help : "Check the rule_id, and which rules the key may use in Sequence."
  }
  static let ruleDeactivated = SequenceErrorCode(
    name: "RULE_DEACTIVATED", meaning: "the rule is disabled in Sequence",
    help: "Enable the rule in Sequence's dashboard.")
  static let maximumAmountExceeded = SequenceErrorCode(
    name: "MAXIMUM_AMOUNT_EXCEEDED", meaning: "the amount is over what Sequence allows for this rule",
    help: "Ask for a smaller amount, or raise the rule's maximum in Sequence.")
  static let rateLimitExceeded = SequenceErrorCode(
    name: "RATE_LIMIT_EXCEEDED", meaning: "too many requests in a short time",
    help: "Wait a few seconds, then try again, with fewer calls.", isRetryable: true)
  static let idempotencyKeyMismatch = SequenceErrorCode(
    name: "IDEMPOTENCY_KEY_MISMATCH", meaning: "Sequence knows this idempotency key with another body",
    help: "Check in Sequence what the first call did, then pass a new idempotency_key.")

  static let ruleExecutionInProgress = SequenceErrorCode(
    name: "RULE_EXECUTION_IN_PROGRESS", meaning: "the first request with this idempotency key is still being processed",
    help: "Wait a few seconds, then make the same call again; it is sent with the same key.")
  static let ruleExecutionNotFound = SequenceErrorCode(
    name: "RULE_EXECUTION_NOT_FOUND", meaning: "Sequence does not know this run, or does not show it yet",
    help: "A run that has just started appears within seconds: ask again.", isRetryable: true)
  static let accountNotFound = SequenceErrorCode(
    name: "ACCOUNT_NOT_FOUND", meaning: "there is no such account, or the key may not see it",
    help: "Check which accounts the key may use in Sequence.")
  static let transferNotFound = SequenceErrorCode(
    name: "TRANSFER_NOT_FOUND", meaning: "Sequence does not know this transfer, or does not show it yet",
    help: "A transfer that was just made appears within seconds: ask again.", isRetryable: true)

  static let httpError = SequenceErrorCode(
    name: "HTTP_ERROR",
    meaning: "an answer that does not come from the Sequence API: a web page, an empty body, not JSON"
  ) { api, key in
    let keys = api == .platform ? key : "\(key) and sequence.trigger_path"
    return "Check \(keys), and whether a proxy is in between; otherwise try again later."
  }
  static let timeout = SequenceErrorCode(
    name: CallCode.timeout.rawValue,
    meaning: "no complete answer within sequence.timeout, or in the time that the client waits",
    help: "Try again later; if the network is slow, raise sequence.timeout (up to 120s).", isRetryable: true)
  static let networkError = SequenceErrorCode(
    name: "NETWORK_ERROR", meaning: "the server could not be reached, or the connection was lost", isRetryable: true
  ) { _, key in "Check the network connection and \(key), then try again." }
  static let proxyError = SequenceErrorCode(
    name: "PROXY_ERROR", meaning: "the proxy could not be reached, or did not let the request through",
    help:
      "Check the variable that the message names in this program's environment; NO_PROXY lists hosts that are called"
      + " without a proxy. For a proxy with its own certificate, set SSL_CERT_FILE to the certificate of its authority."
  )
  static let tlsError = SequenceErrorCode(
    name: "TLS_ERROR", meaning: "no secure connection: the certificate or the name on it is wrong"
  ) { _, key in
    "Check the computer's date and \(key). If a company proxy intercepts TLS, set SSL_CERT_FILE to its certificate file."
      + " Certificate checks cannot be turned off."
  }
  static let redirectRefused = SequenceErrorCode(
    name: "REDIRECT_REFUSED", meaning: "the server answered with a redirect; secrets are never sent to another address"
  ) { api, key in
    let path = api == .platform ? "/platform/v1" : ""
    return "Set \(key) to the API's own address"
      + (api == nil ? "." : ", https://api.getsequence.io\(path) by default.")
  }
  static let responseTooLarge = SequenceErrorCode(
    name: "RESPONSE_TOO_LARGE", meaning: "an answer over 1 MiB, or headers over 64 KiB"
  ) { _, key in "Check \(key): the Sequence API's answers are small." }
  package static let invalidInput = SequenceErrorCode(
    name: "INVALID_INPUT", meaning: "a value that cannot be sent; nothing was sent",
    help: "Correct the value that the message names.")
  static let cancelled = SequenceErrorCode(
    name: CallCode.cancelled.rawValue, meaning: "the client cancelled the call",
    help: "Call again if it is still wanted.",
    isRetryable: true)
  static let missingLibrary = SequenceErrorCode(
    name: "MISSING_LIBRARY", meaning: "libcurl is not installed",
    help: "Install libcurl.")
  static let missingCertificates = SequenceErrorCode(
    name: "MISSING_CA_CERTIFICATES", meaning: "no certificates to verify the server with",
    help: "If SSL_CERT_FILE or CURL_CA_BUNDLE is set, it must name a file of certificates (PEM); else install them.")
  static let internalError = SequenceErrorCode(
    name: "INTERNAL_ERROR", meaning: "an error in this program or in libcurl", help: "Try again, and report it.")

  /// Returns the code with that name, or nil if the table does not have it.
  package static func named(_ name: String) -> SequenceErrorCode? { all.first { $0.name == name } }

  /// Returns the help for a call over that API.
  func help(for api: SequenceAPIName?) -> String { api.flatMap { ownHelp?[$0] } ?? help }

  /// Returns an error of this kind.
  /// - Parameter api: The API that was called; nil if none was.
  func error(
    _ message: String, reason: String? = nil, statusCode: Int? = nil, api: SequenceAPIName? = nil
  ) -> SequenceAPIError {
    SequenceAPIError(
      code: name, message: message, reason: reason, statusCode: statusCode,
      help: help(for: api) + (installCommand.map { " On this machine: '\($0)'." } ?? ""),
      isRetryable: isRetryable)
  }

  /// The command that installs what is missing on this machine.
  private var installCommand: String? {
    switch self {
    case .missingLibrary: SystemPackage.libcurl.installCommand
    case .missingCertificates: SystemPackage.certificates.installCommand
    default: nil
    }
  }
}

extension HTTPTransportError.Kind {
  /// The code under which the user sees it.
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
}
