import JSON

/// Who made a call, in the client's own words, for the log and the ledger. Nothing here is trusted: it names, it never permits.
package struct ToolCaller: Sendable, Hashable {
  /// What the client calls itself (MCP, Implementation); nil for what it does not say.
  package struct Client: Sendable, Hashable {
    package var name: String?
    package var version: String?

    package init(name: String? = nil, version: String? = nil) {
      self.name = name
      self.version = version
    }

    /// - Parameter info: `clientInfo` of `initialize`, or of a modern request's envelope.
    init(_ info: JSONValue?) {
      name = info?["name"]?.stringValue.flatMap(ToolCaller.shown)
      version = info?["version"]?.stringValue.flatMap(ToolCaller.shown)
    }
  }

  /// The longest text that is kept, in bytes.
  static let maximumBytes = 128

  package var client: Client
  /// The client's own id of the call, which stays the same when the client sends the call again: Claude Code's
  /// `claudecode/toolUseId`, Codex' `threadId` and `callId` (read 2026-11).
  package var callID: String?
  /// The conversation that the call belongs to, where the client names one without naming the call.
  package var session: String?

  package init(client: Client = Client(), callID: String? = nil, session: String? = nil) {
    self.client = client
    self.callID = callID
    self.session = session
  }

  /// - Parameter meta: the `_meta` of the call's `params`.
  init(_ client: Client, meta: JSONValue?) {
    func id(_ key: String) -> String? { meta?[key]?.stringValue.flatMap(ToolCaller.id) }
    self.client = client
    let codex = id("threadId").flatMap { thread in id("callId").map { "\(thread)/\($0)" } }
    callID = id("claudecode/toolUseId") ?? codex.flatMap(ToolCaller.id)
    session = ToolCaller.sessionKeys.lazy.compactMap { id($0) }.first
  }

  private static let sessionKeys = ["ai.opencode/sessionID", "antigravity.google/conversation_id", "threadId"]

  /// An id as it is, or nil: one that was cut or cleaned could be taken for another one.
  private static func id(_ text: String) -> String? {
    let isUsable = 1...maximumBytes ~= text.utf8.count && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    return isUsable ? text : nil
  }

  /// A name for people: in ASCII, anything else as `?`, and cut.
  private static func shown(_ text: String) -> String? {
    let bytes = text.unicodeScalars.prefix(maximumBytes).map { scalar -> UInt8 in
      0x20...0x7E ~= scalar.value ? UInt8(truncatingIfNeeded: scalar.value) : UInt8(ascii: "?")
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
