import Config
import JSON
import Platform
import Secrets

/// A rule's secret as a caller passes it to `trigger_rule`; its faults never quote it.
struct PassedSecret {
  static let argumentName = "api_secret"
  /// As for stored ones.
  static let maxLength = 4096

  /// nil where none was passed, or what was passed cannot be one.
  let secret: Secret?
  let faults: [ArgumentFault]

  /// - Parameters:
  ///   - isTaken: whether the owner lets callers pass secrets.
  ///   - resolver: lets the scrubber know it, before anything else is done: nothing that leaves the process shows it, whatever
  ///     becomes of the call.
  init(_ value: JSONValue?, isTaken: Bool, registerWith resolver: SecretResolver) {
    let text = value?.stringValue.flatMap { 1...PassedSecret.maxLength ~= $0.utf8.count ? $0 : nil }
    if let text, !PassedSecret.isOwnWord(text) { resolver.register(Secret(text)) }
    guard value != nil else {
      (secret, faults) = (nil, [])
      return
    }
    let (problem, allowed): (String, String)
    if !isTaken {
      (problem, allowed) = ("is not taken here", "only secrets that the owner has stored in the configuration")
    } else if let text, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
      (secret, faults) = (Secret(text), [])
      return
    } else {
      (problem, allowed) = ("is no API secret", "one word of visible ASCII characters")
    }
    secret = nil
    faults = [ArgumentFault(argument: PassedSecret.argumentName, problem: problem, allowed: allowed)]
  }

  /// Whether the text stands in what the server itself says all the time. Models fill in such words for want of a secret;
  /// taking them out of every message from then on would break the messages and hide nothing.
  private static func isOwnWord(_ text: String) -> Bool { ownWords.contains(part: Array(text.utf8)) }

  private static let ownWords = JSONWriter.write([
    .object(InputSchema.triggerRule(acceptsAPISecret: true)), .object(InputSchema.accounts),
    .object(OutputSchema.trigger), .object(OutputSchema.accounts), .string(TriggerRuleTool.name),
    .string(GetAccountsTool.name), "jsonrpc", "method", "params", "result", "resultType", "complete", "content", "text",
    "structuredContent", "isError", "tools", "annotations", "inputSchema", "outputSchema", "protocolVersion",
    "capabilities", "serverInfo", "io.modelcontextprotocol/", "requestState", "inputRequests", "elicitation/create",
  ])
}
