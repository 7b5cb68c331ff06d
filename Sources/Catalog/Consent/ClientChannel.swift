import MCP
import Rules
import Safeguards

/// MCP elicitation: the client shows a form with one checkbox. Many clients declare it but answer automatically, so an answer
/// counts only if a person can have given it.
struct ClientChannel: ConsentChannel {
  /// Whether the person answers at this process's own terminal. Such answers are not timed, and there is no checkbox.
  let isPersonPresent: Bool

  func ask(_ flow: ConsentFlow, then: @escaping @Sendable (ConsentAnswer) -> ToolReply) -> ToolReply {
    let (context, message) = (flow.context, flow.message)
    let openMilliseconds =
      isPersonPresent
      ? CallTimeout.longestQuestionMilliseconds
      : flow.timeout.question(elapsed: context.elapsedMilliseconds(), endsRequest: context.questionsEndRequests)
    guard openMilliseconds > 0 else { return then(.unreached(.noTime)) }
    // The caller chooses the order of a payload's members, and a client may show only the beginning.
    let size =
      DialogWindow.fits(message)
      ? "" : "This question has \(message.count) characters: read it to its end before you answer.\n"
    let what = isPersonPresent ? "" : "\nTick the box, then accept. Anything else sends nothing."
    var question = ToolQuestion(
      message: size + message + what,
      confirmLabel: isPersonPresent ? ConfirmationText(of: flow.plan).subject : "Yes, trigger it",
      openMilliseconds: openMilliseconds,
      isCurrent: { flow.call.change == nil }, answered: { then(judge($0, afterMilliseconds: $1)) })
    question.late = { flow.late(judge($0, afterMilliseconds: $1)) }
    question.needsElicitation = flow.asksClientOnly
    question.askedAgain = { flow.noteAskedAgain() }
    return .question(question)
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
