import MCP
package import Rules
import Safeguards

/// A way to reach the person who may say yes to a call. To add one, add a file with a conforming type, and a case of
/// `ConfirmationPolicy.Channel` with its rows below.
protocol ConsentChannel: Sendable {
  /// Asks the question, blocking only while something is being shown, and continues with the answer.
  /// - Parameter then: Called at most once.
  func ask(_ flow: ConsentFlow, then: @escaping @Sendable (ConsentAnswer) -> ToolReply) -> ToolReply
}

extension ConfirmationPolicy.Channel {
  /// Returns the channel that this word of `ask` means.
  func channel(of owner: OwnerPresence) -> any ConsentChannel {
    switch self {
    case .client: ClientChannel(isPersonPresent: owner.isPresent)
    case .dialog: DialogChannel()
    case .terminal: TerminalChannel()
    }
  }

  /// The subject of a sentence about a question that was asked through it.
  fileprivate var subject: String {
    switch self {
    case .client: "The client"
    case .dialog: "The window"
    case .terminal: "The terminal"
    }
  }
}

/// The result of asking through a channel.
enum ConsentAnswer: Sendable {
  /// A person agreed to exactly this call.
  case yes(Consent)
  /// The call ends here: the person said no, or must do something else first.
  case no(ToolFailure)
  /// Possibly nobody saw the question, so the next channel asks.
  case unreached(UnreachedReason)
}

/// The reason a channel may not have reached a person.
package enum UnreachedReason: Sendable, Hashable {
  /// The client has not declared elicitation.
  case undeclared
  /// The client's responses cannot be a person's answer.
  case cannotAsk
  /// Closed faster than a person can react.
  case closedUnseen(milliseconds: Int64)
  /// Accepted faster than a person can read.
  case answeredTooFast(milliseconds: Int64)
  case timedOut
  /// The client would not wait long enough for an answer.
  case noTime
  /// The client ended or repeated the call while the question was open.
  case dropped
  /// No window can be opened, with the reason.
  case noWindow(String)
  /// The window's program ended without an answer, with the reason. A window may have been open.
  case windowFailed(String)

  /// A single word for the ledger and the log.
  var code: String {
    switch self {
    case .undeclared: "undeclared"
    case .cannotAsk: "cannot_ask"
    case .closedUnseen: "closed_unseen"
    case .answeredTooFast: "answered_too_fast"
    case .timedOut: "timed_out"
    case .noTime: "no_time"
    case .dropped: "dropped"
    case .noWindow: "no_window"
    case .windowFailed: "window_failed"
    }
  }

  /// Returns a sentence for the person and the model.
  package func sentence(_ kind: ConfirmationPolicy.Channel) -> String {
    let subject = kind.subject
    return switch self {
    case .undeclared, .cannotAsk: "\(subject) cannot ask the person."
    case .closedUnseen(let milliseconds):
      "\(subject) closed the question after \(milliseconds) ms, so nobody may have seen it."
    case .answeredTooFast(let milliseconds):
      "\(subject) answered yes after \(milliseconds) ms, faster than a person can read, so it does not count."
    case .timedOut: "\(subject) got no answer in time."
    case .noTime: "The client would not wait long enough for an answer."
    case .dropped: "\(subject) dropped the question without an answer."
    case .noWindow(let why): "No window was opened: \(why)."
    case .windowFailed(let why): "The window gave no answer: \(why)."
    }
  }

  /// Whether a person may still answer through this channel, given more time.
  var isLackOfTime: Bool { self == .timedOut || self == .noTime }

  /// Whether the same is likely to happen again for the same call. A reason that can be checked again at no cost is not stored.
  var isKept: Bool {
    switch self {
    case .cannotAsk, .closedUnseen, .answeredTooFast, .timedOut, .dropped: true
    case .undeclared, .noTime, .noWindow, .windowFailed: false
    }
  }
}

/// The shortest times in which a person can answer.
enum MinimumAnswerTime {
  /// A no before this time comes from software, or from a key meant for another window.
  static let noMilliseconds: Int64 = 1000
  /// Nobody can read a payment question in less time.
  static let yesMilliseconds: Int64 = 400
}
