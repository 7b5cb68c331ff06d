import JSON

/// What one request asks of the server: the protocol decides it without doing anything, the server does it.
enum Action: Sendable {
  /// Answer with this result, a JSON text.
  case reply([UInt8])
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
  /// A string or an integer; nil where the client wants no progress.
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
