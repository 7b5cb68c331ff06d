import Catalog
import JSON
import MCP
import TestSupport
import Testing

@testable import SequenceAPI

@Suite struct GetLimitsToolTests {
  private static let yaml = """
    version: 1
    tools: {get_limits: true}
    limits: {per_day: 2000.00}
    rules:
      save:
        rule_id: ru_12345
        api_secret: {env: SAVINGS}
        description: Puts money aside.
        parameters: {amount: {type: money, maximum: 1500.00}}
        payload: {amountInCents: "{{ amount | cents }}"}
        limits: {per_call: 1500.00, per_day: 1600.00, calls_per_30_days: 5, cooldown: 10m}
      off:
        rule_id: ru_2
        api_secret: {env: SAVINGS}
        description: Is off.
        enabled: false
        limits: {calls_per_day: 1}

    """

  @Test func `what is used and what is left is shown, with the time that frees it`() throws {
    let world = try World(Self.yaml, [.accepted])
    _ = try world.result("save", #"{"amount":1250}"#)
    world.clock.advance(milliseconds: 60_000)
    #expect(
      try world.answer("get_limits") == """
        {"paused":false,"total_limits":5,"limits":[\
        {"tool":null,"limit":"per_day","cap":"2000.00","used":"1250.00","left":"750.00","cap_text":"$2,000.00",\
        "used_text":"$1,250.00","left_text":"$750.00","frees_at":"2026-11-23T16:00:00.000Z"},\
        {"tool":"save","limit":"per_call","cap":"1500.00","cap_text":"$1,500.00","frees_at":null},\
        {"tool":"save","limit":"per_day","cap":"1600.00","used":"1250.00","left":"350.00","cap_text":"$1,600.00",\
        "used_text":"$1,250.00","left_text":"$350.00","frees_at":"2026-11-23T16:00:00.000Z"},\
        {"tool":"save","limit":"calls_per_30_days","cap":5,"used":1,"left":4,"frees_at":"2026-12-22T16:00:00.000Z"},\
        {"tool":"save","limit":"cooldown","cap":"10 min","frees_at":"2026-11-22T16:10:00.000Z"}]}
        """)
  }

  @Test func `the limits of trigger_rule are among them, if it is offered`() throws {
    let yaml = "version: 1\ntools: {get_limits: true, trigger_rule: {limits: {calls_per_day: 5}}}\n"
    let world = try World(yaml, [.accepted])
    _ = try world.result("trigger_rule", #"{"rule_id":"ru_1","api_secret":"not-a-real-secret-9"}"#)
    #expect(
      try world.answer("get_limits") == """
        {"paused":false,"total_limits":1,"limits":[\
        {"tool":"trigger_rule","limit":"calls_per_day","cap":5,"used":1,"left":4,"frees_at":"2026-11-23T16:00:00.000Z"}]}
        """)
  }

  @Test func `the limits of one tool come with those over all tools`() throws {
    let world = try World(Self.yaml.replacing("tools: {", with: "tools: {trigger_rule: {limits: {calls_per_day: 5}}, "))
    let one = try world.result("get_limits", #"{"tool":"trigger_rule"}"#)
    let tools = one.structuredContent?["limits"]?.arrayValue?.map { $0["tool"]?.stringValue }
    #expect(tools == [nil, "trigger_rule"])
  }

  @Test(arguments: ["off", "SAVE", "sav", "get_accounts"])
  func `the limits of what is no tool are refused, since none would read as no limit`(tool: String) throws {
    let result = try World(Self.yaml).result("get_limits", #"{"tool":"\#(tool)"}"#)
    #expect(result.isError && result.code == "INVALID_ARGUMENTS")
  }

  @Test func `the limits of trigger_rule are refused if the owner has disabled it`() throws {
    let yaml = Self.yaml.replacing("tools: {", with: "tools: {trigger_rule: false, ")
    #expect(try World(yaml).result("get_limits", #"{"tool":"trigger_rule"}"#).code == "INVALID_ARGUMENTS")
    let other = try World(yaml).result("get_limits", #"{"tool":"trigger_rul"}"#)
    #expect(!other.text.contains("'trigger_rule'"), "\(other.text)")
  }

  @Test func `a long list is cut, says so, and keeps the limits over all tools`() throws {
    let rules = (1...300).map { number in
      """
        save_\(number):
          rule_id: ru_\(number)
          api_secret: {env: SAVINGS}
          description: Puts money aside.
          limits: {calls_per_day: 5}

      """
    }
    let world = try World(
      "version: 1\ntools: {get_limits: true}\nlimits: {calls_per_day: 9}\nrules:\n" + rules.joined())
    let content = try #require(try world.result("get_limits").structuredContent)
    #expect(content["total_limits"] == 301)
    #expect(content["note"] == "Only the first 250 of 301 limits. Pass 'tool' to narrow it.")
    #expect(content["limits"]?.arrayValue?.count == 250)
    #expect(content["limits"]?[0]?["tool"] == .null)
    let one = try #require(try world.result("get_limits", #"{"tool":"save_300"}"#).structuredContent)
    #expect(one["note"] == nil)
  }

  @Test func `a pause is reported`() throws {
    let world = try World(Self.yaml, [.accepted])
    _ = try world.result("save", #"{"amount":1}"#)
    try world.pause("on holiday")
    #expect(try world.result("get_limits").structuredContent?["paused"] == true)
  }

  @Test func `it is offered if the owner wants it`() throws {
    #expect(try World(Self.yaml).catalog.tools.map(\.name) == ["get_accounts", "get_limits", "trigger_rule", "save"])
    #expect(try World("version: 1").catalog.tools.map(\.name).contains("get_limits") == false)
    #expect(try World(Self.yaml, isReadOnly: true).catalog.tools.map(\.name) == ["get_accounts", "get_limits"])
    let tool = try World(Self.yaml).tool("get_limits")
    #expect(tool.annotations.readOnlyHint && !tool.annotations.openWorldHint)
    #expect(tool.inputSchema["properties"]?.objectValue.map { Array($0.keys) } == ["tool"])
    #expect(tool.inputSchema["required"] == nil)
  }

  @Test func `a rule of that name wins`() throws {
    let world = try World(Self.yaml.replacing("  save:", with: "  get_limits:"))
    #expect(world.catalog.tools.map(\.name) == ["get_accounts", "trigger_rule", "get_limits"])
    #expect(try world.tool("get_limits").annotations.readOnlyHint == false)
  }

  @Test func `arguments are refused`() throws {
    #expect(try World(Self.yaml).result("get_limits", #"{"x":1}"#).code == "INVALID_ARGUMENTS")
  }
}
