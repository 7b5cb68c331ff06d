import MCP
import Rules
import Safeguards

/// MCP elicitation: the client shows a form with one checkbox. Many clients declare it but answer automatically, so an answer
/// counts only if a person can have given it.
struct ClientChannel: ConsentChannel {
  /// Whether the person answers at this process's own terminal. Such answers are not timed, and there is no checkbox.
  let isPersonPresent: Bool

  var kind: ConfirmationPolicy.Channel { .client }

  func ask(_ request: ConsentRequest, then: @escaping @Sendable (ConsentAnswer) -> ToolReply) -> ToolReply {
    let context = request.context
    let openMilliseconds =
      isPersonPresent
      ? ClientPatience.longestQuestionMilliseconds
      : request.patience.question(elapsed: context.elapsedMilliseconds, endsRequest: context.questionsEndRequests)
    guard openMilliseconds > 0 else { return then(.unreached(.noTime)) }
    let what = isPersonPresent ? "" : "\nTick the box, then accept. Anything else sends nothing."
    return .question(
      ToolQuestion(
        message: request.message + what, confirmLabel: "Yes, trigger it", openMilliseconds: openMilliseconds,
        isCurrent: request.isCurrent, answered: { then(judge($0, afterMilliseconds: $1)) }))
  }

  /// Evaluates an answer (client behavior as read 2026-11).
  func judge(_ answer: ToolQuestion.Answer, afterMilliseconds time: Int64) -> ConsentAnswer {
    switch answer {
    case .accepted(isTicked: true):
      if !isPersonPresent, time < MinimumAnswerTime.yesMilliseconds {
        return .unreached(.answeredTooFast(milliseconds: time))
      }
      return .yes(Consent(.client, answerMilliseconds: time))
    case .accepted(isTicked: false): return refusal(.notTicked, time)
    case .declined: return refusal(.declined, time)
    case .cancelled: return refusal(.dismissed, time)
    case .unreadable, .cannotAsk: return .unreached(.cannotAsk)
    case .undeclared: return .unreached(.undeclared)
    case .timedOut: return .unreached(.timedOut)
    case .abandoned: return .unreached(.dropped)
    case .withdrawn: return .no(.refused(.configurationChanged))
    case .clientGone: return .no(.clientGone)
    }
  }

  private func refusal(_ failure: ToolFailure, _ time: Int64) -> ConsentAnswer {
    !isPersonPresent && time < MinimumAnswerTime.noMilliseconds
      ? .unreached(.closedUnseen(milliseconds: time)) : .no(failure)
  }
}

/// How long a client waits for a tool call, which limits how long its person may take (clients' sources and documentation, read
/// 2026-11). A client cannot report it, and progress notifications rarely extend it.
struct ClientPatience: Sendable, Hashable {
  /// How long the client waits before it abandons the call.
  let limitMilliseconds: Int64
  /// How long a question in the client stays open.
  let questionMilliseconds: Int64
  /// Whether the owner has set `question_timeout`.
  var isSetByOwner = false

  /// How long before the client's limit a call must be answered.
  static let marginMilliseconds: Int64 = 10_000
  /// The maximum time a window stays open.
  static let longestWindowMilliseconds: Int64 = 50_000
  /// The minimum time a window must be able to stay open. In less, nobody could find, read and answer it, so it is not opened.
  static let shortestWindowMilliseconds: Int64 = 20_000
  /// The same minimum if the owner set how long the preceding question stays open.
  static let shortestWindowOfOwnerMilliseconds: Int64 = 5000
  /// The maximum time for a question that no pending call waits for: a modern client's, or one at the owner's own terminal.
  static let longestQuestionMilliseconds: Int64 = 300_000

  private static let unknown = ClientPatience(limitMilliseconds: 60_000, questionMilliseconds: 50_000)
  private static let short = ClientPatience(limitMilliseconds: 180_000, questionMilliseconds: 150_000)
  private static let long = ClientPatience(limitMilliseconds: 300_000, questionMilliseconds: 240_000)
  private static let endless = ClientPatience(limitMilliseconds: 7_200_000, questionMilliseconds: 300_000)

  /// Matched by the prefix of the client's own name, in lower case.
  private static let known: [(prefix: String, patience: ClientPatience)] = [
    // This program's own commands.
    ("sequence-mcp", endless),
    ("claude-code", endless), ("visual studio code", endless), ("vscode", endless),
    ("codex", long), ("cursor", long), ("goose", long),
    ("copilot", short), ("github-copilot", short), ("antigravity", short), ("cowork", short),
  ]

  /// - Parameters:
  ///   - clientName: the name as the client sent it; nil if it sent none.
  ///   - questionSeconds: `server.question_timeout`.
  static func of(_ clientName: String?, questionSeconds: Int?) -> ClientPatience {
    let name = clientName?.lowercased() ?? ""
    let row = known.first { name.utf8.starts(with: $0.prefix.utf8) }?.patience ?? unknown
    guard let questionSeconds else { return row }
    return ClientPatience(
      limitMilliseconds: row.limitMilliseconds, questionMilliseconds: Int64(questionSeconds) * 1000, isSetByOwner: true)
  }

  /// Returns how long a question in the client may stay open.
  /// - Parameters:
  ///   - elapsed: milliseconds since the client sent the request.
  ///   - endsRequest: whether the question ends the request (MCP 2026-07-28, basic/patterns/mrtr).
  func question(elapsed: Int64, endsRequest: Bool) -> Int64 {
    if isSetByOwner { return questionMilliseconds }
    return endsRequest ? ClientPatience.longestQuestionMilliseconds : min(questionMilliseconds, left(elapsed: elapsed))
  }

  /// Returns how long a window may stay open, or nil if that is too short to open one.
  func window(elapsed: Int64) -> Int64? {
    let left = min(left(elapsed: elapsed), ClientPatience.longestWindowMilliseconds)
    if isSetByOwner { return max(left, ClientPatience.shortestWindowOfOwnerMilliseconds) }
    return left >= ClientPatience.shortestWindowMilliseconds ? left : nil
  }

  /// When a call must be answered, in milliseconds since the client sent the request. An owner who lets a question stay open
  /// for longer knows a client that waits for longer.
  var deadlineMilliseconds: Int64 {
    let own = isSetByOwner ? questionMilliseconds + ClientPatience.shortestWindowOfOwnerMilliseconds : 0
    return max(limitMilliseconds - ClientPatience.marginMilliseconds, own)
  }

  /// Returns how much longer the call may take.
  func left(elapsed: Int64) -> Int64 { max(0, limitMilliseconds - ClientPatience.marginMilliseconds - elapsed) }
}
