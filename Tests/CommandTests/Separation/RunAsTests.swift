#if os(Linux)
  import Foundation
  import JSON
  import Sandbox
  import Testing
  import TestSupport

  /// The server as another user of this machine, through sudo itself.
  @Suite(.enabled(if: SeparateMachine.isPossible, Comment(rawValue: SeparateMachine.comment)), .waiting)
  struct RunAsTests {
    private final class World {
      let machine: SeparateMachine
      let stage: Stage
      private(set) var entry: [String] = []
      private(set) var printed = ""

      /// - Parameter change: Changes the configuration's text.
      init(change: (String) -> String = { $0 }) throws {
        machine = try SeparateMachine(users: ["ann"])
        stage = try Stage()
        try machine.write(change(stage.configuration()), to: "/home/ann/.config/sequence-mcp/config.yaml", as: "ann")
      }

      func cleanUp() {
        machine.end()
        stage.cleanUp()
      }

      /// Performs the printed steps of client-config verbatim, as root, who may run them all.
      func install() throws {
        let result = try machine.run("sequence-mcp client-config mcp-json --run-as sequence", as: "ann")
        try #require(result.exitCode == 0, "\(result.text)")
        printed = result.text
        entry = try result.entry()
        for step in result.steps where !step.contains(" doctor ") && !step.contains(" approve ") {
          try machine.command(step, input: step.contains("secret set") ? Stage.secrets[0] + "\n" : "")
        }
      }

      func launch() throws -> ServerProcess {
        let server = try machine.serve(entry, as: "ann")
        try server.initialize()
        return server
      }
    }

    @Test
    func `the printed steps make a user whose server answers, sudoers that visudo takes, and a doctor that proves it`()
      throws
    {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      #expect(
        world.entry == [
          "/usr/bin/sudo", "-n", "-u", "sequence", "/usr/local/bin/sequence-mcp", "serve", "--config",
          "/etc/sequence-mcp/config.yaml",
        ])
      #expect(world.printed.contains("No window can ask you there"))
      try world.machine.command("visudo -c")
      #expect(
        try world.machine.command("cat /etc/sudoers.d/sequence-mcp")
          == "ann ALL=(sequence) NOPASSWD: /usr/local/bin/sequence-mcp serve --config /etc/sequence-mcp/config.yaml\n")
      #expect(
        try world.machine.command(
          """
          stat -c '%U %a' /etc/sequence-mcp/config.yaml /etc/sequence-mcp/secrets /var/lib/sequence-mcp \
          /etc/sequence-mcp/secrets/savings
          """
        ) == "root 644\nsequence 700\nsequence 700\nsequence 600\n")
      let server = try world.launch()
      let answer = try server.call(1, "savings", ["amount": 10])
      #expect(answer.status == "accepted", "\(answer.message)\(server.errorOutput)")
      #expect(try world.machine.command("cat /var/lib/sequence-mcp/ledger.jsonl").contains("\"savings\""))
      let report = try world.machine.run("sequence-mcp doctor --run-as sequence", as: "ann")
      #expect(report.exitCode == 0, "\(report.text)")
      let lines = report.output.split(separator: "\n")
      #expect(lines.count { $0.hasPrefix("ok       separation       refused: ") } == 7, "\(report.text)")
      #expect(lines.contains { $0.contains("cannot be read from here: ") })
      #expect(lines.contains { $0.hasPrefix("note     separation       no window can ask you") })
    }

    @Test(arguments: ["", "state_dir: ~/ledger   # mine\n", "state_dir: /nowhere"])
    func `the printed steps set state_dir in any file, however it ends`(line: String) throws {
      let world = try World { line.isEmpty ? String($0.dropLast()) : $0 + line }
      defer { world.cleanUp() }
      try world.install()
      let server = try world.launch()
      #expect(try server.call(1, "savings", ["amount": 10]).status == "accepted")
      #expect(try world.machine.command("cat /var/lib/sequence-mcp/ledger.jsonl").contains("\"savings\""))
      #expect(try world.machine.command("ls /etc/sequence-mcp") == "config.yaml\nsecrets\n")
    }

    @Test func `without a configuration to copy the first step is to write one`() throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.machine.command("rm .config/sequence-mcp/config.yaml", as: "ann")
      let result = try world.machine.run("sequence-mcp client-config mcp-json --run-as sequence", as: "ann")
      #expect(result.exitCode == 0 && result.steps == ["sequence-mcp init"], "\(result.text)")
    }

    @Test func `a configuration that cannot be read is refused, since the steps need what it says`() throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.machine.command("chown root ~ann/.config/sequence-mcp && chmod 700 ~ann/.config/sequence-mcp")
      let result = try world.machine.run("sequence-mcp client-config mcp-json --run-as sequence", as: "ann")
      #expect(result.exitCode == 3 && result.text.contains("/config.yaml cannot be read: "), "\(result.text)")
    }

    @Test(arguments: ["/home/ann/evil/sequence-mcp", "/usr/local/bin/sequence-mcp"])
    func `nothing that its user could replace is run to prove anything`(program: String) throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      try world.machine.command("echo 'ann ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/all")
      let script = "#!/bin/sh\ntouch /var/lib/sequence-mcp/ran\n"
      try world.machine.write(script, to: "/home/ann/evil/sequence-mcp", as: "ann")
      try world.machine.write("version: 1\n", to: "/home/ann/evil/config.yaml", as: "ann")
      try world.machine.command("chmod 755 /home/ann /home/ann/evil /home/ann/evil/*")
      let words = #"["-n","-u","sequence","\#(program)","serve","--config","/home/ann/evil/config.yaml"]"#
      try world.machine.write(
        #"{"mcpServers":{"seq":{"command":"sudo","args":\#(words)}}}"#, to: ".cursor/mcp.json", as: "ann")
      let report = try world.machine.run("sequence-mcp doctor", as: "ann")
      #expect(report.output.contains("can be replaced by others than root: "), "\(report.text)")
      #expect(report.output.contains("nothing was tried"), "\(report.text)")
      #expect(!report.output.contains("the server as sequence"), "\(report.text)")
      #expect(try !world.machine.command("ls /var/lib/sequence-mcp").contains("ran"))
    }

    /// The attempts of `ann` by herself.
    private static let attempts = [
      "sudo -n -u sequence sequence-mcp approve --config /etc/sequence-mcp/config.yaml",
      "sudo -n -u sequence /usr/local/bin/sequence-mcp serve",
      "sudo -n -u sequence /usr/local/bin/sequence-mcp serve --config /tmp/other.yaml",
      "sudo -n -u sequence /usr/local/bin/sequence-mcp serve --config /etc/sequence-mcp/config.yaml --state-dir /tmp/x",
      """
      sudo -n -u sequence SEQUENCE_MCP_STATE_DIR=/tmp/x /usr/local/bin/sequence-mcp serve --config \
      /etc/sequence-mcp/config.yaml
      """,
      "sudo -n -u sequence LD_PRELOAD=/tmp/x.so /usr/local/bin/sequence-mcp serve --config /etc/sequence-mcp/config.yaml",
      "sudo -n -E -u sequence /usr/local/bin/sequence-mcp serve --config /etc/sequence-mcp/config.yaml",
      "sudo -n -u sequence cat /etc/sequence-mcp/secrets/savings", "sudo -n -u sequence sh -c id",
      "sudo -n -s -u sequence",
      "sudo -n -i -u sequence", "sudo -n id",
      "sudo -n -u root /usr/local/bin/sequence-mcp serve --config /etc/sequence-mcp/config.yaml",
      "sudoedit -n -u sequence /etc/sequence-mcp/config.yaml", "cat /etc/sequence-mcp/secrets/savings",
      "ls /etc/sequence-mcp/secrets", "echo x >> /etc/sequence-mcp/config.yaml", "mv /etc/sequence-mcp/config.yaml x",
      "ls /var/lib/sequence-mcp", "touch /var/lib/sequence-mcp/paused", "rm -f /usr/local/bin/sequence-mcp",
    ]

    @Test func `what sudo and the files' modes must refuse is refused`() throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      for command in Self.attempts {
        let result = try world.machine.run(command, as: "ann")
        #expect(
          result.exitCode != 0 && !result.text.contains("not-a-real") && !result.output.contains("uid="),
          "\(command): \(result.text)")
      }
    }

    @Test func `the server's memory and environment are closed to the user who started it`() throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      let server = try world.launch()
      #expect(try server.call(1, "savings", ["amount": 10]).status == "accepted")
      let look =
        """
        for f in environ mem maps fd/0; do cat /proc/$(pgrep -u sequence -x sequence-mcp)/$f && echo OPEN; done; kill -9 \
        $(pgrep -u sequence -x sequence-mcp) && echo KILLED
        """
      let result = try world.machine.run(look, as: "ann")
      #expect(!result.output.contains("OPEN") && !result.output.contains("KILLED"), "\(result.text)")
    }

    /// Damage by root, with the line of doctor's report.
    private static let damages: [(damage: String, line: String)] = [
      ("echo 'ann ALL=(sequence) NOPASSWD: ALL' > /etc/sudoers.d/more", "ALLOWED: another program as sequence"),
      (
        "echo 'ann ALL=(sequence) NOPASSWD: /usr/local/bin/sequence-mcp' > /etc/sudoers.d/more",
        "ALLOWED: approving calls as sequence"
      ),
      ("echo 'ann ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/more", "ALLOWED: anything as root"),
      ("chown ann /etc/sequence-mcp/config.yaml", "the configuration /etc/sequence-mcp/config.yaml can be replaced"),
      ("chmod 777 /usr/local/bin", "the program /usr/local/bin/sequence-mcp can be replaced"),
      (
        "chmod 755 /etc/sequence-mcp/secrets && chmod 644 /etc/sequence-mcp/secrets/savings",
        "secrets/savings can be used from here"
      ),
      ("chmod 777 /var/lib/sequence-mcp", "/var/lib/sequence-mcp can be used from here"),
      ("rm /etc/sudoers.d/sequence-mcp", "the server as sequence does not answer: "),
    ]

    @Test func `sudoers that allows more, and files that can be read or replaced, are found out`() throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      try world.machine.command("mkdir saved && cp -a /etc/sudoers.d /etc/sequence-mcp saved")
      for (damage, line) in Self.damages {
        try world.machine.command(damage)
        let report = try world.machine.run("sequence-mcp doctor --run-as sequence", as: "ann")
        #expect(report.exitCode == 1 && report.output.contains(line), "\(damage)\n\(report.text)")
        try world.machine.command(
          """
          rm -f /etc/sudoers.d/* && cp -a saved/sudoers.d saved/sequence-mcp /etc/ && chmod 755 /usr/local/bin && chmod \
          700 /var/lib/sequence-mcp
          """
        )
      }
    }

    @Test func `a configuration that is not there yet may not be where its caller could put it`() throws {
      let world = try World()
      defer { world.cleanUp() }
      for path in ["rel.yaml", "/home/ann/none/c.yaml", "/tmp/none/c.yaml"] {
        let result = try world.machine.run(
          "sequence-mcp client-config cursor --run-as sequence --config \(path)", as: "ann")
        #expect(result.exitCode == 1 && result.text.contains("could be replaced by others than root"), "\(result.text)")
      }
    }

    @Test func `an installed entry is proven by doctor, and replaces one that ran here`() throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      try world.machine.command("mkdir .cursor && sequence-mcp client-config cursor --install", as: "ann")
      let changed = try world.machine.command(
        "sequence-mcp client-config cursor --install --run-as sequence", as: "ann")
      #expect(
        changed.contains("It launched before: /usr/local/bin/sequence-mcp serve --config /home/ann/"), "\(changed)")
      let settings = try JSONParser.parse(try world.machine.command("cat .cursor/mcp.json", as: "ann"))
      #expect(settings["mcpServers"]?["seq"]?["command"]?.stringValue == "/usr/bin/sudo")
      let report = try world.machine.run("sequence-mcp doctor", as: "ann")
      #expect(
        report.output.contains("ok       clients          Cursor launches it as 'seq', as the user 'sequence'"),
        "\(report.text)")
      #expect(report.output.contains("ok       separation       the server as sequence answers, with "))
    }
  }
#endif
