package import JSON

/// What the server serves: an immutable list of tools and the way to call them. A reload hands the server a new provider;
/// calls under way keep the one they began with, which must itself know whether what it is about to do still holds.
package protocol ToolProvider: Sendable {
  /// In the order in which clients see them. Worked out again each time, so the server asks once, when a
  /// client first wants to know of them.
  var tools: [Tool] { get }
  /// What `server/discover` and `initialize` hand to the model; nil for nothing.
  var instructions: String? { get }

  /// Runs a tool on a worker thread, blocking as long as it takes. `name` is one of `tools`.
  func call(_ name: String, arguments: JSONObject, context: ToolCallContext) -> ToolReply
}

/// What a call came to: a result, or a question that a person must answer first.
package enum ToolReply: Sendable {
  case result(ToolResult)
  case question(ToolQuestion)
  /// Nothing was done, since the client has not declared elicitation: -32021 in the modern era, the result in the legacy era.
  case missingCapability(ToolResult)
}

/// The result of a call (MCP server/tools, CallToolResult). Failures of a tool are results too.
package struct ToolResult: Sendable {
  /// The text content, for the model and for clients without structured content.
  package var text: String
  /// nil for versions and tools without it.
  package var structuredContent: JSONObject?
  package var isError: Bool
  /// Runs once, on a worker thread, if the client does not get the answer: it cancelled the call, or is gone.
  package var undelivered: (@Sendable () -> Void)?

  package init(text: String, structuredContent: JSONObject? = nil, isError: Bool = false) {
    self.text = text
    self.structuredContent = structuredContent
    self.isError = isError
  }
}

/// A yes-or-no question to the person, asked through the client's elicitation in either era. The server binds the answer to the
/// tool and its exact arguments, and takes it once.
package struct ToolQuestion: Sendable {
  /// What came back. Whether a person can have given it is the tool's to judge.
  package enum Answer: Sendable, Hashable {
    /// `accept`, and whether the box is ticked.
    case accepted(isTicked: Bool)
    case declined, cancelled
    /// An error, or something that is not an answer to the form.
    case unreadable
    /// The client has not declared elicitation.
    case undeclared
    /// The client leaves the answer out.
    case cannotAsk
    case timedOut
    /// The client cancelled the call with the question open. Whatever the tool replies, nobody gets it.
    case abandoned
    /// `isCurrent` became false.
    case withdrawn
    /// The client's input ended.
    case clientGone
  }

  /// What the person reads: the rule's title, every argument, and what will be sent.
  package let message: String
  /// The label of the box to tick.
  package let confirmLabel: String
  /// How long the question waits for an answer, in milliseconds.
  package let openMilliseconds: Int64
  /// Whether the question still describes what a yes would do. Asked after each reload, of questions that are being shown.
  package let isCurrent: @Sendable () -> Bool
  /// Goes on with the call, on a worker thread. Called at most once, with the milliseconds from the question to the answer.
  package let answered: @Sendable (Answer, _ afterMilliseconds: Int64) -> ToolReply

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
