package import JSON

/// An immutable list of tools and the way to call them. A reload passes the server a new provider. Running calls keep the
/// provider they started with, which must check for itself whether what it is about to do is still valid.
package protocol ToolProvider: Sendable {
  /// The tools in the order clients see them. Computed on each access, so the server reads it once, when a client first asks
  /// for the list.
  var tools: [Tool] { get }
  /// Tools that are callable without being in the list, because a client may still hold an older list with them.
  var unlistedTools: [Tool] { get }
  /// The instructions for the model in `server/discover` and `initialize`, or nil.
  var instructions: String? { get }
  /// Whether the tools only stand in until the configuration is corrected, so that no client may cache them.
  var isTemporary: Bool { get }

  /// Returns the late answer of a call that waits for a thread, which ends it; nil if it may wait without end.
  func answerWhileWaiting(_ name: String, caller: ToolCaller) -> LateAnswer?

  /// Returns the result of a call that is not begun, because too many run or wait.
  /// - Parameter reason: For the caller.
  func refuse(_ name: String, _ reason: String, caller: ToolCaller) -> ToolResult

  /// Records that a request has a known secret for the name of a tool, a method or a version.
  func noteSecret(caller: ToolCaller)

  /// Runs a tool on a worker thread, blocking until it is done. `name` is the name of one of `tools` or
  /// `unlistedTools`.
  func call(_ name: String, arguments: JSONObject, context: ToolCallContext) -> ToolReply
}

extension ToolProvider {
  package var unlistedTools: [Tool] { [] }
  package var isTemporary: Bool { false }

  package func answerWhileWaiting(_ name: String, caller: ToolCaller) -> LateAnswer? { nil }

  package func noteSecret(caller: ToolCaller) {}

  package func refuse(_ name: String, _ reason: String, caller: ToolCaller) -> ToolResult {
    ToolResult(text: reason, isError: true)
  }
}

/// The reply to a call: a result, or a question that a person must answer first.
package enum ToolReply: Sendable {
  case result(ToolResult)
  case question(ToolQuestion)
  /// Nothing was done, because the client has not declared elicitation. Sent as error -32021 in the modern era and as the
  /// result in the legacy era.
  case missingCapability(ToolResult)
}

/// The result of a call (MCP server/tools, CallToolResult). Tool failures are results too.
package struct ToolResult: Sendable {
  /// The text content, for the model and for clients without structured content.
  package var text: String
  /// Omitted in protocol versions without structured output; nil if the tool has none.
  package var structuredContent: JSONObject?
  package var isError: Bool
  /// Runs once, if the answer never leaves the server, because the client cancelled the call or disconnected.
  package var undelivered: (@Sendable () -> Void)?

  package init(text: String, structuredContent: JSONObject? = nil, isError: Bool = false) {
    self.text = text
    self.structuredContent = structuredContent
    self.isError = isError
  }
}

/// A yes-or-no question to the person, asked through the client's elicitation in either era. The server binds the answer to the
/// tool and its exact arguments, and accepts it once.
package struct ToolQuestion: Sendable {
  /// The client's response. Whether a person can have given it is for the tool to judge.
  package enum Answer: Sendable, Hashable {
    /// `accept`, and whether the checkbox is ticked.
    case accepted(isTicked: Bool)
    case declined, cancelled
    /// An error, or something that does not match the form.
    case unreadable
    /// The client has not declared elicitation.
    case undeclared
    /// The client accepted without content, or kept retrying without an answer.
    case cannotAsk
    case timedOut
    /// The client cancelled the call while the question was open. The tool's reply is discarded.
    case abandoned
    /// `isCurrent` became false.
    case withdrawn
    /// The client's input ended, or the server is stopping.
    case clientGone

    var isNo: Bool { [.declined, .cancelled, .accepted(isTicked: false)].contains(self) }
    /// What an answer counts as that came after the question had expired: a no is still one, a yes came too late.
    var afterDeadline: Answer { isNo ? self : .timedOut }
    /// What an answer counts as once its call is over: a yes can no longer be carried out.
    var afterEnd: Answer { self == .accepted(isTicked: true) ? .abandoned : self }
  }

  /// The text for the person: the rule's title, every argument, and what will be sent.
  package let message: String
  /// The label of the checkbox.
  package let confirmLabel: String
  /// How long the question may be answered, in milliseconds.
  package let openMilliseconds: Int64
  /// Whether the question still describes what a yes would do. Checked after each reload for questions that are being shown.
  package let isCurrent: @Sendable () -> Bool
  /// Returns the late answer of a call whose answer, with its age in milliseconds, waits for a thread; nil for the one of a
  /// call that is not begun.
  package var late: @Sendable (Answer, _ afterMilliseconds: Int64) -> LateAnswer? = { _, _ in nil }
  /// Whether nobody can be asked but through this client: a retry that does not declare elicitation is then refused, and the
  /// question stays open.
  package var needsElicitation = false
  /// Called when the question is sent again.
  package var askedAgain: @Sendable () -> Void = {}
  /// Resumes the call on a worker thread. Called at most once, with the milliseconds from writing the question to reading the
  /// answer, never more; 0 for an answer to a question that is not written yet.
  package var answered: @Sendable (Answer, _ afterMilliseconds: Int64) -> ToolReply

  package init(
    message: String, confirmLabel: String, openMilliseconds: Int64,
    isCurrent: @escaping @Sendable () -> Bool = { true },
    answered: @escaping @Sendable (Answer, _ afterMilliseconds: Int64) -> ToolReply
  ) {
    self.message = message
    self.confirmLabel = confirmLabel
    self.openMilliseconds = openMilliseconds
    self.isCurrent = isCurrent
    self.answered = answered
  }
}
