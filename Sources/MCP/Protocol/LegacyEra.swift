import JSON

/// The versions with an `initialize` handshake: 2024-11-05 to 2025-11-25.
enum LegacyEra {
  /// Responds with the requested version if it is supported, otherwise with the latest supported one; never with an error (MCP
  /// 2025-11-25, basic/lifecycle, "Version Negotiation").
  static func initialize(_ asked: String, _ params: JSONObject, _ toolList: ToolList) -> Action {
    let version = ProtocolVersion.named(asked, .legacy) ?? ProtocolVersion.latestLegacy
    var result: JSONObject = [
      "protocolVersion": .string(version.name), "capabilities": toolList.capabilities,
      "serverInfo": .object(toolList.info.json(for: version)),
    ]
    if let instructions = toolList.provider.instructions { result.append("instructions", .string(instructions)) }
    let canElicit = version.has(.elicitation) && Elicitation.isDeclared(in: params["capabilities"])
    let profile = ClientProfile(
      version: version, canElicit: canElicit, client: ToolCaller.Client(params["clientInfo"]))
    return .begin(profile, JSONWriter.write(.object(result)))
  }

  static func action(
    for request: Request, _ session: ClientProfile, _ toolList: ToolList
  ) throws(RPCError) -> Action {
    switch request.method {
    case "tools/list": try ToolMethods.list(request.params, session.version, toolList)
    case "tools/call": try ToolMethods.call(request.params, session, toolList)
    default: throw .methodNotFound(request.method)
    }
  }
}
