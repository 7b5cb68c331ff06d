import JSON

/// Decides what a request asks for, by the era that it speaks. There is no lock on an era: a client may probe with
/// `server/discover` and then send `initialize` on the same pipe (MCP 2026-07-28, basic/versioning).
enum Router {
  static func action(for request: Request, session: ClientProfile?, catalogue: Catalogue) -> Action {
    if request.method == "initialize", let version = request.params["protocolVersion"]?.stringValue {
      return LegacyEra.initialize(version, request.params, catalogue)
    }
    if ModernEra.claims(request) { return ModernEra.action(for: request, catalogue) }
    if request.method == "initialize" {
      let isMissing = request.params["protocolVersion"] == nil
      return .fail(.invalidParams(isMissing ? "initialize lacks protocolVersion" : "protocolVersion must be a string"))
    }
    if request.method == "ping" { return .reply(LegacyEra.pong) }
    guard let session else {
      return .fail(.invalidParams("Send initialize first, or put the protocol version into _meta"))
    }
    return LegacyEra.action(for: request, session, catalogue)
  }
}
