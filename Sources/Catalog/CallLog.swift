import JSON
import MCP
import Platform
import Safeguards

/// The one log line that a call leaves (tool, outcome, milliseconds, client, code or Sequence's request id), never an argument.
/// Where a person was asked, it comes with the answer, and its milliseconds count from there.
struct CallLog: Sendable {
  let tool: String
  /// What the client calls itself, once the call's secret is known and taken out; nil where it does not say.
  let client: @Sendable () -> String?
  let log: Logger
  let clock: any Clock

  /// Runs a step of the call and logs its result; a question's continuations are steps of their own.
  func observe(_ step: () -> ToolReply) -> ToolReply {
    let started = clock.monotonicNanoseconds()
    let reply = step()
    switch reply {
    case .result(let result), .missingCapability(let result):
      write(result, since: started)
      return reply
    case .question(let question):
      return .question(
        ToolQuestion(
          message: question.message, confirmLabel: question.confirmLabel,
          openMilliseconds: question.openMilliseconds, isCurrent: question.isCurrent,
          answered: { answer, milliseconds in observe { question.answered(answer, milliseconds) } }))
    }
  }

  private func write(_ result: ToolResult, since started: Int64) {
    let content = result.structuredContent ?? [:]
    let milliseconds = JSONValue(Int((clock.monotonicNanoseconds() - started) / 1_000_000))
    let outcome = content["status"] ?? (result.isError ? "error" : "ok")
    let client = client().map { JSONValue.string($0) } ?? .null
    if case .string(let requestID)? = content["request_id"] {
      log.info(
        "call",
        [
          "tool": .string(tool), "outcome": outcome, "ms": milliseconds, "client": client,
          "request_id": shown(requestID),
        ])
    } else if case .string(let code)? = content["code"] {
      // A model that tries out what a secret is would be seen by these lines.
      let level: LogLevel = code == Refusal.secretInArguments.code ? .warning : .info
      log.log(
        level, "call",
        ["tool": .string(tool), "outcome": outcome, "ms": milliseconds, "client": client, "code": shown(code)])
    } else {
      log.info("call", ["tool": .string(tool), "outcome": outcome, "ms": milliseconds, "client": client])
    }
  }

  private func shown(_ text: String) -> JSONValue { .string(VisibleText.line(text)) }
}
