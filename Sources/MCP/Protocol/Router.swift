import JSON

/// Decides what a request asks for, by the era that it speaks. There is no lock on an era: a client may probe with
/// `server/discover` and then send `initialize` on the same pipe (MCP 2026-07-28, basic/versioning).
enum Router {
  static func action(for request: Request, session: ClientProfile?, toolList: ToolList) -> Action {
    if request.method == "initialize", let version = request.params["protocolVersion"]?.stringValue {
      return LegacyEra.initialize(version, request.params, toolList)
    }
    if ModernEra.claims(request) { return ModernEra.action(for: request, toolList) }
    if request.method == "initialize" {
      let isMissing = request.params["protocolVersion"] == nil
      return .fail(.invalidParams(isMissing ? "initialize lacks protocolVersion" : "protocolVersion must be a string"))
    }
    if request.method == "ping" { return .reply(LegacyEra.pong) }
    guard let session else {
      return .fail(.invalidParams("Send initialize first, or put the protocol version into _meta"))
    }
    return LegacyEra.action(for: request, session, toolList)
  }
}

/// What one request asks of the server: the protocol decides it without doing anything, the server does it.
enum Action: Sendable {
  /// Answer with this result, a JSON text.
  case reply([UInt8])
  /// Answer with this page of the tool list.
  case list(StoredResult)
  case fail(RPCError)
  /// A handshake: remember the session, and answer with this result.
  case begin(ClientProfile, [UInt8])
  case call(ToolRequest)
  /// Open a stream of the notifications that the server has.
  case listen(toolsListChanged: Bool)
}

/// What is known of a client: settled by `initialize` for the requests after it, or said by a request's own envelope.
struct ClientProfile: Sendable, Hashable {
  let version: ProtocolVersion
  /// Whether the client can show a person a form.
  let canElicit: Bool
  /// What it calls itself (MCP, Implementation).
  let client: ToolCaller.Client
}

/// A `tools/call` that is well formed and names a tool, with all that it may know of its client.
struct ToolRequest: Sendable {
  let client: ClientProfile
  /// A string or an integer; nil if the client wants no progress.
  let progressToken: RequestID?
  let caller: ToolCaller
  let tool: Tool
  let arguments: JSONObject
  /// The answers that a retry brings (MCP 2026-07-28, basic/patterns/mrtr).
  var inputResponses: JSONObject?
  /// The handle of the question that a retry answers.
  var requestState: String?

  /// About what it takes in memory, in bytes.
  var size: Int {
    ByteBudget.size(of: .object(arguments)) + ByteBudget.size(of: .object(inputResponses ?? [:]))
      + (requestState?.utf8.count ?? 0) + (progressToken?.size ?? 0)
  }
}

/// `tools/list` and `tools/call`, which both eras have; what differs is the version's business.
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

  /// Checks the request, not the tool's arguments: those are the tool's own to judge, in its result.
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
