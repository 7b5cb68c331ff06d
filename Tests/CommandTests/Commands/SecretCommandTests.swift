import Foundation
import Sandbox
import Testing

/// `secret set` and `secret check`.
@Suite struct SecretCommandTests {
  private let rules = """
    rules:
      save:
        rule_id: ru_1
        api_secret: {file: secrets/save}   # mine
        description: Puts money aside.
        limits: {calls_per_day: 3}
      other:
        rule_id: ru_2
        api_secret: {env: OTHER_SECRET}
        description: Puts more aside.
        limits: {calls_per_day: 3}

    """

  private func program(_ text: String) throws -> Program {
    let program = try Program()
    try program.write("version: 1\n" + text, to: "config.yaml")
    return program
  }

  private func run(_ program: Program, _ words: [String], input: String = "") throws -> Program.Result {
    let result = try program.run(["secret"] + words + ["--config", "config.yaml"], input: input)
    #expect(!(result.output + result.errorOutput).contains("not-a-real"))
    return result
  }

  @Test func `a rule's secret is stored where the configuration refers to it, and replaces the old one`() throws {
    let program = try program(rules)
    for secret in ["not-a-real-secret-1", "not-a-real-secret-2"] {
      #expect(try run(program, ["set", "save"], input: secret + "\n").exitCode == 0)
      #expect(try program.text("secrets/save") == secret + "\n")
      #expect(try program.mode("secrets/save") == 0o600)
    }
    #expect(try program.list("secrets") == ["save"])
    #expect(try program.text("config.yaml") == "version: 1\n" + rules)
  }

  @Test(
    arguments: [("keep\n", "not-a-real-token-1\n"), ("replace\nnot-a-real-token-2\n", "not-a-real-token-2\n")])
  func `a secret that the configuration does not name yet may be another's: whether to keep it is asked`(
    answers: String, stored: String
  ) throws {
    let program = try program("")
    try program.write("not-a-real-token-1\n", to: "secrets/access_token", mode: 0o600)
    let result = try run(program, ["set", "token"], input: answers)
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(result.errorOutput.contains("~/secrets/access_token already exists: keep or replace it"))
    #expect(try program.text("secrets/access_token") == stored)
    #expect(try program.text("config.yaml").contains("access_token: {file: secrets/access_token}"))
  }

  @Test func `a read-only secret is not replaced, and nobody is asked for one`() throws {
    let program = try program(rules)
    try program.write("not-a-real-secret-1\n", to: "secrets/save", mode: 0o400)
    let result = try run(program, ["set", "save"], input: "not-a-real-secret-2\n")
    #expect(result.exitCode == 3 && result.errorOutput.contains("secrets/save is read-only; nothing was changed"))
    #expect(!result.errorOutput.contains("(not shown)"))
    #expect(try program.text("secrets/save") == "not-a-real-secret-1\n")
  }

  @Test(.enabled(if: geteuid() != 0))
  func `a directory where nothing can be stored is named before anybody is asked`() throws {
    let program = try program(rules)
    defer { try? program.shell("chmod 700 secrets") }
    try program.shell("mkdir secrets && chmod 500 secrets")
    let result = try run(program, ["set", "save"], input: "not-a-real-secret-2\n")
    #expect(result.exitCode == 3 && !result.errorOutput.contains("(not shown)"))
    #expect(result.errorOutput.hasSuffix("; run: chmod u+rwx \(program.home.path)/secrets\n"), "\(result.errorOutput)")
  }

