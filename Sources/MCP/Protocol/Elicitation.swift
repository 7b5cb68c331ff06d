import JSON

/// The question to the person as it goes over the wire in both eras: a form with one box to tick
/// (MCP 2025-06-18 and later, client/elicitation).
enum Elicitation {
  /// The name under which a modern client answers.
  static let key = "confirm"
  static let method = "elicitation/create"
  /// What -32021 says that the client lacks.
  static let requiredCapabilities: JSONValue = ["elicitation": ["form": [:]]]

  /// Whether forms can be shown: `{}` has always meant so, a client that names only `url` cannot.
  static func isDeclared(in capabilities: JSONValue?) -> Bool {
    guard case .object(let elicitation)? = capabilities?["elicitation"] else { return false }
    if case .object? = elicitation["form"] { return true }
    return elicitation["form"] == nil && elicitation["url"] == nil
  }

  /// One required box, unticked: so a hook that accepts everything without looking confirms nothing.
  static func params(_ question: ToolQuestion, _ version: ProtocolVersion) -> JSONObject {
    let box: JSONValue = ["type": "boolean", "title": .string(question.confirmLabel), "default": false]
    let schema: JSONValue = ["type": "object", "properties": ["confirm": box], "required": ["confirm"]]
    let mode: [(String, JSONValue)] = version.has(.elicitationMode) ? [("mode", "form")] : []
    return JSONObject(mode + [("message", .string(question.message)), ("requestedSchema", schema)])
  }

  /// What an ElicitResult says. Some clients accept without showing the form: then there is no content.
  static func answer(_ result: JSONValue?) -> ToolQuestion.Answer {
    switch result?["action"]?.stringValue {
    case "accept":
      switch result?["content"]?["confirm"] {
      case .bool(let isTicked)?: .accepted(isTicked: isTicked)
      case nil: .cannotAsk
      case .some: .unreadable
      }
    case "decline": .declined
    case "cancel": .cancelled
    default: .unreadable
    }
  }
}
