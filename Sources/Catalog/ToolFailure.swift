package import JSON
package import MCP
import Platform
package import Rules
import SequenceAPI

extension ToolResult {
  /// Creates a result with the same JSON as text content, for clients of every version, and as structured content (MCP
  /// 2025-06-18, server/tools, "Structured Content").
  init(_ content: JSONObject, isError: Bool = false) {
    self.init(text: JSONWriter.text(.object(content)), structuredContent: content, isError: isError)
  }
}

/// What became of a trigger, as results report it (`status`).
package enum ResultStatus: String, Sendable, CaseIterable {
  case accepted, duplicate, rejected, unknown
  case dryRun = "dry_run"
  case simulated

  var json: JSONValue { .string(rawValue) }
}

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

/// The marks on every result of a server that moves no real money.
package struct ResultMarks: Sendable {
  /// Whether calls go to the built-in sandbox.
  package let isSandbox: Bool
  /// Whether nothing is sent.
  package let isDryRun: Bool

  package init(isSandbox: Bool, isDryRun: Bool) {
    self.isSandbox = isSandbox
    self.isDryRun = isDryRun
  }

  /// Returns the result with its marks, in the text and in the structured content.
  package func marking(_ result: ToolResult) -> ToolResult {
    guard isSandbox || isDryRun, var content = result.structuredContent else { return result }
    if isSandbox { content["sandbox"] = true }
    if isDryRun { content["dry_run"] = true }
    var marked = result
    (marked.text, marked.structuredContent) = (JSONWriter.text(.object(content)), content)
    return marked
  }
}
