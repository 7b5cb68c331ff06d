import Catalog
import JSON
import MCP
import Secrets
import TestSupport
import Testing

@Suite struct ToolCatalogTests {
  @Test(arguments: [
    ("get_accounts", "{}"), ("get_run", #"{"tool":"run"}"#), ("get_limits", "{}"), ("simulate_trigger", "{}"),
  ])
  func `from the first call on, every stored secret is known`(tool: String, arguments: String) throws {
    let top = "tools: {get_limits: true, trigger_rule: {api_secrets: {ru_777: {env: RU_777}}}}"
    let environment = PlatformFixtures.environment.merging(World.environment) { $1 }
    let world = try World(
      PlatformFixtures.rule("Set taxes aside", top: top), over: BankTransport(), environment: environment)
    _ = try world.result(tool, arguments)
    #expect(world.scrubber.scrub(World.storedSecret) == "<redacted>")
  }

  @Test func `the first answer holds no stored secret of another rule`() throws {
    let name = "note \(World.savingsSecret), \(World.storedSecret)"
    let world = try World(Fixtures.savings(), [.accounts([["id": "a1", "name": .string(name), "type": "Pod"]])])
    #expect(try world.answer("get_accounts").contains(#""name":"note <redacted>, <redacted>""#))
  }

  static let several = """
    version: 1
    server: {instructions: Use the named tools.}
    rules:
      zebra: {rule_id: ru_1, api_secret: {env: A}, description: Z.}
      off: {rule_id: ru_2, api_secret: {env: B}, description: O., enabled: false}
      ant: {rule_id: ru_3, api_secret: {env: C}, description: A., title: An ant}
    """

  @Test func `tools come in the order of the file, after the generic ones`() throws {
    let world = try World(Self.several)
    #expect(world.catalog.tools.map(\.name) == ["get_accounts", "trigger_rule", "zebra", "ant"])
    #expect(world.catalog.instructions == "Use the named tools.")
  }

  @Test(
    arguments: ["ant", "get_accounts"])
  func `a call that waits for a thread ends in time, and says nothing of an earlier attempt`(tool: String) throws {
    let late = try #require(try World(Self.several).catalog.answerWhileWaiting(tool, caller: ToolCaller()))
    #expect(late.endsCall && late.afterMilliseconds < 60_000 && late.result.isError)
    let content = try #require(late.result.structuredContent)
    #expect(content["code"] == "TIMEOUT" && content["retryable"] == true)
    #expect(content["status"] == nil)
  }

  @Test(arguments: ["ant", "get_accounts"])
  func `a call too many is refused with a code and no status, and a trigger is recorded as refused`(tool: String) throws
  {
    let world = try World(Self.several)
    let result = world.catalog.refuse(tool, "Too many calls are running; nothing was done.", caller: ToolCaller())
    #expect(result.isError && result.code == "TOO_MANY_REQUESTS" && result.text.contains("Too many calls are running"))
    #expect(result.structuredContent?["message"] != nil && result.status == nil)
    try world.expectConforming(result, tool)
    #expect(world.refusedText.contains(#""tool":"ant","code":"TOO_MANY_REQUESTS""#) == (tool == "ant"))
  }

  @Test func `without any rule the generic tools are there`() throws {
    #expect(try World("version: 1").catalog.tools.map(\.name) == ["get_accounts", "trigger_rule"])
  }

  @Test(arguments: [
    ("tools: {get_accounts: false}", ["trigger_rule"]), ("tools: {trigger_rule: false}", ["get_accounts"]),
    ("tools: {get_accounts: false, trigger_rule: false}", []), ("server: {read_only: true}", ["get_accounts"]),
  ])
  func `generic tools can be switched off`(_ line: String, _ names: [String]) throws {
    #expect(try World("version: 1\n" + line).catalog.tools.map(\.name) == names)
  }

  @Test func `a read-only server lists and calls nothing that triggers`() throws {
    let world = try World(Self.several, isReadOnly: true)
    #expect(world.catalog.tools.map(\.name) == ["get_accounts"])
    for name in ["trigger_rule", "zebra"] { #expect(try world.result(name).code == "UNKNOWN_TOOL") }
  }

  @Test(arguments: ["off", "nobody", "get_accounts ", "trigger_rule\u{0}", "\u{212A}elvin"])
  func `an unlisted tool cannot be called`(_ name: String) throws {
    let world = try World(Self.several)
    let result = try world.result(name)
    #expect(result.isError)
    #expect(result.code == "UNKNOWN_TOOL")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `names are told apart by their bytes`() throws {
    let world = try World("version: 1\nrules: {K: {rule_id: ru_1, api_secret: {env: SAVINGS}, description: x}}")
    #expect(try world.result("\u{212A}").code == "UNKNOWN_TOOL")
  }

  @Test func `an alias is published with all that is enforced`() throws {
    let tool = try World(Fixtures.savings()).tool("move_to_savings")
    #expect(tool.title == "Move to savings")
    #expect(
      tool.description
        == "Puts money aside.")
    let key = tool.inputSchema["properties"]?["idempotency_key"]
    #expect(key?["pattern"] == "^[A-Za-z0-9._:-]+$")
    #expect(key?["maxLength"] == 36)
    var schema = tool.inputSchema
    schema["properties"] = schema["properties"]?.objectValue.map { object in
      var object = object
      object["idempotency_key"] = nil
      return .object(object)
    }
    #expect(
      JSONWriter.text(.object(schema)) == """
        {"type":"object","properties":{"amount":{"type":"number","description":"How much. US dollars, with at most two \
        decimals.","minimum":1.00,"maximum":500.00},"note":{"type":"string","maxLength":80}},"required":["amount"],\
        "additionalProperties":false}
        """)
  }

