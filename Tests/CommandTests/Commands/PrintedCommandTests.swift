import Foundation
import JSON
import Sandbox
import Testing

/// The commands that screens print work when they are pasted unchanged, and apply to the same files as the run.
@Suite struct PrintedCommandTests {
  private static let rule = """
    version: 1
    tools: {get_accounts: false}
    rules:
      save:
        rule_id: ru_1
        api_secret: {file: secrets/save}
        description: Puts money aside.
        limits: {calls_per_day: 3}

    """

  private func program(_ path: String) throws -> Program {
    let program = try Program()
    try program.write(Self.rule, to: path)
    return program
  }

  @Test(
    arguments: [["doctor"], ["secret", "check"], ["validate-config"]])
  func `a missing secret file is stored by the command that is printed, in the configuration of the run`(
    words: [String]
  ) throws {
    let program = try program("it is/config.yaml")
    let path = program.home.path + "/it is/config.yaml"
    let printed = try program.run(words + ["--config", path]).output
    let command = "run: sequence-mcp secret set save --config '\(path)'"
    #expect(printed.contains(command), "\(printed)")
    let run = ["secret", "set", "save", "--config", path]
    #expect(try program.run(run, input: "not-a-real-secret-1\n").exitCode == 0)
    #expect(try program.run(words + ["--config", path]).exitCode == 0)
  }

  @Test
  func `in a configuration with other errors, the command for a missing secret is printed once they are corrected`()
    throws
  {
    let program = try program("config.yaml")
    try program.write(Self.rule + "serber: {}\n", to: "config.yaml")
    let words = ["validate-config", "--config", "config.yaml"]
    let run = ["secret", "set", "save", "--config", "config.yaml"]
    let printed = try program.run(words).output
    #expect(printed.contains("help: correct the configuration's other errors first; this check then prints"))
    #expect(!printed.contains("secret set"), "\(printed)")
    #expect(try program.run(run, input: "not-a-real-secret-1\n").exitCode == 1)
    try program.write(Self.rule, to: "config.yaml")
    #expect(try program.run(run, input: "not-a-real-secret-1\n").exitCode == 0)
    #expect(try program.run(words).exitCode == 0)
  }

  @Test func `a command that stores a secret elsewhere is followed by the check of the same configuration`() throws {
    let program = try program("other/config.yaml")
    let text = Self.rule.replacing("{file: secrets/save}", with: "{command: [/usr/bin/pass, show, money/save]}")
    try program.write(text, to: "other/config.yaml")
    let result = try program.run(["secret", "set", "save", "--config", "other/config.yaml"])
    let told = result.errorOutput.replacing("\n", with: " ")
    let command = "'sequence-mcp secret check --config \(program.home.path)/other/config.yaml'"
    #expect(told.contains(command), "\(told)")
    try program.write(text.replacing("/usr/bin/pass, show, money/save", with: "/usr/bin/env"), to: "other/config.yaml")
    let checked = try program.run(["validate-config", "--config", "other/config.yaml"]).output
    #expect(checked.contains("run: " + command.replacing("'", with: "")), "\(checked)")
  }

  @Test func `a file in the home directory is found by its '~/'`() throws {
    let program = try program("it is/config.yaml")
    let result = try program.run(["validate-config", "--no-secrets", "~/it is/config.yaml"])
    #expect(result.exitCode == 0, "\(result.output)")
  }

  @Test func `the command that 'doctor' prints rewrites an entry that starts no server`() throws {
    let program = try program("config.yaml")
    let arguments = #"["serve","--bogus","--config","\#(program.home.path)/config.yaml"]"#
    try program.write(
      #"{"mcpServers":{"seq":{"command":"\#(Program.path)","args":\#(arguments)}}}"#, to: ".cursor/mcp.json")
    #expect(try program.run(["doctor", "--config", "config.yaml"]).output.contains("which exits at once"))
    let fix = ["client-config", "cursor", "--install", "--config", "config.yaml"]
    #expect(try program.run(fix).exitCode == 0)
    let entry = try JSONParser.parse(try program.text(".cursor/mcp.json"))["mcpServers"]?["seq"]?["args"]
    let expected: [JSONValue] = ["serve", "--config", .string(program.home.path + "/config.yaml")]
    #expect(entry?.arrayValue.map { Array($0.prefix(3)) } == expected)
    #expect(try !program.run(["doctor", "--config", "config.yaml"]).output.contains("which exits at once"))
  }

  @Test func `a path of another machine is repeated as it was written`() throws {
    let program = try Program()
    let result = try program.run(
      ["client-config", "cursor", "--ssh", "bank", "--config", "~/x y/c.yaml", "--state-dir", "/var/lib/seq"])
    let told = result.errorOutput.replacing("\n", with: " ")
    #expect(
      told.contains(
        "'sequence-mcp client-config cursor --config '~/x y/c.yaml' --ssh bank --state-dir /var/lib/seq --install'"),
      "\(told)")
    #expect(!told.contains(program.home.path + "/~"))
  }

  @Test func `a pause that reaches no server elsewhere names the command that does`() throws {
    let program = try program("config.yaml")
    let install = ["client-config", "cursor", "--install", "--name"]
    #expect(try program.run(install + ["far", "--ssh", "ann@bank"]).exitCode == 0)
    let told = try program.run(["pause", "--config", "config.yaml"]).output.replacing("\n", with: " ")
    #expect(told.contains("Cursor's entry 'far': ssh ann@bank sequence-mcp pause"), "\(told)")
  }

  @Test(arguments: ["--install", "--remove"])
  func `an option that needs a client is not ignored without one`(option: String) throws {
    let program = try Program()
    let result = try program.run(["client-config", option])
    #expect(result.exitCode == 2 && result.errorOutput.contains("'\(option)' needs a CLIENT"))
  }

  @Test func `standard input is read once`() throws {
    let program = try Program()
    let result = try program.run(["validate-config", "-", "-"], input: Self.rule)
    #expect(result.exitCode == 2 && result.errorOutput.contains("'-' was given more than once"))
  }

  @Test(arguments: [("audit", "csv"), ("validate-config", "sarif")])
  func `two formats at once are refused, and one is json's short form`(command: String, format: String) throws {
    let program = try program("config.yaml")
    let words = [command, "--config", "config.yaml"]
    let result = try program.run(words + ["--format", format, "--json"])
    #expect(result.exitCode == 2, "\(result)")
    #expect(result.errorOutput.contains("'--json' and '--format \(format)' cannot be used together"))
    #expect(try program.run(words + ["--json"]).output == program.run(words + ["--format", "json"]).output)
  }

  @Test func `nothing is proven of a user that does not exist`() throws {
    let program = try Program()
    let result = try program.run(["doctor", "--run-as", "nobody-of-that-name"])
    #expect(
      result.output == "problem  separation       there is no user 'nobody-of-that-name' here, so nothing was tried; "
        + "the steps are printed by: sequence-mcp client-config mcp-json --run-as nobody-of-that-name\n")
    #expect(result.exitCode == 1)
  }
}
