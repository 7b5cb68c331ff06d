import JSON
import Platform

@testable import MCP

/// Tools that do nothing but what a test needs to see.
final class FixtureProvider: ToolProvider {
  let tools: [Tool]
  let instructions: String?
  /// What the tools were asked to do, in order.
  let gate: Gate

  init(tools: [Tool] = FixtureProvider.standardTools, instructions: String? = "Be careful.", gate: Gate = Gate()) {
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

  func call(_ name: String, arguments: JSONObject, context: ToolCallContext) -> ToolReply {
    switch name {
    case "echo":
      let text = JSONWriter.text(.object(arguments))
      return .result(ToolResult(text: text, structuredContent: ["echo": .object(arguments)]))
    case "fail": return .result(ToolResult(text: "amount: at most 500", isError: true))
    case "confirm": return .question(question { [self] in judge($0) })
    case "confirm_twice":
      return .question(
        question { [self] in $0 == .confirmed ? .question(question { [self] in judge($0) }) : judge($0) })
    case "confirm_or_code":
      return .question(
        ToolQuestion(
          message: "Send 5?", confirmLabel: "Send the money", answered: { [self] in judge($0) },
          unaskable: { .result(.result(ToolResult(text: "approve with code 1234", isError: true))) }))
    case "confirm_and_report":
      return .question(
        question { _ in
          context.reportProgress("going on")
          return .result(ToolResult(text: "cancelled: \(context.isCancelled)"))
        })
    case "confirm_and_block":
      return .question(
        question { [self] _ in
          gate.pass(context)
          return .result(ToolResult(text: "passed"))
        })
    case "progress":
      context.reportProgress("one")
      context.reportProgress("two")
      return .result(ToolResult(text: "done"))
    default:
      gate.pass(context)
      return .result(ToolResult(text: "passed"))
    }
  }

  private func question(_ answered: @escaping @Sendable (ToolQuestion.Answer) -> ToolReply) -> ToolQuestion {
    ToolQuestion(
      message: "Send 5?", confirmLabel: "Send the money", isCurrent: { [gate] in !gate.isOutdated }, answered: answered,
      unaskable: { .missingCapability(ToolResult(text: "cannot ask, nothing was sent", isError: true)) })
  }

  private func judge(_ answer: ToolQuestion.Answer) -> ToolReply {
    gate.record(answer)
    if answer == .confirmed { return .result(ToolResult(text: "sent")) }
    return .result(ToolResult(text: "\(answer): nothing was sent", isError: true))
  }
}

/// Holds calls of the `block` tool until the test opens it.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var isOutdated = false
    var entered = 0
    var cancelled = 0
    var answers: [ToolQuestion.Answer] = []
  }

  private let state = Monitor(State())

  func open() { state.withLock { $0.isOpen = true } }

  /// Makes all questions ones that do not hold any more.
  func outdate() { state.withLock { $0.isOutdated = true } }

  var isOutdated: Bool { state.withLock { $0.isOutdated } }

  func record(_ answer: ToolQuestion.Answer) { state.withLock { $0.answers.append(answer) } }

  var answers: [ToolQuestion.Answer] { state.withLock { $0.answers } }

  /// How many calls have begun so far.
  var entered: Int { state.withLock { $0.entered } }

  /// Waits until that many calls have begun.
  func waitForEntered(_ count: Int) -> Bool {
    state.wait(timeoutMilliseconds: 10_000) { $0.entered >= count ? true : nil } ?? false
  }

  /// Waits until that many calls have seen that they are cancelled.
  func waitForCancelled(_ count: Int) -> Bool {
    state.wait(timeoutMilliseconds: 10_000) { $0.cancelled >= count ? true : nil } ?? false
  }

  func pass(_ context: ToolCallContext) {
    state.withLock { $0.entered += 1 }
    while true {
      if state.wait(timeoutMilliseconds: 20, until: { $0.isOpen ? true : nil }) != nil { return }
      if context.isCancelled { return state.withLock { $0.cancelled += 1 } }
    }
  }
}
