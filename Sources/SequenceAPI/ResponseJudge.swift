import JSON

/// Tells a success from a failure in what the server answered, trusting nothing that does not say what it is.
struct ResponseJudge {
  /// For a `Retry-After` that is a date.
  let wallMilliseconds: Int64

  /// The object of a 2xx.
  /// - Throws: `FailedTry` for every other answer.
  func object(of response: HTTPResponse) throws(FailedTry) -> JSONObject {
    let status = response.statusCode
    if 300...399 ~= status { throw redirect(response) }
    let answer = (try? JSONParser.parse(response.body))?.objectValue
    guard 200...299 ~= status else { throw refusal(response, answer) }
    guard let answer else { throw unreadable(response) }
    return answer
  }

  /// What a 2xx says about a trigger (Sequence API docs, read 2026-11).
  /// - Throws: `FailedTry` where it does not say that the trigger was accepted: then nobody knows.
  func acceptance(of response: HTTPResponse) throws(FailedTry) -> TriggerOutcome.Acceptance {
    let answer = try object(of: response)
    let code = answer["code"]?.stringValue
    let message = answer["message"]?.stringValue
    let requestID = answer["data"]?["requestId"] ?? answer["requestId"]
    let speaksOfError =
      code.map { SequenceErrorCode.named($0) != nil } == true || answer["success"] == .bool(false)
      || ![nil, .null, .bool(false)].contains(answer["error"])
    guard !speaksOfError, code != nil || message != nil || requestID?.stringValue != nil else {
      throw unexpected(response, answer, "it does not say that the trigger was accepted")
    }
    return TriggerOutcome.Acceptance(
      statusCode: response.statusCode, code: bounded(code ?? ""), message: bounded(message ?? ""),
      requestID: (requestID?.stringValue ?? requestID?.numberValue?.text).map(bounded))
  }

  /// The accounts in a 2xx.
  func accounts(in response: HTTPResponse) throws(FailedTry) -> AccountList {
    let answer = try object(of: response)
    do throws(AccountsDecoder.Fault) {
      return try AccountsDecoder.decode(.object(answer))
    } catch {
      throw unexpected(response, answer, error.message)
    }
  }

  /// A status that is no success, with Sequence's own code where the answer has one.
  private func refusal(_ response: HTTPResponse, _ answer: JSONObject?) -> FailedTry {
    let status = response.statusCode
    let parts = answer.map(errorParts)
    let isPassing = status == 429 || status == 408 || status >= 500
    // 429 says what it means even where a proxy wrote it.
    let ownCode = status == 429 ? SequenceErrorCode.tooManyRequests : .httpError
    let code = parts?.code ?? ownCode.name
    let row = SequenceErrorCode.named(code)
    let error = SequenceAPIError(
      code: bounded(code),
      message: (parts?.message).map(bounded) ?? "the server answered with status \(status) and \(kind(of: response))",
      statusCode: status, hint: row?.hint ?? hint(status),
      isRetryable: row == nil || row == .httpError ? isPassing : row?.isRetryable == true)
    let mayHaveRun = !(FailedTry.isRefusal(status) || (400...499 ~= status && parts?.code != nil))
    return FailedTry(
      error, mayHaveRun: mayHaveRun, isTransient: isPassing, retryAfterMilliseconds: retryAfter(response))
  }

  /// What the user can do where Sequence gave a code that nobody told us of.
  private func hint(_ status: Int) -> String {
    status >= 500 ? SequenceErrorCode.unexpectedError.hint : "Sequence refused the request: its message says why."
  }

  /// A 3xx is never followed: the request carries secrets.
  private func redirect(_ response: HTTPResponse) -> FailedTry {
    let target = ResponseJudge.host(inLocation: response.header("location") ?? "")
    let place = target.map { "'\(UntrustedText.clean($0, limit: 253))'" } ?? "another path of the same host"
    let message =
      "the server answered with a redirect (status \(response.statusCode)) to \(place), which was not followed"
    return FailedTry(
      SequenceErrorCode.redirectRefused.error(message, statusCode: response.statusCode), mayHaveRun: true,
      isTransient: false)
  }

  private func unreadable(_ response: HTTPResponse) -> FailedTry {
    let message = "the server answered with status \(response.statusCode) and \(kind(of: response))"
    return FailedTry(
      SequenceErrorCode.httpError.error(message, statusCode: response.statusCode), mayHaveRun: true, isTransient: false)
  }

  /// A 2xx whose JSON is not what Sequence documents.
  private func unexpected(_ response: HTTPResponse, _ answer: JSONObject, _ fault: String) -> FailedTry {
    let parts = errorParts(answer)
    let row = parts.code.flatMap(SequenceErrorCode.named) ?? .httpError
    let said = parts.message.map { " (it says: \(bounded($0)))" } ?? ""
    let message = "the answer with status \(response.statusCode) is not as expected: \(fault)\(said)"
    return FailedTry(row.error(message, statusCode: response.statusCode), mayHaveRun: true, isTransient: false)
  }

  /// Code and message of an error: at the top (Remote API), or in `error` (Platform API).
  private func errorParts(_ answer: JSONObject) -> (code: String?, message: String?) {
    let inner = answer["error"]
    let code = answer["code"]?.stringValue ?? inner?["code"]?.stringValue
    return (code.flatMap { $0.isEmpty ? nil : $0 }, answer["message"]?.stringValue ?? inner?["message"]?.stringValue)
  }

  /// In words, what a body is that is not JSON.
  private func kind(of response: HTTPResponse) -> String {
    if response.body.isEmpty { return "an empty body" }
    if (try? JSONParser.parse(response.body)) != nil { return "JSON that is not what the Sequence API sends" }
    let isPage = response.header("content-type")?.lowercased().utf8.starts(with: "text/html".utf8) == true
    return isPage || response.body.first == UInt8(ascii: "<") ? "a web page instead of JSON" : "a body that is not JSON"
  }

  private func retryAfter(_ response: HTTPResponse) -> Int64? {
    response.header("retry-after").flatMap { RetryAfter.milliseconds($0, wallMilliseconds: wallMilliseconds) }
  }

  /// What Sequence wrote, as it wrote it, but never a megabyte of it.
  private func bounded(_ text: String) -> String {
    guard text.utf8.count > 2000, text.unicodeScalars.count > 2000 else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(1999))) + "…"
  }

  /// Host and port that a `Location` header names, or nil where it stays on the same host.
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
