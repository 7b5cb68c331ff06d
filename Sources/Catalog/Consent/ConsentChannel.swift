import MCP
import Rules
import Safeguards

/// One way to reach the person who may say yes to a call. A new way is a file that conforms to this, a case of
/// `ConfirmationPolicy.Channel`, and a row of `ConsentChannels`.
protocol ConsentChannel: Sendable {
  var kind: ConfirmationPolicy.Channel { get }

  /// Puts the question, blocking only while something is being shown, and goes on with what came back.
  /// - Parameter then: called at most once.
  func ask(_ request: ConsentRequest, then: @escaping @Sendable (ConsentAnswer) -> ToolReply) -> ToolReply
}

/// Every way to reach a person, by the name that `ask` gives it.
struct ConsentChannels: Sendable {
  let list: [any ConsentChannel]

  init(_ services: CatalogServices) {
    list = [
      ClientChannel(isPersonPresent: services.owner.isPresent), DialogChannel(services: services),
      TerminalChannel(services: services),
    ]
  }

  subscript(_ kind: ConfirmationPolicy.Channel) -> (any ConsentChannel)? { list.first { $0.kind == kind } }
}

/// What a channel asks about.
struct ConsentRequest: Sendable {
  let plan: TriggerPlan
  /// The whole call in words, without what to press.
  let message: String
  let context: ToolCallContext
  /// Whether the call would still be sent as the message says.
  let isCurrent: @Sendable () -> Bool
  let patience: ClientPatience
}

/// What a channel came back with.
enum ConsentAnswer: Sendable {
  /// A person agreed to exactly this call.
  case yes(Consent)
  /// The call ends here: the person said no, or has to do something else first.
  case no(ToolFailure)
  /// Perhaps nobody saw the question: the next channel asks.
  case unreached(UnreachedReason)
}

/// Why a channel may not have reached anybody.
enum UnreachedReason: Sendable, Hashable {
  /// The client has not declared elicitation.
  case undeclared
  /// The client does not answer with anything that could be an answer.
  case cannotAsk
  /// Closed sooner than a person can react.
  case closedUnseen(milliseconds: Int64)
  /// Agreed to sooner than a person can read.
  case answeredTooFast(milliseconds: Int64)
  case timedOut
  /// The client would not wait long enough for an answer.
  case noTime
  /// The client ended the call, or made it anew, with the question open.
  case dropped
  /// There is no window here, and why.
  case noWindow(String)
  /// The window's program ended without an answer, and how. A window may have been open.
  case windowFailed(String)

  /// One word, for the ledger and the log.
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

  /// A sentence for the person and the model.
  func sentence(_ kind: ConfirmationPolicy.Channel) -> String {
    let subject = kind == .client ? "The client" : "The window"
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

  /// Whether it is likely to be so again for the same call: what costs nothing to find out again is not kept.
  var isKept: Bool {
    switch self {
    case .cannotAsk, .closedUnseen, .answeredTooFast, .timedOut, .dropped: true
    case .undeclared, .noTime, .noWindow, .windowFailed: false
    }
  }
}

/// The shortest times in which a person can have answered.
enum HumanTime {
  /// A no before this comes from software, or from a key meant for another window.
  static let noMilliseconds: Int64 = 1000
  /// Nobody reads what a payment is about in less.
  static let yesMilliseconds: Int64 = 400
}
