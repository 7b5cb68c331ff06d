import JSON
package import Platform
import Rules

/// Builds requests for Sequence's Platform API v1 at one address (Sequence API docs, read 2026-11). The credential of each
/// request is the API key.
package struct PlatformAPI: Sendable, Hashable {
  package var baseURL: ServiceURL
  /// This program's version, for the `User-Agent`.
  package var version: String

  package init(baseURL: ServiceURL, version: String) {
    self.baseURL = baseURL
    self.version = version
  }

  /// The maximum number of list entries that one request may ask for.
  static let pageSize = 100

  /// Returns the request that runs a rule, live or simulated. Its answer confirms that the run was queued, not that money
  /// moved.
  /// - Parameters:
  ///   - ruleID: A UUID.
  ///   - amountCents: The amount that the rule works on, at least 1; nil lets it work on the source's real balance.
  ///   - idempotencyKey: 1 to 36 characters of `A-Za-z0-9._:/|-`. It is bound to the body, so a simulation and a live run need
  ///     two different keys.
  ///   - tool: The calling tool, for the owner's audit log at Sequence.
  /// - Throws: `SequenceAPIError` if the rule id or the amount cannot be sent.
  package func trigger(
    ruleID: String, amountCents: Int64?, isSimulation: Bool, idempotencyKey: String, tool: String
  ) throws(SequenceAPIError) -> TriggerRequest {
    var body = JSONObject()
    if let amountCents {
      guard amountCents >= 1 else {
        throw SequenceErrorCode.invalidInput.error("the amount to run the rule on must be over zero; nothing was sent")
      }
      body["executeAmount"] = JSONValue(Int(amountCents))
    }
    if isSimulation { body["simulation"] = true }
    let path = "/rules/\(try PathSegment.encode(ruleID, of: "rule"))/trigger"
    let request = APIRequest(
      .platform, .post, baseURL, path: path, credentialHeader: PlatformAPI.credentialHeader,
      headers: [HTTPHeader("idempotency-key", idempotencyKey), PlatformAPI.reason(tool)], body: .object(body),
      version: version)
    return TriggerRequest(request: request, idempotencyKey: idempotencyKey)
  }

  /// Returns the request for one run. A run that was just created may not be found at first.
  package func execution(ruleID: String, id: String, tool: String) throws(SequenceAPIError) -> APIRequest {
    get(
      "/rules/\(try PathSegment.encode(ruleID, of: "rule"))/executions/\(try PathSegment.encode(id, of: "run"))", tool)
  }

  /// Returns the request for the runs of a rule, newest first, live and simulated, without their transfers.
  package func executions(ruleID: String, tool: String) throws(SequenceAPIError) -> APIRequest {
    get("/rules/\(try PathSegment.encode(ruleID, of: "rule"))/executions?executionMode=ALL&pageSize=5", tool)
  }

  /// Returns the request for one transfer of a run, which may be a simulated one.
  package func transfer(id: String, tool: String) throws(SequenceAPIError) -> APIRequest {
    get("/transfers/\(try PathSegment.encode(id, of: "transfer"))", tool)
  }

  /// Returns the request for the organization's rules, without their steps.
  /// - Parameter page: The page number, from 1.
  package func rules(page: Int, tool: String) -> APIRequest { list("/rules", page, tool) }

  /// Returns the request for one rule with its trigger, steps and actions.
  package func rule(id: String, tool: String) throws(SequenceAPIError) -> APIRequest {
    get("/rules/\(try PathSegment.encode(id, of: "rule"))", tool)
  }

  /// Returns the request for the accounts, without balances.
  /// - Parameter page: The page number, from 1.
  package func accounts(page: Int, tool: String) -> APIRequest { list("/accounts", page, tool) }

  /// Returns the request for one account with its balance.
  package func account(id: String, tool: String) throws(SequenceAPIError) -> APIRequest {
    get("/accounts/\(try PathSegment.encode(id, of: "account"))", tool)
  }

  /// Returns the request for the owners of accounts. It needs no scope, so it is the cheapest way to check a key.
  package func beneficiaries(tool: String) -> APIRequest { get("/beneficiaries?pageSize=1", tool) }

  /// Returns the request for one account without its balance, the cheapest way to check that a key may read accounts.
  func anyAccount(tool: String) -> APIRequest { get("/accounts?pageSize=1", tool) }

  private static let credentialHeader = "authorization"

  private static func reason(_ tool: String) -> HTTPHeader { HTTPHeader("x-called-reason", "sequence-mcp \(tool)") }

  private func get(_ path: String, _ tool: String) -> APIRequest {
    APIRequest(
      .platform, .get, baseURL, path: path, credentialHeader: PlatformAPI.credentialHeader,
      headers: [PlatformAPI.reason(tool)],
      version: version)
  }

  private func list(_ path: String, _ page: Int, _ tool: String) -> APIRequest {
    get("\(path)?page=\(page)&pageSize=\(PlatformAPI.pageSize)", tool)
  }
}
