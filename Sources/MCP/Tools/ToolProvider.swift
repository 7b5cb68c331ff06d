package import JSON

/// What the server serves: an immutable list of tools and the way to call them. A reload hands the server a new provider;
/// calls under way keep the one they began with, which must itself know whether what it is about to do still holds.
package protocol ToolProvider: Sendable {
  /// In the order in which clients see them. Worked out anew each time, so the server asks once, when a
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
}

/// The result of a call (MCP server/tools, CallToolResult). Failures of a tool are results too.
package struct ToolResult: Sendable {
  /// The text content, for the model and for clients without structured content.
  package var text: String
  /// nil for versions and tools without it.
  package var structuredContent: JSONObject?
  package var isError: Bool

  package init(text: String, structuredContent: JSONObject? = nil, isError: Bool = false) {
    self.text = text
    self.structuredContent = structuredContent
    self.isError = isError
  }
}

/// A yes-or-no question to the person, asked through the client's elicitation in either era. The server binds the answer to the
/// tool and its exact arguments, takes it once, and for five minutes.
package struct ToolQuestion: Sendable {
  package enum Answer: Sendable, Hashable {
    /// `accept` together with `confirm: true`.
    case confirmed
    /// `accept` without `confirm: true`.
    case notConfirmed
    case declined, cancelled, timedOut, clientGone
    /// `isCurrent` became false.
    case withdrawn
  }

  /// What to do where the client cannot ask.
  package enum Unaskable: Sendable {
    case result(ToolReply)
    /// -32021 in the modern era; the result, which must be an error, in the legacy era.
    case missingCapability(ToolResult)
  }

  /// What the person reads: the rule's title, every argument, and what will be sent.
  package let message: String
  /// The label of the box to tick.
  package let confirmLabel: String
  /// Whether the question still describes what a yes would do. Asked after each reload, of questions that are being shown.
  package let isCurrent: @Sendable () -> Bool
  /// Goes on with the call, on a worker thread.
  package let answered: @Sendable (Answer) -> ToolReply
  package let unaskable: @Sendable () -> Unaskable

  package init(
    message: String, confirmLabel: String, isCurrent: @escaping @Sendable () -> Bool = { true },
    answered: @escaping @Sendable (Answer) -> ToolReply,
    unaskable: @escaping @Sendable () -> Unaskable
  ) {
    self.message = message
    self.confirmLabel = confirmLabel
    self.isCurrent = isCurrent
    self.answered = answered
    self.unaskable = unaskable
  }
}
