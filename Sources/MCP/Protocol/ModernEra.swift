import JSON
import Platform

/// 2026-07-28: no handshake. Each request carries its protocol version and client capabilities.
enum ModernEra {
  private static let versionKey = "io.modelcontextprotocol/protocolVersion"
  private static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
  private static let clientKey = "io.modelcontextprotocol/clientInfo"
  private static let logLevelKey = "io.modelcontextprotocol/logLevel"
  static let serverInfoKey = "io.modelcontextprotocol/serverInfo"
  static let subscriptionKey = "io.modelcontextprotocol/subscriptionId"

  /// RFC 5424's levels, as named in MCP's `LoggingLevel`.
  private static let logLevels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"]

  /// Whether the request belongs to this era, valid or not: it has a key of the era's envelope, or a method only this era has.
  static func claims(_ request: Request) -> Bool {
    if request.method == "server/discover" || request.method == "subscriptions/listen" { return true }
    guard case .object(let meta)? = request.params["_meta"] else { return false }
    return meta[versionKey] != nil || meta[capabilitiesKey] != nil || meta[clientKey] != nil
  }

  /// Validates the envelope, then dispatches the method. The first failure wins (MCP 2026-07-28, basic, "_meta", and
  /// basic/versioning).
  static func action(for request: Request, _ toolList: ToolList) throws(RPCError) -> Action {
    let envelope = try envelope(of: request)
    switch request.method {
    case "server/discover": return .reply(discovery(envelope.version, toolList))
    case "tools/list": return try ToolMethods.list(request.params, envelope.version, toolList)
    case "tools/call": return try ToolMethods.call(request.params, envelope, toolList)
    case "subscriptions/listen" where toolList.isReloadable:
      guard case .object(let wanted)? = request.params["notifications"] else {
        throw .invalidParams("notifications must be an object")
      }
      switch wanted["toolsListChanged"] {
      case .bool(let isWanted)?: return .listen(toolsListChanged: isWanted)
      case nil, .null?: return .listen(toolsListChanged: false)
      case .some: throw .invalidParams("notifications.toolsListChanged must be true or false")
      }
    default: throw .methodNotFound(request.method)
    }
  }

  /// Returns a result of this era, with the server's identity in `_meta`. Its type is "complete" by default.
  static func result(
    _ fields: [(String, JSONValue)], type: String = "complete", _ version: ProtocolVersion, _ info: ServerInfo
  ) -> JSONObject {
    let signature: JSONValue = .object([serverInfoKey: .object(info.json(for: version))])
    return JSONObject([("resultType", .string(type))] + fields + [("_meta", signature)])
  }

  /// Returns the result that asks for a retry with the person's answer (MCP 2026-07-28, basic/patterns/mrtr).
  /// - Parameters:
  ///   - params: Those of the elicitation.
  ///   - handle: The `requestState` of the retry.
  static func question(
    _ params: JSONObject, _ handle: String, _ version: ProtocolVersion, _ info: ServerInfo
  ) -> JSONObject {
    let asked: JSONValue = ["method": .string(Elicitation.method), "params": .object(params)]
    return result(
      [("inputRequests", .object([Elicitation.key: asked])), ("requestState", .string(handle))],
      type: "input_required", version, info)
  }

  /// Returns the fields that make a result cacheable. The scope is always "private", because the result shows what the owner's
  /// money can do (MCP 2026-07-28, server/utilities/caching).
  static func caching(milliseconds: Int) -> [(String, JSONValue)] {
    [("ttlMs", .init(milliseconds)), ("cacheScope", "private")]
  }

  private static func discovery(_ version: ProtocolVersion, _ toolList: ToolList) -> [UInt8] {
    var fields: [(String, JSONValue)] = [
      ("supportedVersions", supported), ("capabilities", toolList.capabilities),
    ]
    if let instructions = toolList.provider.instructions { fields.append(("instructions", .string(instructions))) }
    fields += caching(milliseconds: toolList.discoveryLifetimeMilliseconds)
    return JSONWriter.write(.object(result(fields, version, toolList.info)))
  }

  private static var supported: JSONValue { .array(ProtocolVersion.all.map { .string($0.name) }) }

  private static func envelope(of request: Request) throws(RPCError) -> ClientProfile {
    let meta: JSONObject
    switch request.params["_meta"] {
    case .object(let object)?: meta = object
    case nil: meta = JSONObject()
    case .some: throw .invalidParams("_meta must be an object")
    }
    let missing = [versionKey, capabilitiesKey].filter { meta[$0] == nil }
    guard missing.isEmpty else { throw .invalidParams("_meta lacks " + missing.joined(separator: ", ")) }
    guard let name = meta[versionKey]?.stringValue else { throw .invalidParams("\(versionKey) must be a string") }
    guard case .object? = meta[capabilitiesKey] else { throw .invalidParams("\(capabilitiesKey) must be an object") }
    guard let version = ProtocolVersion.named(name, .modern) else {
      throw RPCError(
        code: RPCError.unsupportedProtocolVersion, message: "Unsupported protocol version",
        data: ["supported": supported, "requested": .string(VisibleText.escaped(name, limit: 100))])
    }
    if let level = meta[logLevelKey], level != .null, !logLevels.contains(level.stringValue ?? "") {
      throw .invalidParams("\(logLevelKey) must be one of " + logLevels.joined(separator: ", "))
    }
    return ClientProfile(
      version: version, canElicit: Elicitation.isDeclared(in: meta[capabilitiesKey]),
      client: ToolCaller.Client(meta[clientKey]))
  }
}
