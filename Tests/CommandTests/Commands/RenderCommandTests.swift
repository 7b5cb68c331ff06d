import Foundation
import JSON
import Sandbox
import Testing

@Suite struct RenderCommandTests {
  /// Renders with a configuration whose secret does not exist: the program must not even look for it.
  private func render(_ words: [String], rule: [String] = []) throws -> (result: Program.Result, baseURL: String) {
    let stage = try Stage(rule: rule)
    try FileManager.default.removeItem(at: stage.program.home.appendingPathComponent("secrets"))
    let result = try stage.program.run(["render"] + words + ["--config", "config.yaml"])
    #expect(stage.sandbox.connectionCount == 0 && !stage.hasState)
    return (result, stage.sandbox.baseURL ?? "")
  }

  @Test func `the request of a disabled rule is marked as one that no call sends`() throws {
    let result = try render(["savings", "amount=50"], rule: ["enabled: false"]).result
    #expect(
      result.exitCode == 0 && result.errorOutput.contains("The rule 'savings' is disabled"), "\(result.errorOutput)")
  }

  @Test(arguments: [
    ["savings", "amount=50", "note=roof"], ["savings", "--arguments", #"{"note":"roof","amount":"50.00"}"#],
  ])
  func `the text is the whole request`(words: [String]) throws {
    let (result, baseURL) = try render(words)
    #expect(
      result.output == """
        POST \(baseURL)/remote-api/rules/ru_savings/trigger
        x-sequence-signature: Bearer <redacted>
        idempotency-key: <made for each call>
        content-type: application/json
        accept: application/json
        user-agent: sequence-mcp/0.1.0

        {
          "amountInCents": 5000,
          "note": "roof"
        }

        """)
    #expect(result.exitCode == 0)
    #expect(result.errorOutput.isEmpty)
  }

  @Test func `a secret that was copied into the rule is not shown`() throws {
    let stage = try Stage()
    try stage.program.write(
      "version: 1\nlimits: {calls_per_day: 2}\nrules:\n  save:\n    rule_id: r-not-a-real-secret-1\n"
        + "    api_secret: {file: one}\n    description: is not-a-real-secret-1\n    payload: {a: not-a-real-secret-1}\n",
      to: "copied.yaml")
    try stage.program.write("not-a-real-secret-1\n", to: "one")
    for words in [["render", "save"], ["render", "save", "--json"], ["tools"], ["tools", "--json"]] {
      let result = try stage.program.run(words + ["--config", "copied.yaml"])
      #expect(result.exitCode == 0 && !result.output.contains("not-a-real"), "\(result.output)\(result.errorOutput)")
    }
  }

  @Test func `JSON is the same request`() throws {
    let (result, baseURL) = try render(["savings", "amount=50", "idempotency_key=mine", "--json"])
    let expected: JSONValue = [
      "method": "POST", "url": .string(baseURL + "/remote-api/rules/ru_savings/trigger"),
      "headers": [
        "x-sequence-signature": "Bearer <redacted>", "idempotency-key": "mine", "content-type": "application/json",
        "accept": "application/json", "user-agent": "sequence-mcp/0.1.0",
      ],
      "body": ["amountInCents": 5000], "account": "real",
    ]
    #expect(result.output == JSONWriter.indentedText(expected) + "\n")
  }

  @Test(
    arguments: ["123", "true", "null", " x ", "{\"a\":1}", "1.50", ""])
  func `a value is read by its parameter's type: text stays text`(note: String) throws {
    let (result, _) = try render(["savings", "amount=50", "note=" + note, "idempotency_key=7", "--json"])
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    let request = try JSONParser.parse(result.output)
    #expect(request["body"]?["note"]?.stringValue == note)
    #expect(request["headers"]?["idempotency-key"] == "7")
  }

  @Test(
    arguments: [" 5", "5 ", "null", "5e1", "1,000", "\"5\""])
  func `an amount is taken as the tool takes it, without spaces`(amount: String) throws {
    let (result, _) = try render(["savings", "amount=" + amount])
    #expect(result.exitCode == 1)
    #expect(result.errorOutput.hasPrefix("sequence-mcp: 'amount' "), "\(result)")
  }

  @Test func `all faults are named at once`() throws {
    let (result, _) = try render(["savings", "amount=500.01", "nte=roof"])
    #expect(
      result.errorOutput == """
        sequence-mcp: 'amount' is 500.01, which is over the maximum; allowed: an amount in US dollars from $0.01 to $500.00 \
        with at most two decimals, such as 50 or 50.25
        sequence-mcp: 'nte' is not an argument of this tool (did you mean 'note'?); allowed: only 'amount', 'note', \
        'idempotency_key'

        """)
    #expect(result.output.isEmpty)
    #expect(result.exitCode == 1)
  }

  @Test func `an unknown alias suggests the nearest`() throws {
    let (result, _) = try render(["saving", "amount=5"])
    #expect(
      result.errorOutput == "sequence-mcp: there is no rule 'saving'; did you mean 'savings'? Rules: savings\n")
    #expect(result.exitCode == 1)
  }
}
