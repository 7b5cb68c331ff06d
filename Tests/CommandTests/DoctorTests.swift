import Foundation
import TestSupport
import Testing

@Suite(.waiting) struct DoctorTests {
  @Test func `an empty home needs only the token`() throws {
    var program = try Program()
    program.environment["SEQUENCE_ACCESS_TOKEN"] = "not-a-real-token-1"
    program.environment["TZ"] = "UTC"
    let (lines, exitCode) = try program.doctor()
    let home = program.home.path
    #expect(
      lines == [
        """
        note     configuration    none at \(home)/.config/sequence-mcp/config.yaml, so there are only the generic tools; \
        'sequence-mcp init' creates one
        """,
        "ok       secrets          1 secret resolves",
        "ok       state directory  \(home)/.local/state/sequence-mcp, created at the first trigger",
        "ok       libcurl          can be opened",
        "ok       certificates     found",
        "note     API              https://api.getsequence.io was not contacted; '--online' reads the accounts there",
        "note     clients          none found; 'sequence-mcp client-config mcp-json' prints an entry for any client",
        """
        note     environment      a client may start the server without SEQUENCE_ACCESS_TOKEN, TZ, set here; keep \
        secrets in files ({file: PATH}), or write them into the entry's 'env'
        """,
        """
        note     environment      a client may start the server without SEQUENCE_MCP_STATE_DIR, set here; \
        'sequence-mcp client-config' writes it into the entry
        """,
      ])
    #expect(exitCode == 0)
    #expect(!FileManager.default.fileExists(atPath: home + "/.local"))
  }

  @Test func `without a token, an empty home is shown how to begin`() throws {
    let program = try Program()
    let (lines, exitCode) = try program.doctor()
    #expect(lines.contains { $0.contains("run 'sequence-mcp setup', which asks for it") })
    #expect(exitCode == 1)
  }

  @Test(arguments: [
    (
      "sed -i /^sandbox/d play/config.yaml; chmod 644 play/secrets/fund_bills",
      "problem  secrets          rule 'fund_bills': the secret file "
    ),
    (
      "chmod 777 play/secrets",
      "problem  permissions      the directory HOME/play/secrets on its path is writable by others (mode 777); it leads to "
    ),
    (
      "sed -i /^sandbox/d play/config.yaml; rm play/secrets/fund_bills", "problem  secrets          rule 'fund_bills': "
    ),
    (
      "echo '# '$(cat play/secrets/fund_bills) >> play/config.yaml",
      "problem  secrets          the text of a secret is in the file itself, in line "
    ),
    ("chmod 666 play/config.yaml", "problem  configuration    play/config.yaml: the file is writable by others"),
    ("echo wrong: 1 >> play/config.yaml", "problem  configuration    play/config.yaml: unknown key 'wrong'"),
    ("mkdir -p .local/state && touch .local/state/sequence-mcp", "problem  state directory  "),
    (
      """
      mkdir -p .local/state/sequence-mcp && echo '{' | cat - /dev/null > .local/state/sequence-mcp/ledger.jsonl && echo \
      '{}' >> .local/state/sequence-mcp/ledger.jsonl
      """,
      "problem  state directory  "
    ),
    (
      "mkdir .cursor && echo '{,' > .cursor/mcp.json",
      "problem  clients          Cursor: HOME/.cursor/mcp.json is not valid JSON at 1:2, so the client was not checked: "
    ),
    (
      #"mkdir .cursor && echo '{"mcpServers":{"money":{"command":"/gone/sequence-mcp"}}}' > .cursor/mcp.json"#,
      """
      problem  clients          Cursor launches /gone/sequence-mcp as 'money', which is missing; run: sequence-mcp \
      client-config cursor --install --name money
      """
    ),
    (
      #"""
      mkdir .cursor && echo '{"mcpServers":{"seq":{"command":"/gone/sequence-mcp","args":["serve","--read-only"]}}}' > \#
      .cursor/mcp.json
      """#,
      """
      problem  clients          Cursor launches /gone/sequence-mcp as 'seq', which is missing; run: sequence-mcp \
      client-config cursor --install --config HOME/play/config.yaml --read-only
      """
    ),
  ])
  func `every problem is named`(damage: String, line: String) throws {
    let program = try Program()
    _ = try program.run(["init", "--from-sandbox", "--config", "play/config.yaml"])
    #expect(try program.doctor(["--config", "play/config.yaml"]).exitCode == 0)
    try program.shell(damage)
    let result = try program.doctor(["--config", "play/config.yaml"])
    let expected = line.replacingOccurrences(of: "HOME", with: program.home.path)
    #expect(result.lines.contains { $0.hasPrefix(expected) }, "\(result.lines)")
    #expect(result.exitCode == 1)
  }

  @Test func `a missing configuration is a problem with the command that creates it`() throws {
    let program = try Program()
    try program.write("version: 1\n", to: "other.yaml")
    try program.write("{}", to: ".cursor/mcp.json")
    _ = try program.run(["client-config", "cursor", "--install", "--config", "other.yaml"])
    let (lines, exitCode) = try program.doctor(["--config", "nope.yaml"])
    let home = program.home.path
    #expect(
      lines.first
        == """
        problem  configuration    nope.yaml: the file cannot be read: it does not exist; it was looked for in \(home); to \
        create it, run: sequence-mcp init --config \(home)/nope.yaml
        """
    )
    #expect(
      lines.contains(
        """
        note     clients          Cursor launches 'seq' with another configuration, \(home)/other.yaml; to check that \
        one, run: sequence-mcp doctor --config \(home)/other.yaml
        """
      ), "\(lines)")
    #expect(exitCode == 3)
  }

  @Test func `the help for a secret command that fails names this run's configuration`() throws {
    let program = try Program()
    try program.write("version: 1\nsequence: {access_token: {command: [/bin/false]}}\n", to: "nt.yaml")
    let line = try program.doctor(["--config", "nt.yaml"]).lines.first { $0.hasPrefix("problem  secrets") }
    #expect(
      line?.contains("'sequence-mcp secret check --config \(program.home.path)/nt.yaml'") == true, "\(line ?? "")")
  }

  @Test func `a secret that only a client's entry sets is not a problem`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let entry = #"{"command":"\#(Program.path)","args":["serve"],"env":{"SEQUENCE_ACCESS_TOKEN":"not-a-real-token"}}"#
    try program.write(#"{"mcpServers":{"seq":\#(entry)}}"#, to: ".cursor/mcp.json")
    let (lines, exitCode) = try program.doctor()
    #expect(
      lines.contains(
        "note     secrets          the access token: SEQUENCE_ACCESS_TOKEN is not set here, but in Cursor's entry 'seq'"
      ),
      "\(lines)")
    #expect(!lines.contains { $0.hasPrefix("problem  secrets") } && exitCode == 0, "\(lines)")
  }

  @Test(arguments: [#""args":["serve","--config","/other.yaml"]"#, #""args":["serve"],"disabled":true"#])
  func `a secret that another entry sets, or one that is switched off, is missing here`(entry: String) throws {
    let program = try Program()
    let variables = #""env":{"SEQUENCE_ACCESS_TOKEN":"not-a-real-token"}"#
    try program.write(
      #"{"mcpServers":{"seq":{"command":"\#(Program.path)",\#(entry),\#(variables)}}}"#, to: ".cursor/mcp.json")
    let (lines, exitCode) = try program.doctor()
    #expect(lines.contains { $0.hasPrefix("problem  secrets          the access token") } && exitCode == 1, "\(lines)")
  }

  @Test func `the secrets of a server that runs elsewhere are not demanded here`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let words =
      #"["-n","-u","sequence-nobody","/opt/sequence-mcp","serve","--config","/etc/sequence-mcp/config.yaml","--read-only"]"#
    try program.write(#"{"mcpServers":{"seq":{"command":"/usr/bin/sudo","args":\#(words)}}}"#, to: ".cursor/mcp.json")
    let lines = try program.doctor().lines
    let line = lines.first { $0.contains(" secrets ") } ?? ""
    #expect(
      line.hasPrefix("note     secrets          the access token: ")
        && line.hasSuffix("; not needed here: Cursor launches the server elsewhere, as 'seq'"), "\(lines)")
    #expect(
      lines.contains {
        $0.hasSuffix(
          """
          so nothing was tried; the steps are printed by: sequence-mcp client-config mcp-json --run-as sequence-nobody \
          --read-only
          """
        )
      }, "\(lines)")
  }

  @Test func `an entry in a project's file is not tried`() throws {
    let program = try Program()
    try program.write("{}", to: ".claude.json")
    try program.write(
      #"""
      {"mcpServers":{
        "far":{"command":"ssh","args":["-T","-o","BatchMode=yes","-i","/x/sequence-mcp","bank.invalid"]},
        "user":{"command":"sudo","args":["-n","-u","sequence-nobody","/x/sequence-mcp","serve","--config","/x.yaml"]}}}
      """#, to: ".mcp.json")
    let lines = try program.doctor().lines.filter { $0.contains(" separation ") }
    func note(_ key: String, _ command: String) -> String {
      "note     separation       Claude Code's entry '\(key)' was not tried: a file of the project names it, "
        + "\(program.home.path)/.mcp.json; if it is yours, run: sequence-mcp doctor \(command)"
    }
    #expect(lines == [note("far", "--ssh bank.invalid"), note("user", "--run-as sequence-nobody --config /x.yaml")])
  }

  @Test func `a secret's command that only this shell's PATH has is reported`() throws {
    var program = try Program()
    defer { program.cleanUp() }
    try program.write("#!/bin/sh\necho not-a-real-token\n", to: "tools/mypass", mode: 0o700)
    try program.write("version: 1\nsequence: {access_token: {command: [mypass]}}\n", to: "c.yaml")
    _ = try program.run(["client-config", "cursor", "--install", "--config", "c.yaml"])
    program.environment["PATH"] = program.home.path + "/tools:/usr/bin:/bin"
    let lines = try program.doctor(["--config", "c.yaml"]).lines
    #expect(
      lines.contains(
        "note     environment      Cursor may not find 'mypass', which is \(program.home.path)/tools/mypass here; "
          + "write its full path into the configuration"), "\(lines)")
  }

  @Test func `a configuration that is gone is a problem`() throws {
    let program = try Program()
    try program.write("version: 1\n", to: "other.yaml")
    _ = try program.run(["client-config", "cursor", "--install", "--config", "other.yaml"])
    try program.shell("rm other.yaml")
    let line = try program.doctor().lines.first { $0.contains(" clients ") }
    let path = program.home.path + "/other.yaml"
    #expect(
      line == "problem  clients          Cursor launches 'seq' with a configuration that does not exist, \(path); "
        + "restore the file, or run: sequence-mcp init --config \(path)")
  }

  @Test func `what is not checked is reported`() throws {
    let program = try Program()
    try program.write("extensions: {}\n", to: ".config/goose/config.yaml")
    try program.write(
      #"""
      {"mcpServers": {"seq": {"command": "ssh", "args": ["bank", "/bin/sequence-mcp"]},
        "box": {"command": "docker", "args": ["run", "-i", "sequence-mcp", "serve"]}}}
      """#, to: ".cursor/mcp.json")
    let lines = try program.doctor().lines
    #expect(lines.contains { $0.hasPrefix("note     clients          Goose's settings were not checked; compare: ") })
    for (name, way) in [("seq", "ssh"), ("box", "docker")] {
      let line = "note     clients          Cursor launches it as '\(name)' through \(way), which was not checked"
      #expect(lines.contains(line), "\(lines)")
    }
  }

  @Test func `missing certificates say what to install`() throws {
    var program = try Program()
    program.environment["SSL_CERT_FILE"] = "/nowhere/ca.crt"
    let line = try program.doctor().lines.first { $0.contains("certificates") }
    #expect(line?.contains("sudo apt-get install ca-certificates") == true)
  }

  @Test(
    arguments: [
      (
        ["HTTPS_PROXY": "http://u:p@127.0.0.1:9"],
        """
        note     proxy            calls to api.getsequence.io go through the proxy 127.0.0.1:9 (set by HTTPS_PROXY); \
        '--online' tries it
        """
      ),
      (
        ["all_proxy": "socks5h://127.0.0.1:9"],
        """
        note     proxy            calls to api.getsequence.io go through the proxy 127.0.0.1:9 (set by all_proxy); \
        '--online' tries it
        """
      ),
      (
        ["SSL_CERT_FILE": "HOME/empty.pem"],
        "problem  certificates     SSL_CERT_FILE names 'HOME/empty.pem', which contains no certificate"
      ),
      (
        ["TZ": ""],
        """
        note     time zone        none is set here, so '$today' and the days in reports are in UTC; set TZ where the \
        server is started, such as TZ=America/New_York
        """
      ),
      (["TZ": "Foo/Bar"], "note     time zone        TZ is 'Foo/Bar', which this machine does not know"),
    ])
  func `the environment's settings are reported: the proxy, the certificates, the time zone`(
    variables: [String: String], line: String
  ) throws {
    var program = try Program()
    try program.write("", to: "empty.pem")
    let home = program.home.path
    for (name, value) in variables { program.environment[name] = value.replacing("HOME", with: home) }
    let lines = try program.doctor().lines
    #expect(lines.contains { $0.hasPrefix(line.replacing("HOME", with: home)) }, "\(lines)")
  }

  @Test func `the entry for a client without one gets this run's state directory`() throws {
    let program = try Program(namesStateDirectory: false)
    try program.write("version: 1\n", to: "c.yaml")
    try program.shell("mkdir .cursor")
    let home = program.home.path
    let (lines, _) = try program.doctor(["--config", "c.yaml", "--state-dir", "\(home)/ST"])
    #expect(
      lines.contains {
        $0.hasSuffix(
          "; run: sequence-mcp client-config cursor --install --config \(home)/c.yaml --state-dir \(home)/ST")
      }, "\(lines)")
  }
}

extension Program {
  /// Returns the lines of `doctor`.
  func doctor(_ arguments: [String] = []) throws -> (lines: [String], exitCode: Int32) {
    let result = try run(["doctor"] + arguments)
    return (result.output.split(separator: "\n").map(String.init), result.exitCode)
  }
}
