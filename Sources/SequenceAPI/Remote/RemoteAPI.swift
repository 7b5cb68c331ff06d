package import JSON
package import Platform
import Rules

/// Builds requests for Sequence's Remote API at one base URL (Sequence API docs, read 2026-11).
package struct RemoteAPI: Sendable, Hashable {
  package var baseURL: ServiceURL
  /// Contains `{rule_id}` once; starts with a slash.
  package var triggerPath: String
  /// This program's version, for the `User-Agent`.
  package var version: String

  /// - Parameters:
  ///   - triggerPath: Contains `{rule_id}` once and starts with a slash.
  ///   - version: This program's version.
  package init(baseURL: ServiceURL, triggerPath: String, version: String) {
    self.baseURL = baseURL
    self.triggerPath = triggerPath
    self.version = version
  }

  /// Returns the request that triggers a rule. Its credential is the rule's API secret.
  /// - Parameters:
  ///   - body: Any JSON object.
  ///   - idempotencyKey: 1 to 36 characters of `A-Za-z0-9._:-`.
  /// - Throws: `SequenceAPIError` if the rule id cannot be sent.
  package func trigger(
    ruleID: String, body: JSONValue, idempotencyKey: String
  ) throws(SequenceAPIError) -> TriggerRequest {
    let segment = try PathSegment.encode(ruleID, of: "rule")
    let request = APIRequest(
      .remote, .post, baseURL, path: triggerPath.replacingFirst("{rule_id}", with: segment),
      credentialHeader: "x-sequence-signature", headers: [HTTPHeader("idempotency-key", idempotencyKey)], body: body,
      version: version)
    return TriggerRequest(request: request, idempotencyKey: idempotencyKey)
  }

  /// Returns the request that lists the accounts. Its credential is the access token.
  package func accounts() -> APIRequest {
    APIRequest(
      .remote, .post, baseURL, path: "/accounts", credentialHeader: "x-sequence-access-token", body: [:],
      version: version)
  }
}

extension String {
  /// Returns the text with the first occurrence of an ASCII mark replaced.
  fileprivate func replacingFirst(_ mark: String, with replacement: String) -> String {
    var start = utf8.startIndex
    while let end = utf8.index(start, offsetBy: mark.utf8.count, limitedBy: utf8.endIndex) {
      if utf8[start..<end].elementsEqual(mark.utf8) { return self[..<start] + replacement + self[end...] }
      start = utf8.index(after: start)
    }
    return self
  }
}
