import JSON
import Platform
import Rules

/// Reads responses, trusting only what identifies itself.
struct ResponseReader {
  /// The API that was called.
  let api: SequenceAPIName
  /// The current time, for a `Retry-After` that is a date.
  let wallMilliseconds: Int64
  /// Removes secrets from a text.
  let scrub: @Sendable (String) -> String

  /// Returns the JSON object in a 2xx response.
  /// - Throws: `FailedAttempt` for any other response.
  func object(of response: HTTPResponse) throws(FailedAttempt) -> AnswerValue {
    // The name of an account may have been cut in the middle of an emoji.
    let value = try? JSONParser.parse(response.body[...], replacesLoneSurrogates: true)
    let answer = value?.objectValue == nil ? nil : value.map { AnswerValue($0, scrub: scrub) }
    guard 200...299 ~= response.statusCode else { throw refusal(response, answer) }
    guard let answer else { throw unreadable(response) }
    return answer
  }

  /// Returns the acceptance of a trigger. A response counts as one only if it has the status and the id of an acceptance, no
  /// sign of a failure, and no code or a known one (`TriggerOutcome.TrustedResponses`).
  /// - Throws: `FailedAttempt` for any other response.
  func acceptance(of response: HTTPResponse) throws(FailedAttempt) -> TriggerOutcome.Acceptance {
    let answer = try object(of: response)
    func unexpected(_ fault: String) -> FailedAttempt { self.unexpected(response, answer, fault) }
    guard response.statusCode == TriggerOutcome.TrustedResponses.acceptedStatus(api) else {
      throw unexpected("an acceptance has the status \(TriggerOutcome.TrustedResponses.acceptedStatus(api))")
    }
    if answer.hasFailure { throw unexpected("it reports a failure") }
    let data = answer["data"]
    let requestID = ResponseReader.id(api == .remote ? data?["requestId"] : answer["requestId"])
    // An id that contains a secret is none: it can neither be kept nor asked for.
    let executionID =
      api == .remote
      ? nil : ResponseReader.id(data?["executionId"]).flatMap { UUIDText.isValid($0.utf8) ? $0.lowercased() : nil }
    switch api {
    case .remote:
      guard requestID != nil else { throw unexpected("it has no data.requestId") }
    case .platform:
      guard executionID != nil else { throw unexpected("its data.executionId is not a UUID") }
    }
    let code = try acceptedCode(answer["code"], unexpected)
    _ = try acceptedCode(data?["code"], unexpected)
    return TriggerOutcome.Acceptance(
      statusCode: response.statusCode, code: code, message: shortened(answer["message"]?.text ?? ""),
      requestID: requestID.map { VisibleText.line($0) }, executionID: executionID)
  }

  /// Returns the failure for a 2xx response whose JSON does not match Sequence's documentation.
  func unexpected(_ response: HTTPResponse, _ answer: AnswerValue, _ fault: String) -> FailedAttempt {
    let parts = errorParts(answer)
    let row = parts.code.flatMap(SequenceErrorCode.named) ?? .httpError
    let said = parts.message.map { " (it says: \(shortened($0)))" } ?? ""
    let message = "the answer with status \(response.statusCode) is not as expected: \(fault)\(said)"
    var error = row.error(message, statusCode: response.statusCode, api: api)
    error.isOddSuccess = true
    return FailedAttempt(error: error, mayHaveRun: true, cause: .final)
  }

  private func acceptedCode(
    _ value: AnswerValue?, _ unexpected: (String) -> FailedAttempt
  ) throws(FailedAttempt) -> String? {
    guard let value, value.sent != .null else { return nil }
    guard TriggerOutcome.TrustedResponses.acceptedCodes.contains(value.word) else {
      var failure = unexpected("its code '\(VisibleText.line(value.shown, limit: 80))' does not mean acceptance")
      failure.hasUnknownAcceptance = true
      throw failure
    }
    return value.word
  }

  private static func id(_ value: AnswerValue?) -> String? { value.flatMap { $0.isID ? $0.id : nil } }

  /// Returns the failure for a status other than 2xx, with Sequence's own code if the response has one.
  private func refusal(_ response: HTTPResponse, _ answer: AnswerValue?) -> FailedAttempt {
    let status = response.statusCode
    // RFC 9110 section 15.4.
    if [301, 302, 303, 307, 308].contains(status) { return redirect(response) }
    let parts = answer.map(errorParts)
    // A code that means acceptance cannot be the reason for a failure.
    let errorCode = (parts?.code).flatMap { TriggerOutcome.TrustedResponses.acceptedCodes.contains($0) ? nil : $0 }
    let retryAfter = response.header("retry-after").flatMap(milliseconds)
    let isSurelyNotRun =
      TriggerOutcome.TrustedResponses.isSurelyNotRun(status, errorCode) && answer?.hasAcceptance != true
    let cause = ResponseReader.cause(status, errorCode, isSurelyNotRun, hasTime: retryAfter != nil)
    let code = errorCode ?? (status == 429 ? SequenceErrorCode.tooManyRequests : .httpError).name
    let row = SequenceErrorCode.named(code)
    let isPassing = status == 429 || status == 408 || status >= 500
    let wordless =
      errorCode == nil ? unreadableMessage(response) : "the server answered with status \(status), without a message"
    let seconds = min(retryAfter ?? 0, 999_999_999_000).addingSaturated(999) / 1000
    let said = (parts?.message).map(shortened) ?? wordless
    let isRetryable = row == nil || row == .httpError ? isPassing : row?.isRetryable == true
    // The row's own help may name another time.
    let help =
      seconds > 0 && (isRetryable || cause == .stillRunning)
      ? "Wait \(seconds) s, then make the same call again." : row?.help(for: api) ?? ResponseReader.help(status)
    var error = SequenceAPIError(
      code: code, message: seconds > 0 ? "\(said); the server asks to wait \(seconds) s" : said, statusCode: status,
      help: help, isRetryable: isRetryable)
    error.retryAfterMilliseconds = retryAfter
    return FailedAttempt(error: error, mayHaveRun: !isSurelyNotRun, cause: cause)
  }

