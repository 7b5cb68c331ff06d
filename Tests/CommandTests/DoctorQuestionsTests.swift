import Foundation
import TestSupport
import Testing

/// What `doctor` says about asking a person.
@Suite(.waiting) struct DoctorQuestionsTests {
  /// Returns what `doctor` says about questions if the rule has that `confirm` and Cursor launches the program so.
  private func questions(
    confirm: String = "always", entryOf file: String = "config.yaml", options: [String] = []
  ) throws -> [String] {
    let program = try Program()
    try program.write("version: 1\n", to: "other.yaml")
    try program.write(
      "version: 1\nrules:\n  save: {rule_id: ru_1, api_secret: {env: SAVE}, description: Saves., confirm: \(confirm)}\n",
      to: "config.yaml")
    let words = (["serve", "--config", "\(program.home.path)/\(file)"] + options).map { "\"\($0)\"" }
    try program.write(
      #"{"mcpServers":{"seq":{"command":"\#(Program.path)","args":[\#(words.joined(separator: ","))]}}}"#,
      to: ".cursor/mcp.json")
    return try program.doctor(["--config", "config.yaml"]).lines.filter { $0.contains(" questions ") }
  }

  @Test func `it says how a person can be asked, here and where each client starts the program`() throws {
    let found = try questions()
    try #require(found.count == 3, "\(found)")
    #expect(found[0] == "ok       questions        'sequence-mcp approve' works in any of your terminals")
    #expect(found[1].contains("no window can be opened here: "))
    #expect(found[2].contains("Cursor as 'seq': no window can be opened: "))
    if geteuid() != 0 {
      #expect(found[2].contains("in a terminal on the desktop, run: sequence-mcp client-config cursor"))
    }
  }

  @Test func `a client whose windows are switched off is reported`() throws {
    let found = try questions(options: ["--no-dialog"])
    #expect(found.last?.contains("Cursor as 'seq': windows are disabled by --no-dialog") == true, "\(found)")
  }

  @Test func `a client with another configuration, which may never ask, is left out of the questions`() throws {
    #expect(try questions(entryOf: "other.yaml").count == 2)
  }

  @Test(arguments: [("{when: always, ask: [terminal]}", 1), ("client", 0)])
  func `a channel that no rule uses is left out of the questions`(confirm: String, count: Int) throws {
    #expect(try questions(confirm: confirm).count == count)
  }
}
