#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
package import JSON
package import Platform
package import Secrets

/// The two calls of Sequence's Remote API (Sequence API docs, read 2026-11), over any transport.
///
/// A value for one configuration; the transport with its connections and the token bucket outlive it.
package struct SequenceClient: Sendable {
  /// Where Sequence is and how long to wait for it.
  package struct Settings: Sendable {
    package var baseURL: ServiceURL
    /// With `{rule_id}` once; starts with a slash.
    package var triggerPath: String
    /// The longest wait for one call, all its tries together.
    package var timeoutMilliseconds: Int64
    /// This program's version, for the `User-Agent`.
    package var version: String

    package init(baseURL: ServiceURL, triggerPath: String, timeoutMilliseconds: Int64, version: String) {
      self.baseURL = baseURL
      self.triggerPath = triggerPath
      self.timeoutMilliseconds = timeoutMilliseconds
      self.version = version
    }
  }

  private let settings: Settings
  private let calls: CallLoop

  /// - Parameters:
  ///   - scrub: takes known secrets out of a text. Every text that comes from outside goes through it whole, before it is
  ///     shortened or quoted; so does this call's own secret, known or not.
  ///   - pause: sleeps that many milliseconds; tests move their clock instead.
  ///   - jitter: picks a wait from a range of milliseconds.
  package init(
    settings: Settings, transport: any HTTPTransport, bucket: TokenBucket,
    scrub: @escaping @Sendable (String) -> String, clock: any Clock = SystemClock(),
    pause: @escaping @Sendable (Int64) -> Void = SequenceClient.sleep,
    jitter: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) }
  ) {
    self.settings = settings
    // A server on this machine is a sandbox or a test: nobody is locked out there.
    calls = CallLoop(
      transport: transport, bucket: settings.baseURL.isLoopback ? nil : bucket, clock: clock, pause: pause,
      jitter: jitter, scrub: scrub)
  }

  /// The base URL and the path that triggers go to, `{rule_id}` in place.
  package var triggerAddress: String { settings.baseURL.text + settings.triggerPath }

  /// Sleeps that many milliseconds.
  package static let sleep: @Sendable (Int64) -> Void = { milliseconds in
    _ = poll(nil, 0, Int32(clamping: milliseconds))
  }

  /// Lists the accounts; tried up to three times within the timeout.
  /// - Parameter isCancelled: true gives the call up, also while it waits for the answer.
  package func accounts(
    accessToken: Secret, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(SequenceAPIError) -> AccountList {
    let request = request("/accounts", [.init("x-sequence-access-token", .bearer(accessToken))], [:])
    do throws(FailedTry) {
      return try calls.scrubbing(accessToken).run(request, .read, stop: { isCancelled() ? .cancelled : nil }) {
        judge, response throws(FailedTry) in
        try judge.accounts(in: response)
      }
    } catch {
      throw error.error
    }
  }

  /// Triggers a rule and says honestly what is known then.
  /// - Parameters:
  ///   - body: any JSON object.
  ///   - idempotencyKey: by which Sequence recognises a repeat; the same one for all tries.
  ///   - stop: asked before each try; why no further one is made, which is then the outcome, or nil. A request on its way is
  ///     waited for, since nobody could call it back.
  package func trigger(
    ruleID: String, apiSecret: Secret, body: JSONValue, idempotencyKey: String,
    stop: @escaping @Sendable () -> SequenceAPIError? = { nil }
  ) -> TriggerOutcome {
    do throws(SequenceAPIError) {
      let request = try triggerRequest(ruleID, .bearer(apiSecret), body, idempotencyKey)
      do throws(FailedTry) {
        return .accepted(
          try calls.scrubbing(apiSecret).run(request, .trigger, stop: stop) { judge, response throws(FailedTry) in
            try judge.acceptance(of: response)
          })
      } catch {
        return error.mayHaveRun ? .unknown(error.error.doubtful(idempotencyKey)) : .rejected(error.error)
      }
    } catch {
      return .rejected(error)
    }
  }

  /// What `trigger` would send, without a secret and without sending it.
  /// - Throws: `SequenceAPIError` where the rule id cannot be sent.
  package func describeTrigger(
    ruleID: String, body: JSONValue, idempotencyKey: String
  ) throws(SequenceAPIError) -> RequestDescription {
    let request = try triggerRequest(ruleID, .plain("Bearer <redacted>"), body, idempotencyKey)
    return RequestDescription(
      url: request.url, headers: request.headers.map { .init($0.name, $0.shownValue) }, body: body)
  }

  private func triggerRequest(
    _ ruleID: String, _ signature: HTTPRequest.Header.Value, _ body: JSONValue, _ idempotencyKey: String
  ) throws(SequenceAPIError) -> HTTPRequest {
    guard let segment = RuleID.pathSegment(ruleID) else {
      throw SequenceErrorCode.invalidInput.error(
        "the rule id must be 1 to 128 visible ASCII characters, and not '.' or '..'; nothing was sent")
    }
    let path = settings.triggerPath.replacingFirst("{rule_id}", with: segment)
    return request(
      path, [.init("x-sequence-signature", signature), .init("idempotency-key", .plain(idempotencyKey))], body)
  }

  private func request(_ path: String, _ headers: [HTTPRequest.Header], _ body: JSONValue) -> HTTPRequest {
    let common: [HTTPRequest.Header] = [
      .init("content-type", .plain("application/json")), .init("accept", .plain("application/json")),
      .init("user-agent", .plain("sequence-mcp/\(settings.version)")),
    ]
    return HTTPRequest(
      url: settings.baseURL.text + path, isLoopback: settings.baseURL.isLoopback, headers: headers + common, body: body,
      timeoutMilliseconds: settings.timeoutMilliseconds)
  }
}

extension SequenceAPIError {
  /// The error of a trigger that may have run: what was lost, and how a repeat is safe.
  fileprivate func doubtful(_ idempotencyKey: String) -> SequenceAPIError {
    SequenceAPIError(
      code: code, message: "it is not known whether the rule ran: \(message)", statusCode: statusCode,
      hint: "The rule may have run: do not repeat it blindly. Look into Sequence first. A repeat is safe with the same"
        + " idempotency_key '\(idempotencyKey)' and the same payload, within 24 hours: Sequence then recognises it."
        + " What may have caused it: \(hint)",
      isRetryable: false)
  }
}

extension String {
  /// The text with the first occurrence of an ASCII mark replaced.
  fileprivate func replacingFirst(_ mark: String, with replacement: String) -> String {
    var start = utf8.startIndex
    while let end = utf8.index(start, offsetBy: mark.utf8.count, limitedBy: utf8.endIndex) {
      if utf8[start..<end].elementsEqual(mark.utf8) { return self[..<start] + replacement + self[end...] }
      start = utf8.index(after: start)
    }
    return self
  }
}
