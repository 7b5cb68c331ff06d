import JSON
import TestSupport
import Testing

@testable import MCP

/// The scenarios of the official conformance suite (github.com/modelcontextprotocol/conformance, read 2026-11) that apply to a
/// server over stdio with only tools and forms, by their names there. The others are about HTTP, resources, prompts,
/// completion, logging, sampling, tasks, and tools of the suite's own.
@Suite struct ConformanceTests {
  private static let accept = #"{"action":"accept","content":{"confirm":true}}"#
  private static let legacyVersions = ProtocolVersion.all.filter { $0.era == .legacy }

  private func parse(_ line: String?) throws -> JSONValue { try JSONParser.parse(try #require(line)) }

  private func legacy(_ version: String, capabilities: String = "{}", gate: Gate = Gate()) throws -> Wire {
    let wire = try Wire(FixtureProvider(gate: gate))
    _ = try wire.ask(Lines.initialize(version, capabilities: capabilities))
    try wire.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    return wire
  }

  /// Returns the result of a request in either era. For versions with a handshake, it has already been made.
  private func result(_ wire: Wire, _ version: ProtocolVersion, _ method: String, _ params: String = "") throws
    -> JSONValue
  {
    let line =
      version.era == .modern
      ? Lines.modern("5", method, params.isEmpty ? "" : params + ",")
      : #"{"jsonrpc":"2.0","id":5,"method":"\#(method)","params":{\#(params)}}"#
    let answer = try parse(try wire.ask(line))
    #expect(answer["id"] == 5)
    return try #require(answer["result"], "\(answer)")
  }

  private func wire(_ version: ProtocolVersion) throws -> Wire {
    version.era == .modern ? try Wire() : try legacy(version.name)
  }

  // MARK: Both eras

  @Test(arguments: ProtocolVersion.all) func `tools-list`(_ version: ProtocolVersion) throws {
    let tools = try #require(try result(try wire(version), version, "tools/list")["tools"]?.arrayValue)
    #expect(!tools.isEmpty)
    for tool in tools {
      let name = try #require(tool["name"]?.stringValue)
      #expect(name.wholeMatch(of: #/[A-Za-z0-9_./-]{1,64}/#) != nil)
      #expect(tool["description"]?.stringValue?.isEmpty == false)
      #expect(tool["inputSchema"]?["type"] == "object")
    }
  }

  @Test(arguments: ProtocolVersion.all) func `tools-call-simple-text`(_ version: ProtocolVersion) throws {
    let result = try result(try wire(version), version, "tools/call", #""name":"echo","arguments":{}"#)
    #expect(result["content"]?.arrayValue?.count == 1)
    #expect(result["content"]?.arrayValue?[0]["type"] == "text")
    #expect(result["content"]?.arrayValue?[0]["text"]?.stringValue != nil)
    #expect(result["isError"] == false)
  }

  @Test(arguments: ProtocolVersion.all) func `tools-call-error`(_ version: ProtocolVersion) throws {
    let result = try result(try wire(version), version, "tools/call", #""name":"fail""#)
    #expect(result["isError"] == true)
    #expect(result["content"]?.arrayValue?[0]["text"]?.stringValue?.isEmpty == false)
  }

  @Test(arguments: ProtocolVersion.all) func `tools-call-with-progress`(_ version: ProtocolVersion) throws {
    let gate = Gate()
    let wire = version.era == .modern ? try Wire(FixtureProvider(gate: gate)) : try legacy(version.name, gate: gate)
    let envelope =
      version.era == .modern
      ? #","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}"# : ""
    let meta = #"{"progressToken":"progress-test-1"\#(envelope)}"#
    try wire.send(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"block","_meta":\#(meta)}}"#)
    #expect(gate.waitForEntered(1))
    var seen: [Int] = []
    for _ in 1...3 {
      wire.clock.advance(milliseconds: 5000)
      try wire.send(#"{"jsonrpc":"2.0","method":"notifications/unknown"}"#)
      let note = try parse(wire.receive())
      #expect(note["method"] == "notifications/progress")
      #expect(note["params"]?["progressToken"] == "progress-test-1")
      seen.append(note["params"]?["progress"]?.numberValue?.intValue ?? -1)
    }
    #expect(seen == [1, 2, 3])
    gate.open()
    #expect(try parse(wire.receive())["result"]?["isError"] == false)
  }

  // MARK: With a handshake

  @Test(arguments: legacyVersions) func `server-initialize`(_ version: ProtocolVersion) throws {
    let answer = try parse(try Wire().ask(Lines.initialize(version.name)))
    #expect(answer["result"]?["protocolVersion"] == .string(version.name))
    #expect(answer["result"]?["serverInfo"]?["name"]?.stringValue != nil)
    #expect(answer["result"]?["serverInfo"]?["version"]?.stringValue != nil)
    #expect(answer["result"]?["capabilities"]?["tools"] != nil)
  }

  @Test(arguments: legacyVersions) func `ping`(_ version: ProtocolVersion) throws {
    #expect(try result(try legacy(version.name), version, "ping") == [:])
  }

  @Test(arguments: ["2025-06-18", "2025-11-25"]) func `tools-call-elicitation`(_ version: String) throws {
    let wire = try legacy(version, capabilities: Lines.canElicit)
    let question = try parse(try wire.ask(Lines.legacyCall("1", "confirm")))
    #expect(question["method"] == "elicitation/create")
    #expect(question["params"]?["message"]?.stringValue?.isEmpty == false)
    #expect(question["params"]?["requestedSchema"]?["type"] == "object")
    let id = try #require(question["id"]?.stringValue)
    wire.clock.advance(milliseconds: 2000)
    let answer = try parse(try wire.ask(#"{"jsonrpc":"2.0","id":"\#(id)","result":\#(Self.accept)}"#))
    #expect(answer["id"] == 1)
    #expect(answer["result"]?["content"]?.arrayValue?[0]["text"] == "sent")
  }

  // MARK: Stateless

  private func modern(
    _ wire: Wire, _ method: String, _ params: String = "", capabilities: String = Lines.canElicit
  ) throws -> JSONValue {
    try parse(try wire.ask(Lines.modern("7", method, params, capabilities: capabilities)))
  }

  /// Calls a tool that asks, and returns its question.
  private func question(_ wire: Wire, _ tool: String = "confirm") throws -> JSONValue {
    let answer = try modern(wire, "tools/call", #""name":"\#(tool)","arguments":{},"#)
    #expect(answer["result"]?["resultType"] == "input_required")
    wire.clock.advance(milliseconds: 2000)
    return try #require(answer["result"])
  }

  private func retry(
    _ wire: Wire, _ question: JSONValue, responses: String, state: String? = nil, tool: String = "confirm"
  ) throws -> JSONValue {
    let state = try #require(state ?? question["requestState"]?.stringValue)
    return try modern(
      wire, "tools/call",
      #""name":"\#(tool)","arguments":{},"inputResponses":\#(responses),"requestState":"\#(state)","#)
  }

  @Test func `server-stateless: every member of the envelope that must be there`() throws {
    let (version, capabilities) = (
      #""io.modelcontextprotocol/protocolVersion":"2026-07-28""#, #""io.modelcontextprotocol/clientCapabilities":{}"#
    )
    func ask(_ method: String, _ params: String) throws -> JSONValue {
      try parse(try Wire().ask(#"{"jsonrpc":"2.0","id":9,"method":"\#(method)","params":{\#(params)}}"#))
    }
    for params in ["", #""_meta":{}"#, #""_meta":{\#(version)}"#, #""_meta":{\#(capabilities)}"#] {
      let answer = try ask("server/discover", params)
      #expect(answer["error"]?["code"] == -32602 && answer["id"] == 9, "\(params)")
    }
    #expect(try ask("tools/list", #""_meta":{\#(version),\#(capabilities)}"#)["result"]?["tools"] != nil)
  }

  @Test func `server-stateless: discovery says what a client needs`() throws {
    let result = try #require(try modern(try Wire(), "server/discover")["result"])
    #expect(result["supportedVersions"]?.arrayValue?.contains("2026-07-28") == true)
    #expect(result["capabilities"]?["tools"] != nil)
    #expect(result["resultType"] == "complete")
    #expect(result["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"]?.stringValue != nil)
    #expect(result["serverInfo"] == nil)
  }

  @Test func `server-stateless: versions that are not served are refused with those that are`() throws {
    let line = Lines.modern("9", "tools/list").replacing("2026-07-28", with: "1900-01-01")
    let error = try #require(try parse(try Wire().ask(line))["error"])
    #expect(error["code"] == -32022)
    #expect(error["data"]?["requested"] == "1900-01-01")
    let discovered = try modern(try Wire(), "server/discover")["result"]?["supportedVersions"]?.arrayValue
    let supported = try #require(error["data"]?["supported"]?.arrayValue)
    #expect(supported.allSatisfy { discovered?.contains($0) == true } && !supported.isEmpty)
  }

  @Test func `server-stateless: a capability that is missing is named in an object`() throws {
    let answer = try modern(try Wire(), "tools/call", #""name":"confirm","#, capabilities: "{}")
    #expect(answer["error"]?["code"] == -32021 && answer["id"] == 7)
    #expect(answer["error"]?["data"]?["requiredCapabilities"]?["elicitation"]?.objectValue != nil)
  }

  @Test(
    arguments: [
      "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "resources/list",
      "prompts/list", "completion/complete", "nonexistent/method",
    ])
  func `server-stateless: methods of the handshake, of features that are not declared, and unknown ones are not found`(
    _ method: String
  ) throws {
    let answer = try modern(try Wire(), method)
    #expect(answer["error"]?["code"] == -32601 && answer["id"] == 7)
  }

  @Test func `server-stateless: a stream is acknowledged, tagged, and holds only what was asked for`() throws {
    let wire = try Wire()
    let listen = #""notifications":{"toolsListChanged":true,"promptsListChanged":true},"#
    let first = try modern(wire, "subscriptions/listen", listen)
    #expect(first["method"] == "notifications/subscriptions/acknowledged")
    #expect(first["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 7)
    #expect(first["params"]?["notifications"] == ["toolsListChanged": true])
    wire.server.replaceProvider(FixtureProvider(tools: [FixtureProvider.tool("new")]))
    let note = try parse(wire.receive())
    #expect(note["method"] == "notifications/tools/list_changed")
    #expect(note["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 7)
  }

  @Test(arguments: ["server/discover", "tools/list"]) func `caching`(_ method: String) throws {
    let result = try #require(try modern(try Wire(), method)["result"])
    #expect(result["ttlMs"]?.numberValue?.intValue ?? -1 >= 0)
    #expect(["public", "private"].contains(result["cacheScope"]?.stringValue))
  }

  // MARK: Questions of a stateless call

  @Test func `input-required-result-basic-elicitation`() throws {
    let wire = try Wire()
    let question = try question(wire)
    let request = try #require(question["inputRequests"]?["confirm"])
    #expect(request["method"] == "elicitation/create")
    #expect(request["params"]?["requestedSchema"]?["type"] == "object")
    let done = try retry(wire, question, responses: #"{"confirm":\#(Self.accept)}"#)
    #expect(done["result"]?["resultType"] == "complete")
    #expect(done["result"]?["content"]?.arrayValue?[0]["text"] == "sent")
  }

  @Test func `input-required-result-request-state`() throws {
    let wire = try Wire()
    let question = try question(wire)
    #expect(question["requestState"]?.stringValue?.isEmpty == false)
    let done = try retry(wire, question, responses: #"{"confirm":\#(Self.accept)}"#)
    #expect(done["result"]?["resultType"] == "complete")
  }

  @Test func `input-required-result-multi-round`() throws {
    let wire = try Wire()
    let first = try question(wire, "confirm_twice")
    let second = try #require(
      try retry(wire, first, responses: #"{"confirm":\#(Self.accept)}"#, tool: "confirm_twice")["result"])
    #expect(second["resultType"] == "input_required")
    #expect(second["requestState"] != first["requestState"])
    wire.clock.advance(milliseconds: 2000)
    let third = try retry(wire, second, responses: #"{"confirm":\#(Self.accept)}"#, tool: "confirm_twice")
    #expect(third["result"]?["resultType"] == "complete")
  }

  @Test func `input-required-result-missing-input-response`() throws {
    let wire = try Wire()
    let wrong = try retry(wire, try question(wire), responses: #"{"wrong_key":\#(Self.accept)}"#)
    #expect(wrong["result"]?["resultType"] == "input_required")
    // Also without any state.
    let stateless = try modern(
      wire, "tools/call", #""name":"confirm","arguments":{},"inputResponses":{"wrong_key":\#(Self.accept)},"#)
    #expect(stateless["result"]?["resultType"] == "input_required")
  }

  @Test func `input-required-result-result-type`() throws {
    #expect(try question(try Wire())["resultType"] == "input_required")
  }

  @Test(arguments: ["tools/list", "prompts/list", "server/discover"])
  func `input-required-result-unsupported-methods`(_ method: String) throws {
    #expect(try modern(try Wire(), method)["result"]?["resultType"] != "input_required")
  }

  @Test func `input-required-result-tampered-state`() throws {
    let wire = try Wire()
    let question = try question(wire)
    let state = try #require(question["requestState"]?.stringValue) + "-TAMPERED"
    let answer = try retry(wire, question, responses: #"{"confirm":\#(Self.accept)}"#, state: state)
    #expect(answer["error"]?["code"] == -32602)
  }

  @Test func `input-required-result-capability-check`() throws {
    let answer = try modern(try Wire(), "tools/call", #""name":"confirm","#, capabilities: #"{"sampling":{}}"#)
    #expect(answer["result"]?["inputRequests"] == nil)
  }

  @Test func `input-required-result-ignore-extra-params`() throws {
    let wire = try Wire()
    let extra = #""unknown_extra_key":{"action":"accept","content":{"foo":"bar"}}"#
    let done = try retry(wire, try question(wire), responses: #"{"confirm":\#(Self.accept),\#(extra)}"#)
    #expect(done["result"]?["resultType"] == "complete")
  }

  @Test func `input-required-result-validate-input`() throws {
    let wire = try Wire()
    // The suite sends it without a state, like a first call.
    let stateless = try modern(
      wire, "tools/call", #""name":"confirm","arguments":{},"inputResponses":{"confirm":12345},"#)
    #expect(stateless["result"]?["resultType"] == "input_required")
    #expect(try retry(wire, try question(wire), responses: "null")["result"]?["resultType"] != "complete")
  }
}