  @Test func `the title of an alias is made from its name if none is written`() throws {
    #expect(try World(Self.several).catalog.tools.map(\.title).suffix(2) == ["Zebra", "An ant"])
  }

  @Test(arguments: [
    ("", true), ("    confirm: client\n", true), ("    confirm: always\n", true), ("    confirm: {above: 10}\n", true),
    ("    confirm: never\n", false),
  ])
  func `confirmation is published by mode`(_ line: String, _ asks: Bool) throws {
    let tool = try World(Fixtures.savings(line)).tool("move_to_savings")
    #expect(
      tool.annotations
        == ToolAnnotations(readOnlyHint: false, destructiveHint: asks, idempotentHint: false, openWorldHint: asks))
    #expect(tool.meta == (asks ? ["anthropic/requiresUserInteraction": true] : nil))
  }

  @Test func `annotations of the owner win`() throws {
    let annotations = "{readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false}"
    let tool = try World(Fixtures.savings("    annotations: \(annotations)\n")).tool("move_to_savings")
    #expect(
      tool.annotations
        == ToolAnnotations(readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false))
  }

  @Test func `generic tools say what they are`() throws {
    let world = try World("version: 1")
    let accounts = try world.tool("get_accounts")
    #expect(
      accounts.annotations
        == ToolAnnotations(readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false))
    #expect(accounts.meta == nil)
    #expect(accounts.inputSchema["properties"]?.objectValue?.keys == ["type", "name_contains"])
    let trigger = try world.tool("trigger_rule")
    #expect(
      trigger.annotations
        == ToolAnnotations(readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true))
    #expect(trigger.meta == ["anthropic/requiresUserInteraction": true])
    #expect(
      trigger.inputSchema["properties"]?.objectValue?.keys == ["rule_id", "idempotency_key", "api_secret", "payload"])
    #expect(trigger.inputSchema["required"] == ["rule_id"])
  }

  @Test func `every tool is titled, described and closed`() throws {
    for tool in try World(Fixtures.savings()).catalog.tools {
      #expect(tool.title?.isEmpty == false)
      #expect(!tool.description.isEmpty)
      #expect(tool.outputSchema?["type"] == "object")
      #expect(tool.inputSchema["type"] == "object")
      #expect(tool.inputSchema["additionalProperties"] == false)
      for keyword in ["oneOf", "anyOf", "allOf"] { #expect(tool.inputSchema[keyword] == nil) }
    }
  }
}
