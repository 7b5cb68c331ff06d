import Foundation
import JSON
import Sandbox
import Testing

@Suite struct ToolsCommandTests {
  @Test func `a table shows what must be given`() throws {
    let stage = try Stage()
    let result = try stage.program.run(["tools", "--config", "config.yaml"])
    #expect(
      result.output == """
        TOOL          ARGUMENTS                      CAPS  ASKS        TITLE
        get_accounts  type, name_contains            -     -           Get accounts
        trigger_rule  rule_id*, api_secret, payload  -     the client  Trigger a rule
        savings       amount*, note                  -     the client  Savings

        """)
    #expect(result.exitCode == 0)
    #expect(stage.sandbox.apiRequestCount == 0 && !stage.hasState)
  }

  @Test func `--read-only lists only what reads`() throws {
    let stage = try Stage()
    let result = try stage.program.run(["tools", "--read-only", "--config", "config.yaml"])
    #expect(
      result.output == """
        TOOL          ARGUMENTS            CAPS  ASKS  TITLE
        get_accounts  type, name_contains  -     -     Get accounts
        Served as read-only.

        """)
  }

  @Test func `caps, and who is asked, are beside each tool, and wrap at the width`() throws {
    let stage = try Stage(
      rule: ["limits: {per_call: 400.00, per_day: 1000.00, calls_per_day: 3}", "confirm: {above: 100.00}"],
      top: "limits: {per_day: 2000.00}")
    let result = try stage.program.run(["tools", "--config", "config.yaml"])
    #expect(
      result.output == """
        TOOL          ARGUMENTS        CAPS             ASKS              TITLE
        get_accounts  type,            -                -                 Get accounts
                      name_contains
        trigger_rule  rule_id*,        -                the client        Trigger a rule
                      api_secret,
                      payload
        savings       amount*, note    per_call         you, over         Savings
                                       $400.00,         $100.00
                                       per_day
                                       $1,000.00,
                                       calls_per_day 3
                                       calls
        Over all rules together: per_day $2,000.00.

        """)
  }

  @Test func `without a configuration the generic tools are there`() throws {
    let program = try Program()
    let result = try program.run(["tools"])
    let names: [Substring] = result.output.split(separator: "\n").map { $0.prefix(12) }
    #expect(names == ["TOOL        ", "get_accounts", "trigger_rule"])
    #expect(result.exitCode == 0)
  }

  @Test(arguments: [[], ["--read-only"]])
  func `JSON is what the newest client gets`(options: [String]) throws {
    let stage = try Stage(rule: ["confirm: always", "title: Move to savings"], top: "server: {title: My money}")
    let printed = try stage.program.run(["tools", "--json", "--config", "config.yaml"] + options)
    let server = try stage.launch(options)
    let listed = try server.ask(1, "tools/list", ["_meta": ServerProcess.envelope()])
    #expect(try JSONParser.parse(printed.output) == listed["result"])
  }
}
