import Foundation
import Testing

@Suite struct DemoCommandTests {
  @Test func `the story ends well and leaves nothing behind`() throws {
    var program = try Program()
    program.environment["TMPDIR"] = program.home.path
    let result = try program.run(["demo"])
    #expect(result.exitCode == 0)
    #expect(result.errorOutput.isEmpty)
    let lines = result.output.split(separator: "\n").map(String.init)
    let exchanges = lines.filter { $0.hasPrefix("> ") || $0.hasPrefix("< ") }
    let beginnings: [Substring] = exchanges.map { $0.prefix { $0 != ":" } }
    #expect(
      beginnings == [
        "> move_to_savings {\"amount\"", "< accepted", "> move_to_savings {\"amount\"", "< LIMIT_PER_DAY",
        "> fund_bills {\"amount\"", "< DECLINED", "> fund_bills {\"amount\"", "< accepted", "> fund_bills {\"amount\"",
        "< duplicate", "> profit_first {\"amount\"", "< accepted",
      ])
    for line in [
      "  ?   Checking -> Bills $500.00", "  ?   Total: $1,000.00", "  run: executed, $1,000.00 moved, $0.00 pending",
      "    Checking -> Taxes $300.00, complete",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    let run = lines.last { $0.hasSuffix("  executed") }?.split(separator: " ").suffix(5)
    #expect(run == ["$1,000.00", "$1,000.00", "$1,000.00", "$0.00", "executed"])
    #expect(lines.contains("6 calls: 3 accepted ($1,400.00), 1 simulated ($1,000.00), 2 refused ($550.00)"))
    #expect(lines.contains("Savings      Pod            $12,500.00"))
    #expect(lines.contains("Savings      Pod            $12,950.00"))
    #expect(try program.list("").isEmpty)
  }

  @Test func `it needs and touches no configuration`() throws {
    var program = try Program()
    try program.write("not: valid\n", to: "config.yaml")
    program.environment = ["SEQUENCE_MCP_CONFIG": "config.yaml", "TMPDIR": program.home.path]
    #expect(try program.run(["demo"]).exitCode == 0)
    #expect(try program.list("") == ["config.yaml"])
  }

  @Test func `a step that fails ends it in words`() throws {
    let program = try Program()
    try program.shell(
      "(ulimit -f 0; HOME=$PWD TMPDIR=$PWD '\(Program.path)' demo 2>&1; echo \"code $?\") | cat >shown")
    let shown = try program.text("shown")
    #expect(shown.hasSuffix("sequence-mcp: the demo expected 'accepted' and got what is above\ncode 3\n"), "\(shown)")
  }

  @Test func `a location that cannot be written is reported`() throws {
    var program = try Program()
    program.environment["TMPDIR"] = program.home.path + "/gone"
    let result = try program.run(["demo"])
    let problem = "make a directory in \(program.home.path)/gone: No such file or directory"
    #expect(result.errorOutput == "sequence-mcp: \(problem); set TMPDIR to a directory that can be written\n")
    #expect(result.exitCode == 3)
  }

  #if os(Linux)
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal leaves nothing behind`(number: Int32) throws {
      var program = try Program()
      program.environment["TMPDIR"] = program.home.path
      let session = try TerminalSession(program, ["demo"])
      try session.wait(for: "TOOL")
      kill(session.process, number)
      #expect(session.waitForEnd() == .killed(number))
      #expect(try program.list("").isEmpty)
    }

    @Test func `a missing library is reported before the story begins`() throws {
      var program = try Program()
      // The search path finds an empty file of that name before the real one.
      try program.write("", to: "lib/libcurl.so.4")
      program.environment["LD_LIBRARY_PATH"] = program.home.path + "/lib"
      let result = try program.run(["demo"])
      #expect(
        result.errorOutput
          == """
          sequence-mcp: libcurl (libcurl.so.4) is not installed, or too old; install libcurl. On this machine: 'sudo \
          apt-get install libcurl4'

          """
      )
      #expect(result.output.isEmpty && result.exitCode == 3)
    }
  #endif
}
