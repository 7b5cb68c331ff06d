package import JSON
package import MCP
import SequenceAPI

/// Makes the results of calls: the same JSON as text content, for clients of every version, and as structured content
/// (MCP 2025-06-18, server/tools, "Structured Content"). Only what Sequence wrote differs: it is cleaned in the text.
package enum ToolAnswer {
  /// - Parameter text: the content with the texts that Sequence wrote cleaned; nil where there are none.
  static func success(_ content: JSONObject, text: JSONObject? = nil) -> ToolReply {
    .result(ToolResult(text: JSONWriter.text(.object(text ?? content)), structuredContent: content))
  }

  static func failure(_ failure: ToolFailure) -> ToolReply { .result(failure.result) }
}

/// Why a call did not do what was asked, in the original server's names (`error`, `code`, `message`, `status_code`) with
/// what this host adds.
package struct ToolFailure: Sendable {
  /// What is known of the trigger; nil where the tool triggers nothing.
  package var status: String?
  package var code: String
  package var message: String
  /// Sequence's HTTP status; nil where it answered none.
  package var statusCode: Int?
  /// What the user can do.
  package var hint: String
  /// Whether the same call may be tried again as it is.
  package var isRetryable: Bool
  package var idempotencyKey: String?
  /// Members of particular failures, such as the faults of arguments.
  package var details = JSONObject()
  /// Whether code and message may hold words of Sequence's, which the text content gets cleaned.
  package var isFromSequence = false

  package init(
    status: String? = nil, code: String, message: String, statusCode: Int? = nil, hint: String, isRetryable: Bool,
    idempotencyKey: String? = nil, details: JSONObject = JSONObject(), isFromSequence: Bool = false
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.statusCode = statusCode
    self.hint = hint
    self.isRetryable = isRetryable
    self.idempotencyKey = idempotencyKey
    self.details = details
    self.isFromSequence = isFromSequence
  }

  /// The failure as a tool's result, marked with `isError`.
  package var result: ToolResult {
    let content = content { $0 }
    let text = isFromSequence ? self.content { UntrustedText.clean($0) } : content
    return ToolResult(text: JSONWriter.text(.object(text)), structuredContent: content, isError: true)
  }

  private func content(_ shown: (String) -> String) -> JSONObject {
    var content: JSONObject = ["error": true]
    if let status { content["status"] = .string(status) }
    content["code"] = .string(shown(code))
    content["message"] = .string(shown(message))
    content["status_code"] = statusCode.map { JSONValue($0) } ?? .null
    content["hint"] = .string(hint)
    content["retryable"] = .bool(isRetryable)
    if let idempotencyKey { content["idempotency_key"] = .string(idempotencyKey) }
    for (key, value) in details.members { content[key] = value }
    return content
  }
}
