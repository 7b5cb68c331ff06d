import Foundation
import JSON
import Testing

/// One ledger, regardless of the environment in which a client starts the server.
@Suite struct StateLocationTests {
  /// Returns the ledgers in which one run recorded its trigger, relative to the home directory.
  /// - Parameter variable: The value of `SEQUENCE_MCP_STATE_DIR`.
  private func ledgers(_ options: [String], variable: String?, in stage: Stage) throws -> [String] {
    var program = stage.program
    program.environment["SEQUENCE_MCP_STATE_DIR"] = variable
    let result = try program.run(["call", "savings", "amount=1", "--config", stage.configurationPath] + options)
    #expect(result.exitCode == 0, "\(result.output) \(result.errorOutput)")
    let files = FileManager.default.enumerator(atPath: program.home.path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix("/ledger.jsonl") }.sorted()
  }

  @Test func `the option comes before the variable, and the variable before the file`() throws {
    let stage = try Stage()
    let home = stage.program.home.path
    try stage.write(stage.configuration(top: "state_dir: in-file"))
    #expect(try ledgers([], variable: nil, in: stage) == ["in-file/ledger.jsonl"])
    #expect(
      try ledgers([], variable: home + "/in-variable", in: stage)
        == ["in-file/ledger.jsonl", "in-variable/ledger.jsonl"])
    #expect(
      try ledgers(["--state-dir", home + "/in-option"], variable: home + "/in-variable", in: stage)
        == ["in-file/ledger.jsonl", "in-option/ledger.jsonl", "in-variable/ledger.jsonl"])
  }

  @Test(arguments: ["XDG_STATE_HOME", "HOME"])
  func `neither XDG_STATE_HOME nor HOME moves it`(_ variable: String) throws {
    let stage = try Stage()
    let home = stage.program.home.path
    var program = stage.program
    // Nothing may be written, since this is the real user's state directory.
    program.environment["SEQUENCE_MCP_STATE_DIR"] = nil
    program.environment["SEQUENCE_MCP_TEST_HOME"] = ""
    program.environment[variable] = home + "/elsewhere"
    let output = try program.run(["doctor", "--config", stage.configurationPath]).output
    let line = output.split(separator: "\n").first { $0.contains("state directory") }
    #expect(line?.contains("/.local/state/sequence-mcp") == true && line?.contains(home) == false)
  }

  @Test func `a ledger that is not used is pointed out`() throws {
    let stage = try Stage()
    var program = stage.program
    program.environment["XDG_STATE_HOME"] = program.home.path + "/old"
    try program.write("stop", to: "old/sequence-mcp/paused")
    let output = try program.run(["doctor", "--config", stage.configurationPath]).output
    #expect(
      output.contains("note     state directory  \(program.home.path)/old/sequence-mcp/paused has no effect"))
  }

  @Test
  func
    `a ledger or a pause that a client, a server or the default configuration uses is named as theirs, not as a leftover`()
    throws
  {
    let stage = try Stage()
    stage.useConfiguredState()
    let standard = ".local/state/sequence-mcp"
    for name in ["ledger.jsonl", "paused"] { try stage.program.write("", to: "\(standard)/\(name)") }
    try stage.write(stage.configuration(top: "state_dir: mine"))
    func notes() throws -> [String] {
      try stage.program.run(["doctor", "--config", stage.configurationPath]).output
        .split(separator: "\n").map(String.init).filter { $0.contains("\(standard)/") }
    }
    let unused = try notes()
    #expect(unused.count == 2 && unused.allSatisfy { $0.contains("has no effect; the state directory is") })
    #expect(unused.first?.contains("move it there if it should count; else keep it") == true)
    #expect(!unused.contains { $0.contains("delete") })

    try stage.program.write("version: 1\n", to: ".config/sequence-mcp/config.yaml")
    let ofDefault = try notes()
    #expect(ofDefault.first?.contains("is the ledger of the configuration ~/.config/sequence-mcp/config.yaml") == true)
    #expect(ofDefault.last?.contains("pauses the configuration ~/.config/sequence-mcp/config.yaml") == true)

    try stage.program.write(
      #"{"mcpServers":{"seq":{"command":"/usr/bin/sequence-mcp","args":["serve"]}}}"#, to: ".cursor/mcp.json")
    let ofClient = try notes()
    #expect(ofClient.first?.contains("is the ledger of Cursor's entry 'seq', and has no effect on this") == true)
    #expect(!ofClient.contains { $0.contains("move") || $0.contains("delete") })
  }

  @Test(arguments: ["state", "$HOME/state", "~ann/state"])
  func `a state directory relative to the working directory is refused`(_ path: String) throws {
    let stage = try Stage()
    let result = try stage.program.run(["tools", "--config", stage.configurationPath, "--state-dir", path])
    #expect(result.exitCode == 2)
    #expect(result.errorOutput.contains("--state-dir must be a full path, or start with '~/', but is '\(path)'"))
    #expect(result.errorOutput.contains("'$HOME' was not expanded, since there was no shell") == path.hasPrefix("$"))
  }

  @Test func `a leading tilde is expanded`() throws {
    let stage = try Stage()
    // 'tools' writes nothing there.
    #expect(
      try stage.program.run(["tools", "--config", stage.configurationPath, "--state-dir", "~/state"]).exitCode == 0)
  }

  @Test func `a configuration has one sandbox, however its path is written`() throws {
    let stage = try Stage()
    let home = stage.program.home.path
    try stage.program.shell("ln -s config.yaml link.yaml && ln -s . again && mkdir deeper")
    for path in ["config.yaml", "./deeper/../config.yaml", home + "/config.yaml", "link.yaml", "again/config.yaml"] {
      _ = try stage.program.run(["call", "savings", "amount=1", "--sandbox", "--config", path])
    }
    #expect(try stage.program.list("state/sequence-mcp/sandbox").count == 1)
  }

  @Test func `an empty option is an error`() throws {
    let stage = try Stage()
    let result = try stage.program.run(["serve", "--config", stage.configurationPath, "--state-dir", ""])
    #expect(result.exitCode == 2)
    #expect(
      result.errorOutput.contains("--state-dir must be a full path, or start with '~/', but is ''"),
      "\(result.errorOutput)")
  }

  @Test func `each configuration has a sandbox of its own`() throws {
    let stage = try Stage()
    try FileManager.default.copyItem(
      atPath: stage.configurationPath, toPath: stage.program.home.path + "/other.yaml")
    for name in ["config.yaml", "other.yaml", "config.yaml"] {
      _ = try stage.program.run([
        "call", "savings", "amount=1", "--sandbox", "--config", stage.program.home.path + "/" + name,
      ])
    }
    #expect(try stage.program.list("state/sequence-mcp/sandbox").count == 2)
    #expect(stage.ledger.isEmpty)
  }
}
