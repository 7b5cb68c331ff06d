package import JSON
package import Platform
import Rules

/// Builds requests for Sequence's Remote API at one base URL (Sequence API docs, read 2026-11).
package struct RemoteAPI: Sendable, Hashable {
  package var baseURL: ServiceURL
  /// Contains `{rule_id}` once, as a whole segment; starts with a slash.
  package var triggerPath: String
  /// This program's version, for the `User-Agent`.
  package var version: String

  /// - Parameters:
  ///   - triggerPath: Contains `{rule_id}` once, as a whole segment, and starts with a slash.
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
  ) throws(SequenceAPIError) -> APIRequest {
    let id = try PathSegment.encode(ruleID, of: "rule")
    let segments = triggerPath.split(separator: "/", omittingEmptySubsequences: false)
    let path = segments.map { $0 == "{rule_id}" ? id[...] : $0 }.joined(separator: "/")
    return APIRequest(
      .remote, .post, baseURL, path: path, credentialHeader: "x-sequence-signature", idempotencyKey: idempotencyKey,
      body: body, version: version)
  }

  /// Returns the request that lists the accounts. Its credential is the access token.
  package func accounts() -> APIRequest {
    APIRequest(
      .remote, .post, baseURL, path: "/accounts", credentialHeader: "x-sequence-access-token", body: [:],
      version: version)
  }
}
