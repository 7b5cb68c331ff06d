import JSON
import Platform

@testable import MCP

/// Tools that do only what the tests need.
final class FixtureProvider: ToolProvider {
  let tools: [Tool]
  let instructions: String?
  let isTemporary: Bool
  /// Records what the tools were asked to do, in order.
  let gate: Gate

  init(
    tools: [Tool] = FixtureProvider.standardTools, instructions: String? = "Be careful.", isTemporary: Bool = false,
    gate: Gate = Gate()
  ) {
    self.isTemporary = isTemporary
    self.tools = tools
    self.instructions = instructions
    self.gate = gate
  }

  static let standardTools = [
    "echo", "fail", "confirm", "confirm_twice", "confirm_or_code", "block", "progress", "confirm_and_report",
    "confirm_and_block",
  ].map { tool($0) }

  static func tool(_ name: String) -> Tool {
    Tool(
      name: name, title: name == "echo" ? "Echo" : nil, description: "The \(name) tool.",
      inputSchema: ["type": "object", "additionalProperties": false],
      outputSchema: name == "echo" ? ["type": "object"] : nil,
      annotations: ToolAnnotations(
        readOnlyHint: name == "echo", destructiveHint: name != "echo", idempotentHint: false, openWorldHint: true),
      meta: name == "confirm" ? ["anthropic/requiresUserInteraction": true] : nil)
  }

  func answerWhileWaiting(_ name: String, caller: ToolCaller) -> LateAnswer? {
    guard name == "late" else { return nil }
    return LateAnswer(afterMilliseconds: 40_000, ToolResult(text: "not begun", isError: true), endsCall: true)
  }

  func call(_ name: String, arguments: JSONObject, context: ToolCallContext) -> ToolReply {
    switch name {
    case "echo":
      let text = JSONWriter.text(.object(arguments))
      return .result(ToolResult(text: text, structuredContent: ["echo": .object(arguments)]))
    case "fail": return .result(ToolResult(text: "amount: at most 500", isError: true))
    case "confirm":
      var question = question { [self] in judge($0) }
      question.needsElicitation = true
      return .question(question)
    case "confirm_twice":
      return .question(
        question { [self] in $0 == .confirmed ? .question(question { [self] in judge($0) }) : judge($0) })
    case "confirm_or_code":
      return .question(
        question { [self] in
          switch $0 {
          case .undeclared, .cannotAsk, .unreadable:
            .result(ToolResult(text: "approve with code 1234", isError: true))
          default: judge($0)
          }
        })
    case "confirm_and_report":
      return .question(
        question { _ in
          context.reportProgress("going on")
          return .result(ToolResult(text: "cancelled: \(context.isCancelled())"))
        })
    case "confirm_and_block":
      return .question(
        question { [self] _ in
          gate.pass(context)
          return .result(ToolResult(text: "passed"))
        })
    case "confirm_in_time":
      var question = question { [self] in judge($0) }
      question.late = { answer, _ in
        let text = answer == .confirmed ? "goes on" : "as told: \(answer)"
        return LateAnswer(afterMilliseconds: 40_000, ToolResult(text: text, isError: true), endsCall: false)
      }
      return .question(question)
    case "progress":
      context.reportProgress("one")
      context.reportProgress("two")
      return .result(ToolResult(text: "done"))
    default:
      if name.hasPrefix("late") {
        let late = ToolResult(text: "not yet", isError: true)
        _ = context.answerLate(LateAnswer(afterMilliseconds: 50_000, late, endsCall: name == "late_and_over"))
      }
      if name != "pass" { gate.pass(context) }
      // A big answer is larger than a pipe.
      var result = ToolResult(text: name == "big" ? String(repeating: "x", count: 400_000) : "passed")
      result.undelivered = { [gate] in gate.lose() }
      return .result(result)
    }
  }

  func noteSecret(caller: ToolCaller) { gate.noteSecret() }

