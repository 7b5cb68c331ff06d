#if os(Linux)
  import Foundation
  import JSON
  import Testing
  import TestSupport

  @testable import sequence_mcp

  /// `client-config claude-desktop` inside WSL, in a simulated directory tree: the client's file is on the Windows side.
  @Suite(.waiting) struct ClientConfigWSLTests {
    private func windows(_ program: inout Program, packaged: Bool) throws -> String {
      let user = "mnt/c/Users/Ann"
      let directory =
        packaged
        ? user + "/AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude"
        : user + "/AppData/Roaming/Claude"
      try program.shell("mkdir -p \(directory)")
      program.environment["WSL_DISTRO_NAME"] = "Debian"
      program.environment["PATH"] =
        "/usr/bin:/bin:\(program.home.path)/mnt/c/WINDOWS/system32:"
        + "\(program.home.path)/\(user)/AppData/Local/Microsoft/WindowsApps"
      return directory + "/claude_desktop_config.json"
    }

    @Test(arguments: [true, false])
    func `inside WSL, Claude's file on the Windows side is written`(packaged: Bool) throws {
      var program = try Program(namesStateDirectory: false)
      let path = try windows(&program, packaged: packaged)
      try program.write("version: 1\n", to: "money.yaml")
      let result = try program.run(["client-config", "claude-desktop", "--install", "--config", "money.yaml"])
      #expect(result.exitCode == 0 && !result.errorOutput.contains("was not found here"), "\(result.errorOutput)")
      #expect(
        try JSONParser.parse(try program.text(path))["mcpServers"]?["seq"] == [
          "command": #"C:\Windows\System32\wsl.exe"#,
          "args": [
            "-d", "Debian", "-e", .string(Program.realPath), "serve", "--config",
            .string(program.home.path + "/money.yaml"),
          ],
        ])
      #expect(try program.run(["client-config", "claude-desktop", "--install"]).output.contains("nothing was changed"))
      #expect(
        try program.run(["doctor", "--config", "money.yaml"]).output.contains("Claude Desktop launches this program"))
      #expect(try program.run(["client-config", "claude-desktop", "--remove"]).exitCode == 0)
    }

    @Test func `if several Windows users have Claude and PATH names none, they are named`() throws {
      var program = try Program(namesStateDirectory: false)
      _ = try windows(&program, packaged: true)
      try program.shell("mkdir -p mnt/c/Users/Bob/AppData/Roaming/Claude")
      // A PATH of Windows without a user's directory leaves the drives at /mnt, so the list is asked of the type itself.
      let side = try #require(
        WindowsSide(["WSL_DISTRO_NAME": "Debian", "PATH": "\(program.home.path)/mnt/c/Users/Carl/AppData/x"]))
      #expect(side.claudeUsers == ["Ann", "Bob"].map { program.home.path + "/mnt/c/Users/" + $0 })
    }

    @Test func `inside WSL without Claude, the error says what to do`() throws {
      var program = try Program(namesStateDirectory: false)
      program.environment["WSL_DISTRO_NAME"] = "Debian"
      let result = try program.run(["client-config", "claude-desktop", "--install"])
      #expect(result.exitCode == 3 && result.errorOutput.contains("Claude Desktop was not found on the Windows side"))
    }

    @Test(arguments: [
      ("mnt/c/money.yaml", "", "the configuration, "),
      ("money.yaml", "state_dir: HOME/mnt/d/state\n", "the state directory, "),
      ("money.yaml", "sequence: {access_token: {file: HOME/mnt/c/token}}\n", "a secret, "),
    ])
    func `a path on a Windows drive is refused`(file: String, line: String, what: String) throws {
      var program = try Program(namesStateDirectory: false)
      _ = try windows(&program, packaged: false)
      let text = "version: 1\n" + line.replacingOccurrences(of: "HOME", with: program.home.path)
      try program.write(text, to: file)
      let result = try program.run(["client-config", "claude-desktop", "--install", "--config", file])
      #expect(result.exitCode == 3)
      #expect(
        result.errorOutput.contains(what) && result.errorOutput.contains("is on a Windows drive"),
        "\(result.errorOutput)")
    }
  }
#endif
