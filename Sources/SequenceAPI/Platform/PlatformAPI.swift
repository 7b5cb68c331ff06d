package import JSON
package import Platform
import Rules

/// Builds requests for Sequence's Platform API v1 at one base URL (Sequence API docs, read 2026-11). The credential of each
/// request is the API key.
package struct PlatformAPI: Sendable, Hashable {
  package var baseURL: ServiceURL
  /// This program's version, for the `User-Agent`.
  package var version: String

  package init(baseURL: ServiceURL, version: String) {
    self.baseURL = baseURL
    self.version = version
  }

  /// Returns the request that runs a rule, live or simulated. Its answer confirms that the run was queued, not that money
  /// moved.
  /// - Parameters:
  ///   - ruleID: A UUID.
  ///   - body: `executeAmount`, the amount in cents that the rule works on, at least 1, without which it works on the source's
  ///     real balance; and `simulation`.
  ///   - idempotencyKey: 1 to 36 characters of `A-Za-z0-9._:/|-`. It is bound to the body, so a simulation and a live run need
  ///     two different keys.
  ///   - tool: The calling tool, for the owner's audit log at Sequence.
  /// - Throws: `SequenceAPIError` if the rule id or the amount cannot be sent.
  package func trigger(
    ruleID: String, body: JSONValue, idempotencyKey: String, tool: String
  ) throws(SequenceAPIError) -> APIRequest {
    if let amount = body["executeAmount"], amount.numberValue?.intValue ?? 0 < 1 {
      throw SequenceErrorCode.invalidInput.error("the amount to run the rule on must be over zero; nothing was sent")
    }
    return request(.post, try rulePath(ruleID) + "/trigger", tool, idempotencyKey: idempotencyKey, body: body)
  }

  /// What can be read.
  enum Resource: Sendable {
    /// The owners of accounts. They need no scope, so they are the cheapest way to check a key.
    case beneficiaries
    /// The organization's rules, without their steps. Pages count from 1.
    case rules(page: Int)
    /// One rule with its trigger, steps and actions.
    case rule(id: String)
    /// The runs of a rule, newest first, live and simulated, without their transfers.
    case executions(ruleID: String)
    /// One run. A run that was just created may not be found at first.
    case execution(ruleID: String, id: String)
    /// One transfer of a run, which may be a simulated one.
    case transfer(id: String)
    /// The accounts, without balances. Pages count from 1.
    case accounts(page: Int)
    /// One account without its balance, the cheapest way to check that a key may read accounts.
    case anyAccount
    /// One account with its balance.
    case account(id: String)

    /// What a key needs for it; nil if any key may read it.
    var scope: SequenceAPIError.MissingScope? {
      switch self {
      case .beneficiaries: nil
      case .rules: .init(name: "READ_RULES", target: "for your rules")
      case .rule(let id), .executions(let id), .execution(let id, _):
        .init(name: "READ_RULES", target: "for the rule \(id)")
      case .transfer: .init(name: "READ_TRANSFERS", target: "for the accounts of the transfer")
      case .accounts, .anyAccount: .init(name: "READ_ACCOUNTS", target: "for an account")
      case .account: .init(name: "READ_ACCOUNTS", target: "for this account")
      }
    }
  }

  /// The maximum number of list entries that one request may ask for.
  static let pageSize = 100

  /// - Parameter tool: The calling tool, for the owner's audit log at Sequence.
  func get(_ resource: Resource, tool: String) throws(SequenceAPIError) -> APIRequest {
    let path =
      switch resource {
      case .beneficiaries: "/beneficiaries?pageSize=1"
      case .rules(let page): "/rules?page=\(page)&pageSize=\(PlatformAPI.pageSize)"
      case .rule(let id): try rulePath(id)
      case .executions(let ruleID): try rulePath(ruleID) + "/executions?executionMode=ALL&pageSize=5"
      case .execution(let ruleID, let id):
        try rulePath(ruleID) + "/executions/" + PathSegment.encode(id, of: "run")
      case .transfer(let id): "/transfers/\(try PathSegment.encode(id, of: "transfer"))"
      case .accounts(let page): "/accounts?page=\(page)&pageSize=\(PlatformAPI.pageSize)"
      case .anyAccount: "/accounts?pageSize=1"
      case .account(let id): "/accounts/\(try PathSegment.encode(id, of: "account"))"
      }
    return request(.get, path, tool)
  }

  private func rulePath(_ id: String) throws(SequenceAPIError) -> String {
    "/rules/" + (try PathSegment.encode(id, of: "rule"))
  }

  private func request(
    _ method: APIRequest.Method, _ path: String, _ tool: String, idempotencyKey: String? = nil, body: JSONValue? = nil
  ) -> APIRequest {
    APIRequest(
      .platform, method, baseURL, path: path, credentialHeader: "authorization", idempotencyKey: idempotencyKey,
      headers: [HTTPHeader("x-called-reason", "sequence-mcp \(tool)")], body: body, version: version)
  }
}
