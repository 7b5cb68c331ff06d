package import JSON
package import MCP
import Platform
package import Rules
import Safeguards
import SequenceAPI

/// A failed or refused call, with the original server's field names (`error`, `code`, `message`, `status_code`) and this
/// server's additional ones.
package struct ToolFailure: Error, Sendable {
  /// In code points.
  static let messageLimit = 2000

  /// The status of the trigger; nil if the tool triggers nothing.
  package var status: ResultStatus?
  package var code: String
  package var message: String
  /// Sequence's HTTP status; nil if there was no response.
  package var statusCode: Int?
  /// The help for the user.
  package var help: String
  /// Whether the same call may be tried again unchanged.
  package var isRetryable: Bool
  package var idempotencyKey: String?
  /// Additional members of particular failures, such as the faults of arguments.
  package var details = JSONObject()
  /// Whether the message already tells of an attempt that may have run.
  private(set) var namesAttempt = false

  package init(
    status: ResultStatus? = nil, code: CallCode, message: String, statusCode: Int? = nil, help: String,
    isRetryable: Bool = false, idempotencyKey: String? = nil, details: JSONObject = JSONObject()
  ) {
    self.status = status
    self.code = code.rawValue
    self.message = message
    self.statusCode = statusCode
    self.help = help
    self.isRetryable = isRetryable
    self.idempotencyKey = idempotencyKey
    self.details = details
  }

  /// Creates a failure with the error's own code.
  /// - Parameter status: Nil if the tool triggers nothing.
  init(_ error: SequenceAPIError, status: ResultStatus?, idempotencyKey: String? = nil) {
    (code, message, statusCode) = (error.code, error.message, error.statusCode)
    (help, isRetryable) = (error.help, error.isRetryable)
    (self.status, self.idempotencyKey) = (status, idempotencyKey)
  }

  /// Returns the failure of a call that this program refuses.
  /// - Parameter status: Nil if the tool triggers nothing.
  static func refused(_ refusal: Refusal, status: ResultStatus? = .rejected) -> ToolFailure {
    ToolFailure(refusal, status: status)
  }

  private init(_ refusal: Refusal, status: ResultStatus?) {
    (code, message, details) = (refusal.code, refusal.message, refusal.details)
    (help, isRetryable) = (refusal.help, refusal.isRetryable)
    (self.status, namesAttempt) = (status, refusal.namesAttempt)
  }

  /// The failure as a tool result, with `isError`.
  package var result: ToolResult {
    var content: JSONObject = ["error": true]
    if let status { content["status"] = status.json }
    content["code"] = .string(VisibleText.line(code))
    content["message"] = .string(VisibleText.line(message, limit: Self.messageLimit))
    content["status_code"] = statusCode.map { JSONValue($0) } ?? .null
    content["hint"] = .string(help)
    content["retryable"] = .bool(isRetryable)
    if let idempotencyKey { content["idempotency_key"] = .string(idempotencyKey) }
    for (key, value) in details.members { content[key] = value }
    return ToolResult(content, isError: true)
  }
}
