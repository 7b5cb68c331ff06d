import JSON
import Platform

/// Tells a success from a failure in what the server answered, trusting nothing that does not say what it is.
struct ResponseJudge {
  /// For a `Retry-After` that is a date.
  let wallMilliseconds: Int64
  /// Takes secrets out of each string of the body as soon as it is parsed, before anything is shortened: a secret that a
  /// limit falls into would leave as a prefix that no scrubber knows.
  let scrub: @Sendable (String) -> String

  /// The object of a 2xx.
  /// - Throws: `FailedTry` for every other answer.
  func object(of response: HTTPResponse) throws(FailedTry) -> JSONObject {
    let status = response.statusCode
    if 300...399 ~= status { throw redirect(response) }
    let answer = (try? JSONParser.parse(response.body))?.scrubbed(by: scrub).objectValue
    guard 200...299 ~= status else { throw refusal(response, answer) }
    guard let answer else { throw unreadable(response) }
    return answer
  }

  /// What a 2xx says about a trigger: accepted is only what carries a code or an id of the request, and speaks of no
  /// failure anywhere (Sequence API docs, read 2026-11).
  /// - Throws: `FailedTry` where it does not say that the trigger was accepted: then nobody knows.
  func acceptance(of response: HTTPResponse) throws(FailedTry) -> TriggerOutcome.Acceptance {
    let answer = try object(of: response)
    let code = answer["code"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    // The Platform API has its id at the top, beside the execution's (Sequence API docs, read 2026-11).
    let id = answer["data"]?["requestId"] ?? (answer["data"]?["executionId"] == nil ? nil : answer["requestId"])
    let requestID = (id?.stringValue ?? id?.numberValue?.text).flatMap { $0.isEmpty ? nil : $0 }
    let speaksOfFailure =
      code.map { SequenceErrorCode.named($0) != nil } == true || ResponseJudge.hasFailure(answer)
      || answer["data"]?.objectValue.map(ResponseJudge.hasFailure) == true
    guard !speaksOfFailure, code != nil || requestID != nil else {
      throw unexpected(response, answer, "it does not say that the trigger was accepted")
    }
    return TriggerOutcome.Acceptance(
      statusCode: response.statusCode, code: code.map { VisibleText.line($0) },
      message: bounded(answer["message"]?.stringValue ?? ""),
      requestID: requestID.map { VisibleText.line($0) })
  }

  /// Whether an object has an error in it, or a success that is none.
  private static func hasFailure(_ answer: JSONObject) -> Bool {
    let nothing: [JSONValue?] = [nil, .null, .bool(false), "", [], [:]]
    return !nothing.contains(answer["error"]) || !nothing.contains(answer["errors"])
      || ![nil, .null, .bool(true)].contains(answer["success"])
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
      code: code,
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
    let place = target.map { "'\(VisibleText.line($0, limit: 253))'" } ?? "another path of the same host"
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

  /// Code and message of an error: at the top (Remote API), or in `error` (Platform API). Whoever reads a code trusts it
  /// to be a word, so what does not look like one is only told in the message.
  private func errorParts(_ answer: JSONObject) -> (code: String?, message: String?) {
    let inner = answer["error"]
    let message = answer["message"]?.stringValue ?? inner?["message"]?.stringValue
    guard let code = answer["code"]?.stringValue ?? inner?["code"]?.stringValue, !code.isEmpty else {
      return (nil, message)
    }
    if ResponseJudge.isErrorCode(code) { return (code, message) }
    let shown = "the server sent the code '\(VisibleText.line(code, limit: 80))'"
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

  /// A message of Sequence's, in visible text, and never a megabyte of it.
  private func bounded(_ text: String) -> String { VisibleText.line(text, limit: 2000) }

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
