import JSON

/// `tools/list` and `tools/call`, which both eras have; what differs is the version's business.
enum ToolMethods {
  static func list(_ params: JSONObject, _ version: ProtocolVersion, _ catalogue: Catalogue) -> Action {
    let cursor: String?
    switch params["cursor"] {
    case nil: cursor = nil
    case .string(let text)?: cursor = text
    case .some: return .fail(.invalidParams("cursor must be a string"))
    }
    guard let page = catalogue.page(at: cursor, for: version) else {
      return .fail(.invalidParams("Invalid cursor; list again without one"))
    }
    return .reply(page)
  }

  /// Checks the request, not the tool's arguments: those are the tool's own to judge, in its result.
  static func call(_ params: JSONObject, _ client: ClientProfile, _ catalogue: Catalogue) -> Action {
    guard let name = params["name"]?.stringValue else { return .fail(.invalidParams("name must be a string")) }
    let arguments: JSONObject
    switch params["arguments"] {
    case nil, .null?: arguments = JSONObject()
    case .object(let object)?: arguments = object
    case .some: return .fail(.invalidParams("arguments must be an object"))
    }
    guard let tool = catalogue.tool(named: name) else { return .fail(.unknownTool(name)) }
    var request = ToolRequest(
      client: client, progressToken: params["_meta"]?["progressToken"].flatMap(RequestID.init),
      caller: ToolCaller(client.client, meta: params["_meta"]), tool: tool, arguments: arguments)
    guard client.version.era == .modern else { return .call(request) }
    switch params["inputResponses"] {
    case nil: break
    case .object(let object)?: request.inputResponses = object
    case .some: return .fail(.invalidParams("inputResponses must be an object"))
    }
    switch params["requestState"] {
    case nil: break
    case .string(let text)?: request.requestState = text
    case .some: return .fail(.invalidParams("requestState must be a string"))
    }
    return .call(request)
  }
}
