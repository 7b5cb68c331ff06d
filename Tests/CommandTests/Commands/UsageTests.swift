import Foundation
import TestSupport
import Testing

/// Wrong command lines: the message is on stderr only, and the exit code is 2.
@Suite struct UsageTests {
  private static let lines = [
    "validate-confg", "help rendr", "hlep", "version", "quux", "--red-only", "--verison", "tools --jsn",
    "tools --json=yes", "tools --config", "tools --config a --config b", "tools extra", "tools --color sometimes",
    "validate-config --format jso", "validate-config a.yaml --config b.yaml", "render", "render save amount",
    "render save a=1 a=2", "render save a=1 --arguments {}", "call save --arguments [1]", "call save --arguments {",
    "audit --since tomorrow", "audit --outcome accept", "explain unknwn-key", "sandbox --port 99999",
    "sandbox --fault html:0", "completions basch", "client-config --ssh bank",
    "doctor --ssh bank --online", "doctor --run-as sequence --simulate", "audit --prune 60d --format csv",
    "sandbox reset --port 5", "sandbox reset --fault lost", "--sandbox serve", "--sandbox tools", "client-config foo",
    "explain a", "client-config mcp-json --remove", "client-config mcp-json --install", "secret set", "rule enable",
    "help --nonsense",
  ]

  /// The messages are in `Messages/usage.txt`.
  @Test func `a wrong command line says what is wrong on stderr, and nothing is done`() throws {
    let program = try Program()
    var blocks: [String] = []
    for line in Self.lines {
      let result = try program.run(line.split(separator: " ").map(String.init))
      #expect(result.exitCode == 2 && result.output.isEmpty, "\(line)")
      blocks.append("$ sequence-mcp \(line)\n\(result.errorOutput)")
    }
    #expect(try program.list("").isEmpty)
    try Snapshot.expect(blocks.joined(separator: "\n"), is: "../Messages/usage.txt", separator: "\n$ ")
  }

  @Test(arguments: [
    ["tools", "--a\nb"], ["audit", "--rule", "a\nb"], ["client-config", "mcp-json", "--name", "a\nb"],
    ["approve", "a\nb"],
    ["explain", "a\nb"], ["sandbox", "--port", "a\nb"], ["sandbox", "--fault", "a\nb"], ["help", "a\nb"], ["a\nb"],
    ["tools", "--config", "a\nb"], ["tools", "--state-dir", "a\nb"],
  ])
  func `a line break in an argument does not begin a line of the message`(words: [String]) throws {
    let result = try Program().run(words)
    #expect(result.exitCode != 0 && result.output.isEmpty)
    #expect(result.errorOutput.contains("a<U+000A>b") && !result.errorOutput.contains("a\nb"), "\(result.errorOutput)")
  }

  @Test(arguments: ["ho\u{202E}st", "h\u{F6}st", "ho st", "ho\u{7F}st"])
  func `a host for ssh is visible ASCII`(host: String) throws {
    let result = try Program().run(["client-config", "mcp-json", "--ssh", host])
    #expect(result.exitCode == 2 && result.output.isEmpty, "\(result)")
  }

  @Test func `an argument that is not UTF-8 is refused by name before anything runs`() throws {
    let program = try Program()
    try program.shell(
      "'\(Program.path)' init --config \"$(printf 'caf\\351.yaml')\" 2>errorOutput; echo $? >code")
    #expect(try program.text("errorOutput") == "sequence-mcp: argument 3 is not UTF-8: 'caf\u{FFFD}.yaml'\n")
    #expect(try program.text("code") == "2\n")
    #expect(try program.list("") == ["code", "errorOutput"])
  }

  @Test(arguments: [
    ("cd \"$(printf 'd\\374')\"", "init --config ./c.yaml", "the working directory is not UTF-8: '"),
    ("HOME=\"$PWD/$(printf 'd\\374')\"; export HOME", "init", "HOME is not UTF-8: '"),
    (
      "CODEX_HOME=\"$PWD/$(printf 'd\\374')\"; export CODEX_HOME", "client-config codex --install",
      "CODEX_HOME is not UTF-8: '"
    ),
    (
      "SEQUENCE_MCP_CONFIG=$(printf 'd\\374'); export SEQUENCE_MCP_CONFIG", "status",
      "SEQUENCE_MCP_CONFIG is not UTF-8: '"
    ),
    (
      "cd \"$(printf 'd\\374')\"", "serve --config c.yaml",
      "the working directory is not UTF-8: '"
    ),
  ])
  func `a directory that is not UTF-8 is refused by name before anything is written`(
    before: String, command: String, message: String
  ) throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.shell(
      "home=$PWD; mkdir \"$(printf 'd\\374')\"; \(before); '\(Program.path)' \(command) </dev/null 2>\"$home/errorOutput\"; "
        + "cd \"$home\"; rmdir \"$(printf 'd\\374')\"")
    let errorOutput = try program.text("errorOutput")
    #expect(errorOutput.contains(message))
    #expect(try program.list("") == ["errorOutput"])
  }

  @Test func `help has no page of its own`() throws {
    let program = try Program()
    let help = try program.run(["help", "help"])
    #expect(try help.exitCode == 0 && help.output == program.run(["help"]).output)
  }

  @Test func `an unknown fault lists the known ones`() throws {
    let program = try Program()
    let result = try program.run(["sandbox", "--fault", "rate-limt:2"])
    #expect(
      result.errorOutput.hasPrefix(
        "sequence-mcp: unknown fault 'rate-limt'; did you mean 'rate-limit'?\nthere are: ok, reset, "))
    #expect(result.exitCode == 2)
  }

  @Test(arguments: [["no\u{1B}[31msuch"], ["schema", "--no\u{1B}[31msuch"], ["render", "save", "no\u{1B}[31msuch"]])
  func `a word that is echoed cannot drive the terminal`(words: [String]) throws {
    let program = try Program()
    let errorOutput = try program.run(words).errorOutput
    #expect(errorOutput.contains(#"no<U+001B>[31msuch"#), "\(errorOutput)")
    #expect(!errorOutput.contains("\u{1B}"))
  }

  @Test func `a double dash ends the options`() throws {
    let program = try Program()
    let result = try program.run(["validate-config", "--no-secrets", "--", "--gone.yaml"])
    #expect(result.output.hasPrefix("--gone.yaml: error: the file cannot be read: it does not exist"))
    #expect(result.exitCode == 3)
  }

  @Test func `a configuration that is not valid is shown on stderr`() throws {
    let program = try Program()
    try program.write("version: 2\n", to: "config.yaml")
    let checked = try program.run(["validate-config", "--no-secrets", "config.yaml"])
    for command in [["tools"], ["render", "save"], ["call", "save"], ["serve", "--exit-on-error"]] {
      let result = try program.run(command + ["--config", "config.yaml"])
      #expect(result.errorOutput == checked.output + "sequence-mcp: the configuration is not valid\n")
      #expect(result.exitCode == 1)
      #expect(result.output.isEmpty)
    }
  }
}