  private func question(_ answered: @escaping @Sendable (ToolQuestion.Answer) -> ToolReply) -> ToolQuestion {
    var question = ToolQuestion(
      message: "Send 5?", confirmLabel: "Send the money", openMilliseconds: 300_000,
      isCurrent: { [gate] in !gate.isOutdated },
      answered: { [gate] answer, milliseconds in
        gate.time(milliseconds)
        return answered(answer)
      })
    question.askedAgain = { [gate] in gate.noteAskedAgain() }
    return question
  }

  private func judge(_ answer: ToolQuestion.Answer) -> ToolReply {
    gate.record(answer)
    if answer == .undeclared {
      return .missingCapability(ToolResult(text: "cannot ask, nothing was sent", isError: true))
    }
    if answer == .confirmed { return .result(ToolResult(text: "sent")) }
    let name = answer == .accepted(isTicked: false) ? "notConfirmed" : "\(answer)"
    return .result(ToolResult(text: "\(name): nothing was sent", isError: true))
  }
}

/// A gate that blocks calls of the `block` tool until the test opens it.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var isOutdated = false
    var entered = 0
    var cancelled = 0
    var lost = 0
    var secrets = 0
    var askedAgain = 0
    var answers: [ToolQuestion.Answer] = []
    var times: [Int64] = []
  }

  private let state = Monitor(State())

  func open() { state.withLock { $0.isOpen = true } }

  /// Makes all questions outdated.
  func outdate() { state.withLock { $0.isOutdated = true } }

  var isOutdated: Bool { state.withLock { $0.isOutdated } }

  func record(_ answer: ToolQuestion.Answer) { state.withLock { $0.answers.append(answer) } }

  var answers: [ToolQuestion.Answer] { state.withLock { $0.answers } }

  func noteSecret() { state.withLock { $0.secrets += 1 } }

  /// How many requests named a known secret.
  var secrets: Int { state.withLock { $0.secrets } }

  func noteAskedAgain() { state.withLock { $0.askedAgain += 1 } }

  /// How many questions were sent again.
  var askedAgain: Int { state.withLock { $0.askedAgain } }

  func time(_ milliseconds: Int64) { state.withLock { $0.times.append(milliseconds) } }

  /// The durations of the answers, in milliseconds.
  var times: [Int64] { state.withLock { $0.times } }

  func lose() { state.withLock { $0.lost += 1 } }

  /// Waits until that many answers could not be delivered.
  func waitForLost(_ count: Int) -> Bool {
    state.wait(timeoutMilliseconds: 10_000) { $0.lost >= count ? true : nil } ?? false
  }

  /// The number of answers that could not be delivered.
  var lost: Int { state.withLock { $0.lost } }

  /// The number of calls that have begun so far.
  var entered: Int { state.withLock { $0.entered } }

  /// Waits until that many calls have begun.
  func waitForEntered(_ count: Int) -> Bool {
    state.wait(timeoutMilliseconds: 10_000) { $0.entered >= count ? true : nil } ?? false
  }

  /// The number of calls that have noticed that they are cancelled.
  var cancelled: Int { state.withLock { $0.cancelled } }

  /// Waits until that many calls have noticed that they are cancelled.
  func waitForCancelled(_ count: Int) -> Bool {
    state.wait(timeoutMilliseconds: 10_000) { $0.cancelled >= count ? true : nil } ?? false
  }

  func pass(_ context: ToolCallContext) {
    state.withLock { $0.entered += 1 }
    while true {
      if state.wait(timeoutMilliseconds: 20, until: { $0.isOpen ? true : nil }) != nil { return }
      if context.isCancelled() { return state.withLock { $0.cancelled += 1 } }
    }
  }
}

extension ToolQuestion.Answer {
  /// Accepted, with the box ticked.
  static let confirmed = ToolQuestion.Answer.accepted(isTicked: true)
}
