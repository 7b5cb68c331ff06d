import JSON
import Testing

@testable import MCP

@Suite struct ToolCallerTests {
  private func caller(_ meta: String) throws -> ToolCaller {
    ToolCaller(ToolCaller.Client(name: "codex"), meta: try JSONParser.parse(meta))
  }

  @Test(arguments: [
    (#"{"claudecode/toolUseId":"toolu_01AbC"}"#, "toolu_01AbC", nil),
    (#"{"threadId":"0199","callId":"call_7"}"#, "0199/call_7", "0199"),
    (#"{"threadId":"0199"}"#, nil, "0199"),
    (#"{"callId":"call_7"}"#, nil, nil),
    (#"{"ai.opencode/sessionID":"ses_1"}"#, nil, "ses_1"),
    (#"{"antigravity.google/conversation_id":"c-1"}"#, nil, "c-1"),
    (#"{"claudecode/toolUseId":7}"#, nil, nil),
    (#"{"claudecode/toolUseId":""}"#, nil, nil),
    ("[]", nil, nil),
  ])
  func `a call and its session are named by the keys of the client`(
    _ meta: String, _ call: String?, _ session: String?
  ) throws {
    #expect(try caller(meta).callID == call)
    #expect(try caller(meta).session == session)
  }

  @Test(arguments: [
    String(repeating: "a", count: 129), "a b", "a\u{200B}", "caf\u{E9}", "a\u{7F}",
  ])
  func `an id that would have to be cut or cleaned is not used`(_ id: String) throws {
    #expect(try caller(#"{"claudecode/toolUseId":\#(JSONWriter.text(.string(id)))}"#).callID == nil)
  }

  @Test func `the longest id is taken whole`() throws {
    let id = String(repeating: "a", count: 128)
    #expect(try caller(#"{"claudecode/toolUseId":"\#(id)"}"#).callID == id)
  }

  @Test(arguments: [
    (#"{"name":"claude-ai","version":"0.1.0"}"#, "claude-ai", "0.1.0"),
    (#"{"name":"evil\n\u202eclient"}"#, "evil\n\u{202e}client", nil),
    (#"{"name":"","version":3}"#, nil, nil),
    ("null", nil, nil),
  ])
  func `a client is named in its own words`(_ info: String, _ name: String?, _ version: String?) throws {
    #expect(ToolCaller.Client(try JSONParser.parse(info)) == ToolCaller.Client(name: name, version: version))
  }

  @Test(arguments: [("n", 5120, 5120), ("n", 5121, 5120), ("\u{20AC}", 1706, 1706), ("\u{20AC}", 1707, 1706)])
  func `a long name is shortened to whole characters`(character: String, count: Int, kept: Int) {
    let name = String(repeating: character, count: count)
    #expect(ToolCaller.Client(["name": .string(name)]).name == String(repeating: character, count: kept))
  }
}
