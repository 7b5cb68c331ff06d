import Foundation
import Testing

/// Command lines that are wrong: what is said of them, on stderr alone, with exit code 2.
@Suite struct UsageTests {
  @Test(arguments: [
    ("validate-confg", "unknown subcommand 'validate-confg'; did you mean 'validate-config'?"),
    ("help rendr", "unknown subcommand 'rendr'; did you mean 'render'?"),
    ("hlep", "unknown subcommand 'hlep'; did you mean 'help'?"),
    ("version", "unknown subcommand 'version'; did you mean '--version'?"),
    ("quux", "unknown subcommand 'quux'"),
    ("--red-only", "unknown option '--red-only' of 'serve'; did you mean '--read-only'?"),
    ("--verison", "unknown option '--verison' of 'serve'; did you mean '--version'?"),
    ("tools --jsn", "unknown option '--jsn' of 'tools'; did you mean '--json'?"),
    ("tools --json=yes", "option '--json' takes no value"),
    ("tools --config", "option '--config' needs a value: --config PATH"),
    ("tools --config a --config b", "option '--config' was given more than once"),
    ("tools extra", "'tools' does not take 'extra'"),
    ("tools --color sometimes", "'sometimes' is not a value of '--color'; it takes auto, always, never"),
    (
      "validate-config --format jso",
      "'jso' is not a value of '--format'; it takes text, json, github, sarif; did you mean 'json'?"
    ),
    ("validate-config a.yaml --config b.yaml", "give either FILE or --config, not both"),
    ("render", "'render' needs ALIAS [name=value...]"),
    ("render save amount", "'amount' is no argument; write name=value"),
    ("render save a=1 a=2", "the argument 'a' was given more than once"),
    ("render save a=1 --arguments {}", "give either name=value or --arguments, not both"),
    ("call save --arguments [1]", "--arguments must be a JSON object"),
    ("call save --arguments {", "--arguments is not JSON: the text ends too early at byte 1"),
    (
      "audit --since tomorrow",
      "invalid time 'tomorrow'; use today, yesterday, a date (2026-11-22), an RFC 3339 time or an age (30m, 12h, 7d)"
    ),
    (
      "audit --outcome accept",
      "'accept' is not a value of '--outcome'; it takes accepted, rejected, unknown, simulated, open, refused; did you mean 'accepted'?"
    ),
    ("explain unknwn-key", "'unknwn-key' is not known to 'explain'; did you mean 'unknown-key'?"),
    ("sandbox --port 99999", "'99999' is no port; write a number from 0 to 65535"),
    ("sandbox --fault html:0", "'0' is no count, write a positive number or 'always'"),
    ("completions basch", "'basch' is not known to 'completions'; it takes bash, zsh, fish; did you mean 'bash'?"),
  ])
  func wrongCommandLineSaysWhatIsWrong(line: String, message: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(line.split(separator: " ").map(String.init))
    #expect(result.trouble.split(separator: "\n").first.map(String.init) == "sequence-mcp: " + message)
    #expect(result.exitCode == 2)
    #expect(result.output.isEmpty)
    #expect(try program.list("").isEmpty)
  }

  @Test func argumentThatIsNotUTF8IsRefusedByNameBeforeAnythingRuns() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.shell(
      "'\(Program.path)' init --config \"$(printf 'caf\\351.yaml')\" 2>trouble; echo $? >code")
    #expect(try program.text("trouble") == "sequence-mcp: argument 3 is not UTF-8: 'caf\u{FFFD}.yaml'\n")
    #expect(try program.text("code") == "2\n")
    #expect(try program.list("") == ["code", "trouble"])
  }

  @Test func unknownFaultListsTheKnownOnes() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["sandbox", "--fault", "rate-limt:2"])
    #expect(
      result.trouble.hasPrefix(
        "sequence-mcp: unknown fault 'rate-limt'; did you mean 'rate-limit'?\nthere are: ok, reset, "))
    #expect(result.exitCode == 2)
  }

  @Test(arguments: [["no\u{1B}[31msuch"], ["schema", "--no\u{1B}[31msuch"], ["render", "save", "no\u{1B}[31msuch"]])
  func wordThatIsEchoedCannotDriveTheTerminal(words: [String]) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let trouble = try program.run(words).trouble
    #expect(trouble.contains(#"no<U+001B>[31msuch"#), "\(trouble)")
    #expect(!trouble.contains("\u{1B}"))
  }

  @Test func doubleDashEndsTheOptions() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["validate-config", "--no-secrets", "--", "--gone.yaml"])
    #expect(result.output.hasPrefix("--gone.yaml: error: the file cannot be read: it does not exist"))
    #expect(result.exitCode == 3)
  }

  @Test func configurationThatIsNotValidIsShownOnStderr() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("version: 2\n", to: "config.yaml")
    let checked = try program.run(["validate-config", "--no-secrets", "config.yaml"])
    for command in [["tools"], ["render", "save"], ["call", "save"], ["audit"], ["serve", "--exit-on-error"]] {
      let result = try program.run(command + ["--config", "config.yaml"])
      #expect(result.trouble == checked.output + "sequence-mcp: the configuration is not valid\n")
      #expect(result.exitCode == 1)
      #expect(result.output.isEmpty)
    }
  }
}
