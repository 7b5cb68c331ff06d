import JSON

/// Routes a request by its era. A client is not locked to an era: it may probe with `server/discover` and then send
/// `initialize` on the same pipe (MCP 2026-07-28, basic/versioning).
enum Router {
  static func action(for request: Request, session: ClientProfile?, toolList: ToolList) -> Action {
    if request.method == "initialize", let version = request.params["protocolVersion"]?.stringValue {
      return LegacyEra.initialize(version, request.params, toolList)
    }
    if ModernEra.claims(request) { return ModernEra.action(for: request, toolList) }
    if request.method == "initialize" {
      let isMissing = request.params["protocolVersion"] == nil
      return .fail(.invalidParams(isMissing ? "initialize needs protocolVersion" : "protocolVersion must be a string"))
    }
    if request.method == "ping" { return .reply(LegacyEra.pong) }
    guard let session else {
      return .fail(.invalidParams("Send initialize first, or put the protocol version into _meta"))
    }
    return LegacyEra.action(for: request, session, toolList)
  }
}

/// The effect that a request asks for. The protocol layer chooses it without side effects, and the server carries it out.
enum Action: Sendable {
  /// Answer with this result, as JSON text.
  case reply([UInt8])
  /// Answer with this page of the tool list.
  case list([UInt8])
  case fail(RPCError)
  /// A handshake: store the session and answer with this result.
  case begin(ClientProfile, [UInt8])
  case call(ToolRequest)
  /// Open a stream of server notifications.
  case listen(toolsListChanged: Bool)
}

/// What a client has declared, in `initialize` for all later requests or in a request's own envelope.
struct ClientProfile: Sendable, Hashable {
  let version: ProtocolVersion
  /// Whether the client can show a person a form.
  var canElicit: Bool
  /// The client's own name and version (MCP, Implementation).
  let client: ToolCaller.Client
}

/// A well-formed `tools/call` for an existing tool, with everything known about its client.
struct ToolRequest: Sendable {
  let client: ClientProfile
  /// A string or an integer; nil if the client did not ask for progress.
  let progressToken: RequestID?
  let caller: ToolCaller
  let tool: Tool
  let arguments: JSONObject
  /// The answers in a retry (MCP 2026-07-28, basic/patterns/mrtr).
  var inputResponses: JSONObject?
  /// The handle of the question that a retry answers.
  var requestState: String?

  /// The approximate memory footprint, in bytes.
  var size: Int {
    ByteBudget.size(of: .object(arguments)) + ByteBudget.size(of: .object(inputResponses ?? [:]))
      + (requestState?.utf8.count ?? 0) + (progressToken?.size ?? 0)
  }
}

/// `tools/list` and `tools/call`, which both eras share. Version differences are handled by `ProtocolVersion`.
enum ToolMethods {
  static func list(_ params: JSONObject, _ version: ProtocolVersion, _ toolList: ToolList) -> Action {
    let cursor: String?
    switch params["cursor"] {
    case nil, .null?: cursor = nil
    case .string(let text)?: cursor = text
    case .some: return .fail(.invalidParams("cursor must be a string"))
    }
    guard let page = toolList.page(at: cursor, for: version) else {
      return .fail(.invalidParams("Invalid cursor; list again without one"))
    }
    return .list(page)
  }

  /// Validates the request but not the tool's arguments; the tool reports those in its result.
  static func call(_ params: JSONObject, _ client: ClientProfile, _ toolList: ToolList) -> Action {
    guard let name = params["name"]?.stringValue else { return .fail(.invalidParams("name must be a string")) }
    let arguments: JSONObject
    switch params["arguments"] {
    case nil, .null?: arguments = JSONObject()
    case .object(let object)?: arguments = object
    case .some: return .fail(.invalidParams("arguments must be an object"))
    }
    guard let tool = toolList.tool(named: name) else { return .fail(.unknownTool(name)) }
    var request = ToolRequest(
      client: client, progressToken: params["_meta"]?["progressToken"].flatMap(RequestID.init),
      caller: ToolCaller(client.client, meta: params["_meta"]), tool: tool, arguments: arguments)
    guard client.version.era == .modern else { return .call(request) }
    switch params["inputResponses"] {
    case nil, .null?: break
    case .object(let object)?: request.inputResponses = object
    case .some: return .fail(.invalidParams("inputResponses must be an object"))
    }
    switch params["requestState"] {
    case nil, .null?: break
    case .string(let text)?: request.requestState = text
    case .some: return .fail(.invalidParams("requestState must be a string"))
    }
    return .call(request)
  }
}
