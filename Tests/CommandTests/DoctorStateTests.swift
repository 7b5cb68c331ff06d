import Foundation
import TestSupport
import Testing

/// What `doctor` says about the state directory.
@Suite(.waiting) struct DoctorStateTests {
  #if os(Linux)
    @Test(.enabled(if: TinyDisk.isPossible))
    func `a state directory on a read-only disk is reported as such`() throws {
      let program = try Program()
      try program.shell(
        """
        mkdir -p -m 700 state && unshare -m sh -c 'mount -t tmpfs -o mode=700 none state && mount -o remount,ro state &&
          HOME=$PWD SEQUENCE_MCP_TEST_HOME=$PWD "\(Program.path)" doctor --state-dir "$PWD/state" >out'
        """)
      let line = try program.text("out").split(separator: "\n").first { $0.contains(" state directory ") }
      #expect(
        line?.hasSuffix(
          """
          /state cannot be used: Read-only file system; its file system is mounted read-only: set state_dir to a \
          directory that can be written
          """
        ) == true, "\(line ?? "")")
    }
  #endif

  @Test func `the sandbox's ledger is checked if the configuration is a sandbox`() throws {
    let program = try Program()
    _ = try program.run(["init", "--from-sandbox", "--config", "play/config.yaml"])
    _ = try program.run(["call", "move_to_savings", "amount=5", "--yes", "--config", "play/config.yaml"])
    let ledgers = (try? program.list(".local/state/sequence-mcp/sandbox")) ?? []
    let line = try program.doctor(["--config", "play/config.yaml"]).lines.first { $0.contains(" state directory ") }
    #expect(line?.hasSuffix("/sandbox/\(try #require(ledgers.first)), its ledger can be read") == true, "\(line ?? "")")
    let ledger = ".local/state/sequence-mcp/sandbox/\(try #require(ledgers.first))/ledger.jsonl"
    try program.write("{}\n{}\n", to: ledger)
    let (lines, exitCode) = try program.doctor(["--config", "play/config.yaml"])
    #expect(lines.contains { $0.hasPrefix("problem  state directory ") && $0.contains("/ledger.jsonl") }, "\(lines)")
    #expect(exitCode == 1)
  }

  @Test(arguments: [
    ("chmod 777 .local/state/sequence-mcp", "cannot be trusted"),
    ("rm -r .local/state/sequence-mcp && touch .local/state/sequence-mcp", "not a directory"),
  ])
  func `a state directory that cannot be used is one problem, whoever needs it`(damage: String, words: String) throws {
    let program = try Program()
    _ = try program.run(["init", "--from-sandbox", "--config", "play/config.yaml"])
    _ = try program.run(["call", "move_to_savings", "amount=5", "--yes", "--config", "play/config.yaml"])
    try program.shell(damage)
    let lines = try program.doctor(["--config", "play/config.yaml"]).lines
    let found = lines.filter { $0.contains(" state directory ") || $0.contains(" servers ") }
    #expect(found.count == 1 && found.first?.hasPrefix("problem  state directory ") == true, "\(found)")
    #expect(found.first?.contains(words) == true, "\(found)")
  }

  @Test(
    arguments: [
      ("paused", "on holiday", "note", " all triggers are paused; run: sequence-mcp resume --state-dir DIRECTORY"),
      ("other", "", "ok", " DIRECTORY, which has no ledger until the first trigger"),
      (
        "ledger.jsonl", #"{"type":"ledger","version":1,"created":"2026-11-22T16:00:00.000Z","rotate_at":33554432}"#,
        "ok", " DIRECTORY, its ledger can be read"
      ),
    ])
  func `the contents of the state directory are reported`(
    file: String, text: String, severity: String, words: String
  ) throws {
    let program = try Program()
    let directory = program.home.path + "/.local/state/sequence-mcp"
    try program.write(text + "\n", to: ".local/state/sequence-mcp/\(file)")
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory)
    let lines = try program.doctor().lines.filter { $0.hasPrefix(severity) && $0.contains(" state directory ") }
    #expect(lines.contains { $0.hasSuffix(words.replacing("DIRECTORY", with: directory)) }, "\(lines)")
  }

  @Test func `a file that is not valid still names its state directory`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.write("version: 1\nstate_dir: real/state\n  bad: [\n", to: "c.yaml")
    #expect(
      try program.doctor(["--config", "c.yaml"]).lines.contains(
        "ok       state directory  \(program.home.path)/real/state, created at the first trigger"))
  }

  @Test func `the state directory of a file that cannot be read is not known`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.shell("mkdir c.yaml")
    let (lines, exitCode) = try program.doctor(["--config", "c.yaml"])
    #expect(
      lines.filter { $0.contains(" state directory ") } == [
        "note     state directory  not known, since the configuration's state_dir cannot be read"
      ], "\(lines)")
    #expect(exitCode == 3)
  }

  #if os(Linux)
    @Test(.enabled(if: TinyDisk.isPossible), arguments: ["state", "state/not-there-yet"])
    func `a full disk is reported as such`(directory: String) throws {
      let program = try Program()
      try program.shell(
        """
        mkdir -p -m 700 state && unshare -m sh -c 'mount -t tmpfs -o size=64k,mode=700 none state
          cat /dev/zero >state/filler 2>/dev/null
          HOME=$PWD SEQUENCE_MCP_TEST_HOME=$PWD "\(Program.path)" doctor --state-dir "$PWD/\(directory)" >out'
        """)
      let line = try program.text("out").split(separator: "\n").first { $0.contains(" state directory ") }
      #expect(line?.contains("cannot be used: No space left on device; free some space") == true, "\(line ?? "")")
    }
  #endif
}
