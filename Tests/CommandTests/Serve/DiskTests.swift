#if os(Linux)
  import Foundation
  import JSON
  import Testing

  /// A disk that is really full or read-only: nothing is triggered without the ledger, and everything else continues.
  @Suite(.enabled(if: TinyDisk.isPossible, "mounting a small disk needs root and a system that allows it"))
  struct DiskTests {
    /// Returns the entries of one type in the ledger on the server's disk.
    private func entries(_ type: String, _ disk: TinyDisk, _ server: ServerProcess) throws -> [JSONValue] {
      let text = try Data(contentsOf: URL(fileURLWithPath: disk.path("sequence-mcp/ledger.jsonl", of: server)))
      return try text.split(separator: 0x0A).map { try JSONParser.parse(Array($0)) }
        .filter { $0["type"]?.stringValue == type }
    }

    @Test func `a full disk blocks triggers until there is room`() throws {
      let stage = try Stage()
      let disk = try TinyDisk(stage)
      let server = try stage.launch(launcher: disk.launcher)
      try server.initialize()
      #expect(try server.call(0, "savings", ["amount": 1]).status == "accepted")
      disk.fill(of: server)

      // The ledger's last block has room for some more lines. Each call is recorded completely or not made at all.
      var accepted = 1
      var answer = try server.call(1, "savings", ["amount": 2])
      while answer.status == "accepted", accepted < 100 {
        accepted += 1
        answer = try server.call(JSONValue(accepted), "savings", ["amount": JSONValue(accepted + 1)])
      }
      #expect(answer.isError && answer.status == "rejected" && answer.code == "LEDGER_UNWRITABLE")
      #expect(answer.message.contains("Nothing was triggered") && answer.message.contains("No space left on device"))
      #expect(answer.content?["hint"]?.stringValue?.contains("sequence-mcp doctor") == true)
      let generic: JSONValue = ["rule_id": "ru_other", "api_secret": .string(Stage.secrets[1])]
      #expect(try server.call("generic", "trigger_rule", generic).code == "LEDGER_UNWRITABLE")
      #expect(try server.call("again", "savings", ["amount": 400]).code == "LEDGER_UNWRITABLE")
      #expect(try !server.call("accounts", "get_accounts", [:]).isError)
      #expect(stage.carriedOut == accepted)

      try disk.makeRoom(of: server)
      #expect(try server.call("then", "savings", ["amount": 400]).status == "accepted")
      #expect(stage.carriedOut == accepted + 1)
      // Including the outcome that may have found no room before.
      #expect(try entries("intent", disk, server).count == accepted + 1)
      #expect(try entries("outcome", disk, server).count == accepted + 1)
    }

    @Test(arguments: ["sequence-mcp", "deeper/sequence-mcp"])
    func `a state directory that can only be read blocks triggers until it can be written`(directory: String) throws {
      let stage = try Stage()
      let disk = try TinyDisk(stage, isReadOnly: true)
      stage.useConfiguredState()
      try stage.write(stage.configuration(top: "state_dir: state/\(directory)"))
      let server = try stage.launch(launcher: disk.launcher)
      try server.initialize()
      let answer = try server.call(1, "savings", ["amount": 1])
      #expect(answer.isError && answer.status == "rejected" && answer.code == "LEDGER_UNWRITABLE")
      #expect(answer.message.contains("Nothing was triggered") && answer.message.contains("Read-only file system"))
      #expect(
        try server.call(2, "trigger_rule", ["rule_id": "ru_other", "api_secret": .string(Stage.secrets[1])]).isError)
      #expect(try !server.call(3, "get_accounts", [:]).isError)
      #expect(stage.carriedOut == 0)

      try disk.makeWritable(of: server)
      #expect(try server.call(4, "savings", ["amount": 1]).status == "accepted")
      #expect(stage.carriedOut == 1)
    }
  }
#endif