  /// Returns the delay that a `Retry-After` asks for, never negative: seconds, or a date (RFC 9110 section 10.2.3). nil if the
  /// text is neither.
  private func milliseconds(retryAfter text: String) -> Int64? {
    if !text.isEmpty, text.utf8.allSatisfy(\.isASCIIDigit) {
      // Nine digits are more than thirty years; longer values could overflow.
      return text.utf8.count <= 9 ? Int64(text).map { $0 * 1000 } : .max
    }
    return HTTPDate.parse(text).map { max(0, $0 - wallMilliseconds) }
  }

  private static func cause(
    _ status: Int, _ code: String?, _ isSurelyNotRun: Bool, hasTime: Bool
  ) -> RetryPolicy.Cause {
    switch status {
    case 429 where !hasTime: .rateLimitedWithoutTime
    case 429: isSurelyNotRun ? .rateLimited : .serverError
    case 408, 500...: .serverError
    case 409 where code == SequenceErrorCode.ruleExecutionInProgress.name: .stillRunning
    default: .final
    }
  }

  /// Returns the help for a code that is not in the table.
  private static func help(_ status: Int) -> String {
    status >= 500 ? SequenceErrorCode.unexpectedError.help : "Sequence refused the request: its message says why."
  }

  /// Returns the failure for a 3xx. Redirects are never followed, because the request carries secrets.
  private func redirect(_ response: HTTPResponse) -> FailedAttempt {
    let target = ResponseReader.host(inLocation: scrub(response.header("location") ?? ""))
    let place = target.map { "'\(VisibleText.line($0, limit: 253))'" } ?? "another path of the same host"
    let message =
      "the server answered with a redirect (status \(response.statusCode)) to \(place), which was not followed"
    return FailedAttempt(
      error: SequenceErrorCode.redirectRefused.error(message, statusCode: response.statusCode, api: api),
      mayHaveRun: true, cause: .final)
  }

  private func unreadable(_ response: HTTPResponse) -> FailedAttempt {
    FailedAttempt(
      error: SequenceErrorCode.httpError.error(unreadableMessage(response), statusCode: response.statusCode, api: api),
      mayHaveRun: true, cause: .final)
  }

  /// Returns the code and message of an error, from the top level (Remote API) or from `error` (Platform API). Callers rely on
  /// the code being a single word, so a malformed code, or two different codes, appear only in the message.
  private func errorParts(_ answer: AnswerValue) -> (code: String?, message: String?) {
    let inner = answer["error"]
    var message = answer["message"]?.text ?? inner?["message"]?.text
    if let said = message, let id = ResponseReader.id(answer["requestId"]) {
      message = "\(said) (request \(VisibleText.line(id, limit: 80)))"
    }
    let codes = [answer["code"], inner?["code"]].compactMap { $0 }.filter { !$0.word.isEmpty }
    guard let code = codes.first else { return (nil, message) }
    // A known code is this program's own word.
    let isShowable = SequenceErrorCode.named(code.word) != nil || code.text?.hasSameBytes(as: code.word) == true
    if isShowable, ResponseReader.isErrorCode(code.word), codes.allSatisfy({ $0.word == code.word }) {
      return (code.word, message)
    }
    let names = codes.map { "'\(VisibleText.line($0.shown, limit: 80))'" }
    let shown = "the server sent the code \(names.joined(separator: " and "))"
    return (nil, message.map { "\($0) (\(shown))" } ?? shown)
  }

  private static func isErrorCode(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
      }
  }

  /// Describes an answer whose body is not the expected JSON.
  private func unreadableMessage(_ response: HTTPResponse) -> String {
    let isPage =
      response.body.first == UInt8(ascii: "<")
      || response.header("content-type")?.lowercased().utf8.starts(with: "text/html".utf8) == true
    let body =
      if response.body.isEmpty {
        "an empty body"
      } else if (try? JSONParser.parse(response.body[...], replacesLoneSurrogates: true)) != nil {
        "JSON that is not what the Sequence API sends"
      } else {
        isPage ? "a web page instead of JSON" : "a body that is not JSON"
      }
    return "the server answered with status \(response.statusCode) and \(body)"
  }

  /// Returns a message from Sequence as visible text, truncated to 2,000 characters.
  private func shortened(_ text: String) -> String { VisibleText.line(text, limit: 2000) }

  /// Returns the host and port in a `Location` header, or nil if the redirect stays on the same host.
  static func host(inLocation location: String) -> String? {
    var bytes = location.utf8[...]
    let scheme = bytes.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
    if scheme.count < bytes.count, bytes[scheme.endIndex] == UInt8(ascii: ":") {
      bytes = bytes[bytes.index(after: scheme.endIndex)...]
    }
    guard bytes.starts(with: "//".utf8) else { return nil }
    let authority = bytes.dropFirst(2).prefix {
      ![UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\")].contains($0)
    }
    let host = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[authority.index(after: $0)...] } ?? authority
    return String(host)
  }
}
