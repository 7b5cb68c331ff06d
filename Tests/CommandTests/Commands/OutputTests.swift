import Foundation
import JSON
import Sandbox
import Testing

/// The destinations of reports: color, full disks, readers that are gone, missing descriptors.
@Suite struct OutputTests {
  /// Runs a line in the shell, in which `$BIN` is the program.
  private func shell(_ line: String, _ program: Program) throws -> (exitCode: Int32, errorOutput: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = program.home
    process.environment = program.baseEnvironment.merging(["BIN": Program.path]) { $1 }
      .merging(program.environment) { $1 }
    let errorOutput = Pipe()
    process.standardError = errorOutput
    try process.run()
    let text = String(decoding: errorOutput.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  @Test(
    arguments: [
      ([:], [], false), (["FORCE_COLOR": "1"], [], false), ([:], ["--color", "always"], true),
      (["NO_COLOR": "1", "TERM": "dumb"], ["--color=always"], true), ([:], ["--color", "never"], false),
    ] as [([String: String], [String], Bool)])
  func `without a terminal there is color only on demand`(
    environment: [String: String], options: [String], isColored: Bool
  ) throws {
    var program = try Program()
    program.environment = environment
    try program.write("versoin: 1\n", to: "config.yaml")
    for command in [["tools"], ["explain", "bad-alias"], ["validate-config", "config.yaml"]] {
      #expect(try program.run(command + options).output.contains("\u{1B}[") == isColored, "\(command)")
    }
  }

  @Test(arguments: [">/dev/full", ">&-"])
  func `the outcome of a call is told on stderr if its result cannot be printed`(redirection: String) throws {
    let stage = try Stage()
    let (exitCode, errorOutput) = try shell(
      "\"$BIN\" call savings amount=5 idempotency_key=k1 --config config.yaml \(redirection)", stage.program)
    #expect(exitCode == 3 && stage.carriedOut == 1)
    #expect(errorOutput.contains("the status of the call is 'accepted'; its idempotency key is k1"), "\(errorOutput)")
  }

  @Test(
    arguments: [
      ["tools"], ["audit"], ["render", "save"], ["call", "save"], ["rule", "list"], ["secret", "check"],
      ["validate-config"], ["status"], ["status", "--json"], ["doctor"], ["settle"], ["approve"], ["pause"], ["resume"],
    ])
  func `a configuration that cannot be read is exit code 3 everywhere`(words: [String]) throws {
    let program = try Program()
    for path in ["missing.yaml", "."] {
      let result = try program.run(words + ["--config", path])
      #expect(result.exitCode == 3, "\(words) \(path): \(result)")
    }
  }

  #if os(Linux)
    @Test(
      arguments: [
        (["TERM": "xterm"], [], true), (["TERM": "dumb"], [], false), (["TERM": "xterm", "NO_COLOR": "1"], [], false),
        (["TERM": "xterm", "NO_COLOR": ""], [], true), (["TERM": "xterm"], ["--color", "never"], false),
        (["TERM": "xterm", "NO_COLOR": "1"], ["--color", "always"], true),
      ] as [([String: String], [String], Bool)])
    func `on a terminal there is color unless it is switched off`(
      environment: [String: String], options: [String], isColored: Bool
    ) throws {
      var program = try Program()
      program.environment = environment
      let session = try TerminalSession(program, ["tools"] + options)
      #expect(session.waitForEnd() == .exited(0))
      #expect(session.shown.contains("get_accounts"))
      #expect(session.shown.contains("\u{1B}[") == isColored)
    }

    @Test(arguments: ["tools", "sandbox"])
    func `a report that does not fit on the disk is an error`(command: String) throws {
      let program = try Program()
      let result = try shell("timeout 20 $BIN \(command) > /dev/full", program)
      #expect(result.errorOutput == "sequence-mcp: stdout: write: No space left on device\n")
      #expect(result.exitCode == 3)
    }

    @Test func `a server whose output is full says so in its last line`() throws {
      let program = try Program()
      let request = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
      let result = try shell("echo '\(request)' | $BIN serve > /dev/full", program)
      #expect(
        result.errorOutput.contains("stopped reason=\"stdout: No space left on device\""), "\(result.errorOutput)")
      #expect(result.exitCode == 3)
    }
  #endif

  @Test func `a closed pipe is not an error`() throws {
    let program = try Program()
    let result = try shell("{ $BIN schema; echo $? >&2; } | true", program)
    #expect(result.errorOutput == "0\n")
  }

  @Test func `nothing is printed into the ledger if stdout is closed`() throws {
    let stage = try Stage()
    let result = try shell("$BIN call savings amount=5 --config config.yaml <&- >&-", stage.program)
    #expect(result.exitCode == 3, "\(result.errorOutput)")
    #expect(stage.carriedOut == 1)
    let ledger = try stage.program.text("state/sequence-mcp/ledger.jsonl")
    #expect(ledger.split(separator: "\n").allSatisfy { $0.hasPrefix("{\"type\":\"") })
    #expect(try stage.audit()["entries"]?.arrayValue?.count == 1)
  }
}
