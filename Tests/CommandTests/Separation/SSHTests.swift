#if os(Linux)
  import Foundation
  import JSON
  import Sandbox
  import Testing
  import TestSupport

  /// The server on another machine, through OpenSSH itself: `bank` has the secrets, `ann` uses the client.
  @Suite(.enabled(if: SeparateMachine.isPossible, Comment(rawValue: SeparateMachine.comment)), .waiting)
  struct SSHTests {
    /// The two machines, which are two users of one machine here.
    final class World {
      let machine: SeparateMachine
      let stage: Stage
      let host: String
      /// The entry's command line.
      private(set) var entry: [String] = []
      private(set) var steps: [String] = []

      init(rule: [String] = []) throws {
        machine = try SeparateMachine(users: ["ann", "bank"])
        stage = try Stage(rule: rule)
        let port = try machine.startSSH()
        host = "ssh://bank@127.0.0.1:\(port)"
        try machine.write(
          stage.configuration(rule: rule), to: "/home/bank/.config/sequence-mcp/config.yaml", as: "bank")
        try machine.write(Stage.secrets[0] + "\n", to: "/home/bank/.config/sequence-mcp/secrets/savings", as: "bank")
        try machine.command(
          "mkdir -p -m 700 ~/.ssh && ssh-keyscan -p \(port) 127.0.0.1 > ~/.ssh/known_hosts 2>/dev/null", as: "ann")
      }

      func cleanUp() {
        machine.end()
        stage.cleanUp()
      }

      /// Performs the printed steps of client-config verbatim.
      func install(_ options: String = "") throws {
        let command = "sequence-mcp client-config mcp-json --ssh \(host) \(options)"
        let first = try machine.run(command, as: "ann")
        try #require(first.exitCode == 0, "\(first.text)")
        let makeKey = try #require(first.steps.first { $0.hasPrefix("ssh-keygen ") }, "\(first.text)")
        try machine.command(makeKey, as: "ann")
        let second = try machine.run(command, as: "ann")
        let line = try #require(second.steps.first { $0.hasPrefix("restrict,command=\"") }, "\(second.text)")
        try machine.write(line + "\n", to: "/home/bank/.ssh/authorized_keys", as: "bank")
        steps = second.steps
        entry = try second.entry()
      }

      /// Replaces the line of authorized_keys. The options come before the key.
      func authorize(_ options: String) throws {
        try machine.command(
          "printf '%s %s\\n' '\(options)' \"$(cat /home/ann/.ssh/sequence-mcp.pub)\" > /home/bank/.ssh/authorized_keys")
      }

      func launch() throws -> ServerProcess {
        let server = try machine.serve(entry, as: "ann")
        try server.initialize()
        return server
      }

      func doctor(_ options: String? = nil) throws -> SeparateMachine.Result {
        try machine.run("sequence-mcp doctor " + (options ?? "--ssh \(host)"), as: "ann")
      }
    }

    @Test
    func `the printed steps make a server that answers, a key that can do nothing else, and a doctor that proves it`()
      throws
    {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      #expect(world.entry.first == "/usr/bin/ssh" && world.entry.last == world.host)
      #expect(
        world.steps.contains { $0.hasPrefix("restrict,command=\"/usr/local/bin/sequence-mcp serve\" ssh-ed25519 ") })
      let server = try world.launch()
      #expect(try server.toolNames("list").contains("savings"))
      let answer = try server.call("call", "savings", ["amount": 10])
      #expect(answer.status == "accepted", "\(answer.message)\(server.errorOutput)")
      #expect(server.strayLines.isEmpty)
      let report = try world.doctor()
      #expect(report.exitCode == 0, "\(report.text)")
      let lines = report.output.split(separator: "\n")
      #expect(lines.allSatisfy { $0.hasPrefix("ok       separation       ") }, "\(report.text)")
      for what in [
        "a shell for", "another command", "sftp or scp", "a terminal", "to here", "from here to", "an agent or X11",
        "another key",
      ] {
        #expect(lines.contains { $0.contains("refused: ") && $0.contains(what) }, "\(what)\n\(report.text)")
      }
      // The attempts have left no trace.
      #expect(world.stage.carriedOut == 1)
    }

    @Test func `what the key must not do is refused by sshd itself`() throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      let key = "-o BatchMode=yes -o IdentitiesOnly=yes -i ~/.ssh/sequence-mcp"
      let secret = ".config/sequence-mcp/secrets/savings"
      let file = "scp" + world.host.dropFirst("ssh".count) + "/" + secret
      // With scp, the server waits for a line and scp for an answer, so neither would end by itself.
      let attempts = [
        "echo id | ssh \(key) \(world.host)", "ssh \(key) \(world.host) id", "ssh \(key) \(world.host) cat \(secret)",
        "echo id | ssh -tt \(key) \(world.host)", "timeout 2 scp \(key) \(file) got; cat got",
        "timeout 2 scp -O \(key) \(file) got; cat got", "cat /home/bank/\(secret)",
      ]
      for attempt in attempts {
        let result = try world.machine.run(attempt, as: "ann")
        #expect(
          !result.output.contains("uid=") && !result.output.contains("not-a-real"), "\(attempt)\n\(result.text)")
      }
    }

    /// Options of the key's line, and what doctor says that they allow.
    private static let excesses: [(options: String, allowed: [String])] = [
      ("command=\"/usr/local/bin/sequence-mcp serve\"", ["a terminal", "to here", "from here to", "an agent or X11"]),
      ("restrict,command=\"/usr/local/bin/sequence-mcp serve\",port-forwarding", ["to here", "from here to"]),
      ("restrict,command=\"/usr/local/bin/sequence-mcp serve\",pty", ["a terminal"]),
      ("restrict,command=\"/usr/local/bin/sequence-mcp serve\",agent-forwarding", ["an agent or X11"]),
    ]

    @Test func `a key that can do more is found out`() throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      for (options, allowed) in Self.excesses {
        try world.authorize(options)
        let report = try world.doctor()
        #expect(report.exitCode == 1)
        let found = report.output.split(separator: "\n").filter { $0.contains("ALLOWED: ") }
        #expect(found.count == allowed.count, "\(options)\n\(report.text)")
        for what in allowed { #expect(found.contains { $0.contains(what) }, "\(options)\n\(what)\n\(report.text)") }
      }
      // Without a forced command, the shell there starts no server unless it is told to.
      try world.authorize("")
      try world.machine.write(
        "case $- in *i*) ;; *) [ -n \"$SSH_ORIGINAL_COMMAND\" ] ;; esac\n", to: "/home/bank/.profile", as: "bank")
      let report = try world.doctor()
      #expect(report.exitCode == 1)
      #expect(report.output.contains("problem  separation       the server on "), "\(report.text)")
    }

    @Test func `another key of the user that opens a shell there without a question is found out`() throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      try world.machine.command("ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519", as: "ann")
      try world.machine.command("cat /home/ann/.ssh/id_ed25519.pub >> /home/bank/.ssh/authorized_keys")
      let report = try world.doctor()
      #expect(report.exitCode == 1)
      #expect(report.output.contains("ALLOWED: another key of yours opens a shell on "), "\(report.text)")
    }

    @Test func `several clients share one set of secrets and one ledger, and an installed entry is proven by doctor`()
      throws
    {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      let (first, second) = (try world.launch(), try world.launch())
      #expect(try first.call(1, "savings", ["amount": 10]).status == "accepted")
      #expect(try second.call(1, "savings", ["amount": 10]).status == "duplicate")
      #expect(world.stage.carriedOut == 1)
      let audit = try world.machine.command("sequence-mcp audit --json", as: "bank")
      #expect(try JSONParser.parse(audit)["entries"]?.arrayValue?.count == 1, "\(audit)")
      try world.machine.command(
        "mkdir -p .cursor && sequence-mcp client-config cursor --install --ssh \(world.host)", as: "ann")
      let report = try world.doctor("")
      #expect(
        report.output.contains("ok       clients          Cursor launches it as 'seq' on '\(world.host)'"),
        "\(report.text)")
      #expect(report.output.contains("ok       separation       the server on \(world.host) answers, with "))
      let paused = try world.machine.run("sequence-mcp pause", as: "ann")
      #expect(paused.text.contains("ssh \(world.host) sequence-mcp pause\n"), "\(paused.text)")
    }

    @Test func `a connection that drops settles as any client that goes away`() throws {
      let world = try World()
      defer { world.cleanUp() }
      try world.install()
      let server = try world.launch()
      #expect(try server.call(1, "savings", ["amount": 10]).status == "accepted")
      // Each running server has its own file there.
      let files = "ls ~/.local/state/sequence-mcp | grep '^server-' || true"
      #expect(try !world.machine.command(files, as: "bank").isEmpty)
      server.signal(SIGKILL)
      try world.stage.wait(until: "the server is gone") { try world.machine.command(files, as: "bank").isEmpty }
      #expect(try world.machine.command("sequence-mcp status --json", as: "bank").contains("\"paused\""))
    }

    @Test func `a host that does not answer is reported with its reason within a client's start limit`() throws {
      let machine = try SeparateMachine(users: ["ann"])
      let deaf = try DeafListener()
      let hosts = [
        ("ssh://bank@127.0.0.1:1", "Connection refused"),
        ("ssh://bank@\(deaf.baseURL.dropFirst("http://".count))", "timed out"),
      ]
      for (host, reason) in hosts {
        let printed = try machine.run("sequence-mcp client-config mcp-json --ssh \(host)", as: "ann")
        let start = Date()
        let server = try machine.serve(printed.entry(), as: "ann")
        #expect(try server.ending() == .exit(255))
        #expect(Date().timeIntervalSince(start) < 9)
        #expect(server.errorOutput.contains(reason), "\(server.errorOutput)")
        let report = try machine.run("sequence-mcp doctor --ssh \(host)", as: "ann")
        #expect(report.exitCode == 1)
        #expect(
          report.output.contains("problem  separation       the server on \(host) does not answer: "), "\(report.text)")
      }
    }

    @Test func `the forced command holds its path and its configuration as written, quoted for the shell and the file`()
      throws
    {
      let program = try Program(namesStateDirectory: false)
      let result = try program.run([
        "client-config", "mcp-json", "--ssh", "bank", "--config", "~/my \"own\" $(id).yaml", "--read-only",
      ])
      #expect(result.exitCode == 0)
      #expect(
        result.errorOutput.contains(
          #"restrict,command="\#(Program.realPath) serve --config '~/my \"own\" $(id).yaml' --read-only" "#),
        "\(result.errorOutput)")
      #expect(!result.output.contains("--config"))
    }
  }

  /// The inputs that are refused before anything is printed, on any machine.
  @Suite struct SeparationUsageTests {
    @Test(
      arguments: [
        ["--ssh", "-oProxyCommand=id"], ["--ssh", "a b"], ["--ssh", ""], ["--ssh", "a\tb"], ["--run-as", "root"],
        ["--run-as", "nobody"],
        ["--run-as", "-u"], ["--run-as", "#0"], ["--run-as", "a b"], ["--run-as", ""], ["--run-as", "ALL,!root"],
        ["--run-as", "sequence", "--ssh", "bank"], ["--run-as", "sequence", "--config", "/etc/a b.yaml"],
        ["--run-as", "sequence", "--config", "/etc/*.yaml"],
      ])
    func `a host or user that ssh or sudo would take for something else is refused`(options: [String]) throws {
      let program = try Program(namesStateDirectory: false)
      for command in [["client-config", "mcp-json"], ["doctor"]] {
        let result = try program.run(command + options)
        #expect(
          result.exitCode == 2 && result.output.isEmpty, "\(command + options): \(result.output)\(result.errorOutput)")
      }
    }

    @Test func `a program that others than root can replace is refused`() throws {
      let program = try Program(namesStateDirectory: false)
      try program.shell(
        """
        cp '\(Program.path)' sequence-mcp && chmod 775 sequence-mcp && chmod 777 . && HOME=$PWD ./sequence-mcp \
        client-config mcp-json --run-as sequence > out 2> err; echo $? > code
        """
      )
      #expect(try program.text("code") == "1\n")
      #expect(try program.text("err").contains("could be replaced by others than root"))
      #expect(try program.text("out").isEmpty)
    }
  }
#endif
