import Foundation
import Platform
import Testing

@testable import sequence_mcp

/// Configurations that another program creates and installs, read-only or through links.
@Suite struct ManagedFilesTests {
  private static let rule = """
    version: 1
    sandbox: true
    rules:
      save:
        rule_id: ru_1
        api_secret: {file: ~/save}
        description: Puts money aside.
        limits: {calls_per_day: 3}

    """

  /// Returns a configuration that is a link to a file in a directory where nothing can be created.
  private func managed(mode: String) throws -> Program {
    let program = try Program()
    try program.write(Self.rule, to: "store/config.yaml", mode: 0o444)
    try program.write("not-a-real-secret-1\n", to: "save")
    try program.shell(
      "mkdir -p .config/sequence-mcp && ln -s ../../store/config.yaml .config/sequence-mcp/config.yaml && chmod \(mode) store"
    )
    return program
  }

  @Test func `a linked read-only configuration is served`() throws {
    let program = try managed(mode: "555")
    #expect(try program.run(["tools"]).output.contains("save"))
    #expect(try program.run(["validate-config"]).exitCode == 0)
  }

  @Test(
    .enabled(if: geteuid() != 0))
  func `a change that its directory refuses says where to make it, and a stored secret which line to add`() throws {
    let program = try managed(mode: "555")
    defer { try? program.shell("chmod 755 store") }
    let rule = try program.run(["rule", "disable", "save"])
    #expect(rule.exitCode == 3)
    #expect(
      rule.errorOutput.contains(
        "config.yaml is read-only; nothing was changed; if another program manages it, change it there"))
    let token = try program.run(["secret", "set", "token"], input: "not-a-real-token-1\n")
    #expect(token.exitCode == 3)
    #expect(
      token.errorOutput.contains(
        "the secret is stored; add 'sequence: {access_token: {file: secrets/access_token}}' to the top level yourself"))
  }

  @Test(
    arguments: [
      (EROFS, "Read-only file system; nothing was changed; if another program manages it, change it there"),
      (ENOSPC, "No space left on device; nothing was changed; free some space on that disk"),
    ])
  func `a file that cannot be written is reported with the reason and what to do`(code: Int32, words: String) {
    let error = CommandError.unwritable(
      "/home/ann/.cursor/mcp.json", SystemError(code: code, attempt: "create a draft"))
    #expect(error.message == "/home/ann/.cursor/mcp.json cannot be written: " + words)
    #expect(error.exitCode == .unusable)
  }

  @Test(.enabled(if: geteuid() != 0))
  func `a directory that refuses a backup is named, with the command that opens it`() throws {
    let program = try Program()
    defer { try? program.shell("chmod 755 .cursor") }
    try program.write("{}\n", to: ".cursor/mcp.json")
    try program.shell("chmod 555 .cursor")
    let result = try program.run(["client-config", "cursor", "--install"])
    #expect(result.exitCode == 3)
    #expect(result.errorOutput.contains("; nothing was changed; run: chmod u+rwx \(program.home.path)/.cursor\n"))
  }

  @Test(
    arguments: [
      "ln -s /gone/dotfiles .config/sequence-mcp",
      "mkdir dot && ln -s ../dot/gone/deeper .config/sequence-mcp",
      "mkdir .config/sequence-mcp && ln -s ../../gone.yaml .config/sequence-mcp/config.yaml",
    ])
  func `a dangling link is not a missing configuration: nothing is served without its caps, and the link is named`(
    script: String
  ) throws {
    let program = try Program()
    try program.shell("mkdir .config && " + script)
    for words in [["tools"], ["doctor"], ["validate-config"], ["rule", "list"], ["secret", "set", "token"], ["init"]] {
      let result = try program.run(words)
      let said = result.output + result.errorOutput
      #expect(result.exitCode != 0, "\(words)")
      #expect(
        said.contains("/.config/sequence-mcp") && said.contains("leads to something that does not exist"),
        "\(words): \(said)")
      #expect(said.contains("repair or delete the link"), "\(words): \(said)")
    }
  }

  @Test func `paths with spaces and an empty environment lead to the same tools as in a shell`() throws {
    let program = try Program()
    let directory = "Library/Application Support/My Sequence"
    try program.write(Self.rule.replacing("~/save", with: "my secrets/the save"), to: directory + "/the config.yaml")
    try program.write("not-a-real-secret-1\n", to: directory + "/my secrets/the save")
    try program.shell(
      "env -i SEQUENCE_MCP_TEST_HOME=\"$PWD\" '\(Program.path)' tools --config \"$PWD/\(directory)/the config.yaml\" >bare 2>&1"
    )
    let shell = try program.run(["tools", "--config", directory + "/the config.yaml"])
    #expect(shell.output.contains("save"))
    #expect(try program.text("bare") == shell.output)
    try program.write(Self.rule, to: ".config/sequence-mcp/config.yaml")
    try program.shell("env -i SEQUENCE_MCP_TEST_HOME=\"$PWD\" '\(Program.path)' tools >bare 2>&1")
    #expect(try program.text("bare").contains("save"))
    for client in ["cursor", "codex", "claude-desktop", "zed"] {
      let installed = try program.run([
        "client-config", client, "--install", "--config", directory + "/the config.yaml",
      ])
      #expect(installed.exitCode == 0, "\(client): \(installed.errorOutput)")
    }
    let doctor = try program.run(["doctor", "--config", directory + "/the config.yaml"])
    #expect(doctor.output.components(separatedBy: "launches this program as 'seq'").count == 5, "\(doctor.output)")
  }
}
