import Foundation
import JSON
import Sandbox
import Testing

@Suite struct ToolsCommandTests {
  @Test func tableShowsWhatMustBeGiven() throws {
    let stage = try Stage()
    defer { stage.cleanUp() }
    let result = try stage.program.run(["tools", "--config", "config.yaml"])
    #expect(
      result.output == """
        TOOL          TITLE           ARGUMENTS                      KIND
        get_accounts  Get accounts    type, name_contains            reads
        trigger_rule  Trigger a rule  rule_id*, api_secret, payload  triggers
        savings       Savings         amount*, note                  triggers

        """)
    #expect(result.exitCode == 0)
    #expect(stage.sandbox.apiRequestCount == 0 && !stage.hasState)
  }

  @Test func readOnlyListsWhatOnlyReads() throws {
    let stage = try Stage()
    defer { stage.cleanUp() }
    let result = try stage.program.run(["tools", "--read-only", "--config", "config.yaml"])
    #expect(
      result.output == """
        TOOL          TITLE         ARGUMENTS            KIND
        get_accounts  Get accounts  type, name_contains  reads

        """)
  }

  @Test func withoutAConfigurationTheGenericToolsAreThere() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["tools"])
    #expect(
      result.output.split(separator: "\n").map { $0.prefix(12) } == ["TOOL        ", "get_accounts", "trigger_rule"])
    #expect(result.exitCode == 0)
  }

  @Test(arguments: [[], ["--read-only"]])
  func jsonIsWhatANewestClientGets(options: [String]) throws {
    let stage = try Stage(rule: ["confirm: always", "title: Move to savings"], top: "server: {title: My money}")
    defer { stage.cleanUp() }
    let printed = try stage.program.run(["tools", "--json", "--config", "config.yaml"] + options)
    let server = try stage.launch(options)
    let listed = try server.ask(1, "tools/list", ["_meta": ServerProcess.envelope()])
    #expect(try JSONParser.parse(printed.output) == listed["result"])
  }
}