  @Test func `a directory where the secret would be refused gets none, and nobody is asked for one`() throws {
    let program = try program(rules)
    try program.shell("mkdir secrets && chmod 777 secrets")
    let result = try run(program, ["set", "save"], input: "not-a-real-secret-2\n")
    #expect(
      result.exitCode == 3 && result.errorOutput.contains("/secrets on its path is writable by others (mode 777)"))
    #expect(result.errorOutput.contains("run: chmod go-w ") && !result.errorOutput.contains("(not shown)"))
    #expect(try program.list("secrets") == [])
  }

  @Test(
    arguments: [
      ("", "version: 1\n\nsequence:\n  access_token: {file: secrets/access_token}\n"),
      (
        "sequence:\n  timeout: 20s   # long\n",
        "version: 1\nsequence:\n  timeout: 20s   # long\n  access_token: {file: secrets/access_token}\n"
      ),
      (
        "sequence: {timeout: 20s}\n",
        "version: 1\nsequence: {timeout: 20s, access_token: {file: secrets/access_token}}\n"
      ),
    ])
  func `a configuration without the reference gets it`(text: String, expected: String) throws {
    let program = try program(text)
    let result = try run(program, ["set", "token"], input: "not-a-real-token-1\n")
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(try program.text("config.yaml") == expected)
    #expect(try program.text("secrets/access_token") == "not-a-real-token-1\n")
  }

  @Test(arguments: [
    (
      "sequence: {timeout: 20s}\n",
      "version: 1\nsequence: {timeout: 20s, platform: {api_key: {file: secrets/api_key}}}\n"
    ),
    (
      "sequence: {platform: {base_url: https://x.example/v1}}\n",
      "version: 1\nsequence: {platform: {base_url: https://x.example/v1, api_key: {file: secrets/api_key}}}\n"
    ),
    ("sequence: {}\n", "version: 1\nsequence:\n  platform:\n    api_key: {file: secrets/api_key}\n"),
  ])
  func `a mapping in braces gets the reference to the API key`(text: String, expected: String) throws {
    let program = try program(text)
    let result = try run(program, ["set", "api-key"], input: "not-a-real-key-12345\n")
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(try program.text("config.yaml") == expected)
  }

  @Test func `of an owner with an API key alone, the line of the access token can go`() throws {
    let program = try Program()
    #expect(try program.run(["init"]).exitCode == 0)
    let help = "run: sequence-mcp secret set token"
    let added = "; or delete the line 'access_token': the API key reads the accounts, too"
    for isKeySet in [false, true] {
      if isKeySet { _ = try program.run(["secret", "set", "api-key"], input: "not-a-real-key-12345\n") }
      for words in [["validate-config"], ["secret", "check"], ["doctor"]] {
        let shown = try program.run(words).output.replacing(#/\s+/#, with: " ")
        #expect(shown.contains(help) && shown.contains(added) == isKeySet, "\(words): \(shown)")
      }
    }
    let file = ".config/sequence-mcp/config.yaml"
    let lines = try program.text(file).split(separator: "\n", omittingEmptySubsequences: false)
    try program.write(lines.filter { !$0.contains("access_token:") }.joined(separator: "\n"), to: file)
    #expect(try program.run(["validate-config"]).exitCode == 0)
  }

  @Test func `the line to add by hand is what the file lacks`() throws {
    let program = try program("sequence: {timeout: 20s # long\n  }\n")
    let result = try run(program, ["set", "api-key"], input: "not-a-real-key-12345\n")
    #expect(
      result.errorOutput.contains("\nadd 'platform: {api_key: {file: secrets/api_key}}' to 'sequence' yourself\n"),
      "\(result.errorOutput)")
    #expect(result.exitCode == 1)
    #expect(try program.list(".") == ["config.yaml"])
  }

  @Test(
    arguments: [
      ("YOUR_API_SECRET_HERE", "looks like an example"), ("not-a-real", "has fewer than 16 characters"),
      ("not-a-real secret of mine", "has a space in it"), ("\"not-a-real-secret-1\"", "has quotes around it"),
      (SandboxCatalog.rules[0].apiSecret, "is one of the sandbox's"),
    ])
  func `a doubtful secret is stored with a warning that quotes none of it`(secret: String, problem: String) throws {
    let program = try program(rules)
    let result = try run(program, ["set", "save"], input: secret + "\n")
    #expect(
      result.exitCode == 0 && result.errorOutput.contains("  warning: the secret \(problem)"), "\(result.errorOutput)")
    #expect(!result.errorOutput.contains(secret))
    #expect(try program.text("secrets/save") == secret + "\n")
  }

  @Test func `a reference that is not a file says where to put the secret`() throws {
    let program = try program(rules)
    let result = try run(program, ["set", "other"], input: "not-a-real-secret-1\n")
    #expect(result.exitCode == 1)
    #expect(result.errorOutput.contains("{env: OTHER_SECRET}, which is not a file: put the secret there, or write"))
    #expect(try program.list(".") == ["config.yaml"])
  }

  @Test func `check resolves all secrets and says what is missing`() throws {
    var program = try program(rules)
    let missing = try run(program, ["check"])
    #expect(missing.exitCode == 1)
    #expect(missing.output.contains("problem  secret           rule 'save': "))
    _ = try run(program, ["set", "save"], input: "not-a-real-secret-1\n")
    program.environment["OTHER_SECRET"] = "not-a-real-secret-2"
    let found = try run(program, ["check"])
    #expect(found.exitCode == 0, "\(found.output)")
    #expect(found.output.contains("ok       secret           rule 'save' resolves\n"))
  }

  @Test func `check --online tries the token and no rule's secret`() throws {
    let stage = try Stage()
    let result = try stage.program.run(["secret", "check", "--online", "--config", stage.configurationPath])
    #expect(result.exitCode == 0, "\(result.output)")
    #expect(result.output.contains("accepts the access token"))
    #expect(result.output.contains("Not tried: the rules' secrets"))
    #expect(stage.sandbox.moves.isEmpty)
    try stage.write(stage.configuration().replacing("timeout", with: "access_token: {file: secrets/other}, timeout"))
    let wrong = try stage.program.run(["secret", "check", "--online", "--config", stage.configurationPath])
    #expect(wrong.exitCode == 1 && wrong.output.contains("INVALID_ACCESS_TOKEN"))
  }

  @Test(
    arguments: [
      (["sett", "save"], 2, "did you mean 'set'?"), (["set"], 2, "needs token, api-key or the ALIAS"),
      (["set", "svae"], 1, "did you mean 'save'?"), (["set", "save", "--online"], 2, "works only with 'secret check'"),
      (["check", "save"], 2, "takes no name"), (["set", "token", "not-a-real-secret-1"], 2, "takes no value"),
      (["set", "not-a-real-secret-1"], 1, "there is no secret of that name"),
    ] as [([String], Int32, String)])
  func `errors say what to do`(words: [String], exitCode: Int32, errorOutput: String) throws {
    let program = try program(rules)
    let result = try run(program, words)
    #expect(result.exitCode == exitCode && result.errorOutput.contains(errorOutput), "\(result.errorOutput)")
  }

  @Test(arguments: ["", "remote\n", "platform\n"])
  func `setup says at the end of its input how to continue`(input: String) throws {
    let program = try Program()
    let result = try program.run(["setup"], input: input)
    #expect(result.exitCode == 3)
    #expect(
      result.errorOutput.hasSuffix("the input ended; 'sequence-mcp setup' continues from here\n"),
      "\(result.errorOutput)")
  }

  @Test(arguments: ["config.yaml", "config.schema.json", "config.yaml.unfinished", "lnk"])
  func `a reference to the configuration's own files gets no secret`(path: String) throws {
    let text = "sequence: {access_token: {file: \(path)}}\n"
    let program = try program(text)
    try program.shell("ln -s config.yaml lnk")
    let result = try run(program, ["set", "token"], input: "not-a-real-token-1\n")
    #expect(
      result.exitCode == 1 && result.errorOutput.contains("belongs to the configuration"), "\(result.errorOutput)")
    #expect(!result.errorOutput.contains("(not shown)"))
    #expect(try program.text("config.yaml") == "version: 1\n" + text)
  }

  @Test func `a dangling link is not replaced, and nobody is asked for the secret`() throws {
    let program = try program("sequence: {access_token: {file: lnk}}\n")
    try program.shell("ln -s nowhere/token lnk")
    let result = try run(program, ["set", "token"], input: "not-a-real-token-1\n")
    #expect(
      result.exitCode == 3 && result.errorOutput.contains("lnk is a link to a missing file; fix or delete the link"))
    #expect(!result.errorOutput.contains("(not shown)"))
    #expect(try program.list("").contains("lnk") && !FileManager.default.fileExists(atPath: program.home.path + "/lnk"))
  }

  @Test func `without a configuration the default access token is checked`() throws {
    var program = try Program()
    let missing = try program.run(["secret", "check"])
    #expect(missing.exitCode == 1, "\(missing)")
    #expect(
      missing.output.hasPrefix("problem  secret           the access token: ")
        && missing.output.contains("run 'sequence-mcp setup', which asks for it and stores it; or "), "\(missing)")
    program.environment["SEQUENCE_ACCESS_TOKEN"] = "not-a-real-token-1"
    let found = try program.run(["secret", "check"])
    #expect(found.output == "ok       secret           the access token resolves\n" && found.exitCode == 0)
  }
}
