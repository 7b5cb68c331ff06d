import JSON

/// The wire format of a question to the person, shared by both eras: a form with one checkbox (MCP 2025-06-18 and later,
/// client/elicitation).
enum Elicitation {
  /// The key under which a modern client returns the answer.
  static let key = "confirm"
  static let method = "elicitation/create"
  /// The error for a client that cannot ask.
  static let missingCapability = RPCError(
    code: RPCError.missingClientCapability, message: "This tool needs the elicitation capability",
    data: ["requiredCapabilities": ["elicitation": ["form": [:]]]])

  /// Whether the client can show forms. `{}` has always meant that it can; a client that lists only `url` cannot.
  static func isDeclared(in capabilities: JSONValue?) -> Bool {
    guard case .object(let elicitation)? = capabilities?["elicitation"] else { return false }
    if case .object? = elicitation["form"] { return true }
    // Some clients send every member, with null for an absent one.
    return ["form", "url"].allSatisfy { [nil, .null].contains(elicitation[$0]) }
  }

  /// Returns the parameters of a form with one required, unticked checkbox. A hook that accepts every form as is confirms
  /// nothing.
  static func params(_ question: ToolQuestion, _ version: ProtocolVersion) -> JSONObject {
    let box: JSONValue = ["type": "boolean", "title": .string(question.confirmLabel), "default": false]
    let schema: JSONValue = ["type": "object", "properties": ["confirm": box], "required": ["confirm"]]
    let mode: [(String, JSONValue)] = version.has(.elicitationMode) ? [("mode", "form")] : []
    return JSONObject(mode + [("message", .string(question.message)), ("requestedSchema", schema)])
  }

  /// Returns the answer to a question in a modern client's retry; nil without one. From a client that says that it cannot ask,
  /// only a no counts.
  static func answer(in request: ToolRequest) -> ToolQuestion.Answer? {
    guard let result = request.inputResponses?[key], result != .null else { return nil }
    let answer = answer(result)
    return request.client.canElicit || answer.isNo ? answer : nil
  }

  /// Returns the answer in an ElicitResult. Some clients accept without showing the form; their result has no content.
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
