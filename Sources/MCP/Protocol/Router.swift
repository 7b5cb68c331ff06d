import JSON

/// Routes a request by its era. A client is not locked to an era: it may probe with `server/discover` and then send
/// `initialize` on the same pipe (MCP 2026-07-28, basic/versioning).
enum Router {
  static func action(
    for request: Request, session: ClientProfile?, toolList: ToolList
  ) throws(RPCError) -> Action {
    if request.method == "initialize", let version = request.params["protocolVersion"]?.stringValue {
      return LegacyEra.initialize(version, request.params, toolList)
    }
    if ModernEra.claims(request) { return try ModernEra.action(for: request, toolList) }
    if request.method == "initialize" {
      let isMissing = request.params["protocolVersion"] == nil
      throw .invalidParams(isMissing ? "initialize needs protocolVersion" : "protocolVersion must be a string")
    }
    // Before and after the handshake.
    if request.method == "ping" { return .reply(Array("{}".utf8)) }
    guard let session else {
      throw .invalidParams("Send initialize first, or put the protocol version into _meta")
    }
    return try LegacyEra.action(for: request, session, toolList)
  }
}

/// The effect that a request asks for. The protocol layer chooses it without side effects, and the server carries it out.
enum Action: Sendable {
  /// Answer with this result, as JSON text.
  case reply([UInt8])
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
  static func list(
    _ params: JSONObject, _ version: ProtocolVersion, _ toolList: ToolList
  ) throws(RPCError) -> Action {
    let cursor = try text("cursor", of: params)
    guard let page = toolList.page(at: cursor, for: version) else {
      throw .invalidParams("Invalid cursor; list again without one")
    }
    return .reply(page)
  }

  /// Validates the request but not the tool's arguments; the tool reports those in its result.
  static func call(
    _ params: JSONObject, _ client: ClientProfile, _ toolList: ToolList
  ) throws(RPCError) -> Action {
    guard let name = params["name"]?.stringValue else { throw .invalidParams("name must be a string") }
    let arguments = try object("arguments", of: params) ?? JSONObject()
    guard let tool = toolList.tool(named: name) else { throw .unknownTool(name) }
    var request = ToolRequest(
      client: client, progressToken: params["_meta"]?["progressToken"].flatMap(RequestID.init),
      caller: ToolCaller(client.client, meta: params["_meta"]), tool: tool, arguments: arguments)
    guard client.version.era == .modern else { return .call(request) }
    request.inputResponses = try object("inputResponses", of: params)
    request.requestState = try text("requestState", of: params)
    return .call(request)
  }

  /// Returns an optional member of the parameters; nil if it is absent or null.
  private static func object(_ name: String, of params: JSONObject) throws(RPCError) -> JSONObject? {
    guard let value = params[name], value != .null else { return nil }
    guard let object = value.objectValue else { throw .invalidParams("\(name) must be an object") }
    return object
  }

  private static func text(_ name: String, of params: JSONObject) throws(RPCError) -> String? {
    guard let value = params[name], value != .null else { return nil }
    guard let text = value.stringValue else { throw .invalidParams("\(name) must be a string") }
    return text
  }
}
