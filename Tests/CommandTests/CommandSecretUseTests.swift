import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

@testable import sequence_mcp

/// `{command: [...]}` through the owner's commands, and through a server with a client.
@Suite(.waiting) struct CommandSecretUseTests {
  /// Returns a home with `bin/get-secret`, and a configuration that reads its token from it.
  private func program(_ script: String, reference: String = "[HOME/bin/get-secret]") throws -> Program {
    let program = try Program()
    try program.write("#!/bin/sh\n" + script, to: "bin/get-secret", mode: 0o700)
    let command = reference.replacing("HOME", with: program.home.path)
    try program.write("version: 1\nsequence: {access_token: {command: \(command)}}\n", to: "config.yaml")
    return program
  }

  private func run(_ program: Program, _ words: [String]) throws -> Program.Result {
    let result = try program.run(words + ["--config", "config.yaml"])
    #expect(!(result.output + result.errorOutput).contains("not-a-real"), "\(result.output)\(result.errorOutput)")
    return result
  }

  @Test func `only a check of secrets and doctor run it; checking or showing the file does not`() throws {
    let program = try program("echo x >> \"$HOME/runs\"; echo not-a-real-secret-1")
    for words in [["validate-config"], ["tools"], ["client-config", "cursor"]] {
      let result =
        words == ["validate-config"]
        ? try program.run(words + ["config.yaml"]) : try run(program, words)
      #expect(result.exitCode == 0, "\(result.output)\(result.errorOutput)")
    }
    let validated = try program.run(["validate-config", "config.yaml", "--strict"])
    #expect(validated.exitCode == 0)
    #expect(
      validated.output.contains("note: the access token: the command '\(program.home.path)/bin/get-secret' was not run")
    )
    #expect(!FileManager.default.fileExists(atPath: program.home.path + "/runs"))
    #expect(
      try run(program, ["secret", "check"]).output.contains("ok       secret           the access token resolves\n"))
    #expect(try program.text("runs") == "x\n")
    #expect(try run(program, ["doctor"]).output.contains("ok       secrets          1 secret resolves"))
    #expect(try program.text("runs") == "x\nx\n")
  }

  @Test(
    arguments: [
      ("echo not-a-real-1 >&2; exit 3", "failed with status 3; it wrote 13 bytes to stderr"),
      ("yes not-a-real-1", "prints more than a secret"),
      ("read answer && echo not-a-real-1", "failed with status 1"),
      (": > /dev/tty && echo not-a-real-1", "failed with status"),
    ])
  func `a command that fails is named by each check, and what it wrote is not shown`(script: String, words: String)
    throws
  {
    let program = try program(script)
    let path = program.home.path + "/bin/get-secret"
    for command in [["secret", "check"], ["doctor"]] {
      let result = try run(program, command)
      #expect(result.exitCode == 1)
      #expect(result.output.contains("the access token: the command '\(path)' \(words)"), "\(result.output)")
    }
  }

  @Test(
    arguments: [
      ("rm bin/get-secret && mkdir bin/get-secret", "secret-command-not-a-program"),
      ("rm bin/get-secret", "secret-command-missing"), ("chmod 644 bin/get-secret", "secret-command-not-a-program"),
      ("chmod 777 bin/get-secret", "secret-command-untrusted"), ("chmod 777 bin", "secret-command-untrusted"),
    ])
  func `a command that cannot be run safely is an error before anything is run`(damage: String, id: String) throws {
    let program = try program("echo not-a-real-secret-1")
    try program.shell(damage)
    let result = try program.run(["validate-config", "config.yaml"])
    #expect(result.exitCode == 1 && result.output.contains("[\(id)]"), "\(result.output)")
    #expect(try run(program, ["secret", "check"]).exitCode == 1)
    #expect(try run(program, ["doctor"]).output.contains("problem  secrets          the access token: "))
  }

  #if os(Linux)
    @Test(
      arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal that ends the check ends a command that hangs, and all that it started`(signal: Int32) throws {
      let program = try program("sleep 1000 & echo $! > \"$HOME/started\"; wait")
      let session = try TerminalSession(program, ["secret", "check", "--config", program.home.path + "/config.yaml"])
      let deadline = Date(timeIntervalSinceNow: ServerProcess.patience)
      var started: pid_t?
      while started == nil, Date() < deadline {
        usleep(5000)
        started = (try? program.text("started")).flatMap { pid_t($0.trimmingCharacters(in: .newlines)) }
      }
      kill(session.process, signal)
      #expect(session.waitForEnd() == .killed(signal))
      #expect(isGone(try #require(started)))
    }

    @Test(arguments: [["secret", "check"], ["doctor"]])
    func `at a terminal each check names a command that takes long`(words: [String]) throws {
      let program = try program(
        "until [ -e \"$HOME/done\" ]; do sleep 0.01; done; echo not-a-real-secret-1")
      let session = try TerminalSession(
        program, words + ["--config", program.home.path + "/config.yaml"], columns: 200)
      try session.wait(for: "Waiting for the command '\(program.home.path)/bin/get-secret' to print its secret.")
      try program.write("", to: "done")
      #expect(session.waitForEnd() != .stuck)
      #expect(session.text.components(separatedBy: "Waiting for").count == 2)
    }

    @Test func `at a terminal the owner sees what it wrote to stderr, made visible`() throws {
      let program = try program("printf 'unlock it \\033[31mfirst\\n' >&2; exit 1")
      let session = try TerminalSession(program, ["secret", "check", "--config", program.home.path + "/config.yaml"])
      #expect(session.waitForEnd() == .exited(1))
      #expect(session.text.contains("/bin/get-secret' says:\n  unlock it <U+001B>[31mfirst\n"), "\(session.text)")
    }
  #endif

  // MARK: set

  @Test(
    arguments: [
      ("[pass, show, sequence/token]", "pass insert --force sequence/token\n"),
      ("[/usr/bin/pass, sequence/token]", "/usr/bin/pass insert --force sequence/token\n"),
      (
        "[secret-tool, lookup, service, sequence, account, my token]",
        "secret-tool store --label=sequence-mcp service sequence account 'my token'\n"
      ),
      (
        "[security, find-generic-password, -s, sequence, -a, token, -w]",
        "security add-generic-password -U -s sequence -a token -w\n"
      ),
    ])
  func `set prints the command that stores it`(reference: String, command: String) throws {
    let program = try program("", reference: reference)
    let result = try run(program, ["secret", "set", "token"])
    #expect(result.exitCode == 0 && result.output == command, "\(result.output)\(result.errorOutput)")
  }

  @Test func `for 1Password the shell asks, and no argument holds the secret`() throws {
    let program = try program("", reference: "[op, read, op://Private/Sequence/token]")
    let line = try run(program, ["secret", "set", "token"]).output
    try program.write(
      "#!/bin/sh\necho \"$@\" > \"$HOME/arguments\"; cat > \"$HOME/item\"\n", to: "bin/op", mode: 0o700)
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/bash")
    shell.arguments = ["-c", line]
    shell.environment = ["HOME": program.home.path, "PATH": program.home.path + "/bin:/usr/bin:/bin"]
    let input = Pipe()
    shell.standardInput = input
    try shell.run()
    input.fileHandleForWriting.write(Data("not-a-real-token-1\n".utf8))
    try input.fileHandleForWriting.close()
    shell.waitUntilExit()
    #expect(try program.text("arguments") == "item create --vault Private -\n")
    let item = try JSONParser.parse(try program.text("item"))
    #expect(item["title"]?.stringValue == "Sequence" && item["category"]?.stringValue == "PASSWORD")
    #expect(item["fields"]?.arrayValue?.first?["label"]?.stringValue == "token")
    #expect(item["fields"]?.arrayValue?.first?["value"]?.stringValue == "not-a-real-token-1")
  }

  @Test func `for an unknown program it says where the secret belongs`() throws {
    let program = try program("")
    let result = try run(program, ["secret", "set", "token"])
    #expect(result.exitCode == 1 && result.output.isEmpty)
    #expect(result.errorOutput.contains("put it there, or write access_token: {file: secrets/access_token}"))
  }

  // MARK: A server

  private func stage(_ script: String, cache: String = "") throws -> Stage {
    let stage = try Stage()
    try stage.program.write("#!/bin/sh\n" + script, to: "bin/get-secret", mode: 0o700)
    try stage.write(
      stage.configuration().replacing(
        "api_secret: {file: secrets/savings}",
        with: "api_secret: {command: [\(stage.program.home.path)/bin/get-secret]\(cache)}"))
    return stage
  }

  @Test func `a call runs it once, a start and the list of tools never; its stderr is counted in the log`() throws {
    let stage = try stage("echo x >> \"$HOME/runs\"; echo chatter >&2; echo \(Stage.secrets[0])")
    let server = try stage.launchInitialized()
    #expect(try server.toolNames("list").contains("savings"))
    #expect(!FileManager.default.fileExists(atPath: stage.program.home.path + "/runs"))
    for (index, amount) in [10, 20].enumerated() {
      #expect(try server.call(.init(index), "savings", ["amount": JSONValue(amount)]).status == "accepted")
    }
    #expect(try stage.program.text("runs") == "x\nx\n")
    try server.errorOutput(containing: "stderr_bytes=8")
    #expect(!server.errorOutput.contains("chatter") && !server.errorOutput.contains(Stage.secrets[0]))
  }

  @Test func `a kept secret that Sequence refuses is forgotten, so a new one works at the next call`() throws {
    let stage = try stage("cat \"$HOME/now\"", cache: ", cache: 1h")
    let server = try stage.launchInitialized()
    try stage.program.write("\(Stage.secrets[1])\n", to: "now")
    let refused = try server.call("old", "savings", ["amount": 10])
    #expect(refused.isError)
    try stage.program.write("\(Stage.secrets[0])\n", to: "now")
    #expect(try server.call("new", "savings", ["amount": 11]).status == "accepted")
    try stage.program.write("broken\n", to: "now")
    #expect(try server.call("kept", "savings", ["amount": 12]).status == "accepted")
  }

  @Test func `a failing command refuses the call before anything is sent, and is named in the log without its output`()
    throws
  {
    let stage = try stage("echo \(Stage.secrets[1]) >&2; exit 4")
    let server = try stage.launchInitialized()
    let answer = try server.call("call", "savings", ["amount": 10])
    #expect(answer.code == "SECRET_UNAVAILABLE" && answer.isError)
    #expect(answer.message.hasSuffix(": its command failed (secret-command-failed)."), "\(answer.message)")
    try server.errorOutput(containing: "/bin/get-secret' failed with status 4")
    #expect(!(server.output + server.errorOutput).contains(Stage.secrets[1]))
    #expect(stage.sandbox.moves.isEmpty && stage.entries("intent").isEmpty)
  }

  @Test func `a command that hangs ends with its call, or with the server`() throws {
    let stage = try stage("echo $$ >> \"$HOME/runs\"; sleep 600")
    let server = try stage.launchInitialized()
    func process(_ count: Int) throws -> pid_t {
      var found: [pid_t] = []
      try stage.wait(until: "the command runs") {
        found = ((try? stage.program.text("runs")) ?? "").split(separator: "\n").compactMap { pid_t($0) }
        return found.count == count
      }
      return found[count - 1]
    }
    server.begin("first", "savings", ["amount": 10])
    let first = try process(1)
    server.send(ServerProcess.notification("notifications/cancelled", ["requestId": "first"]))
    #expect(isGone(first))
    server.begin("second", "savings", ["amount": 11])
    let second = try process(2)
    server.closeInput()
    #expect(try server.ending() == .exit(0))
    #expect(isGone(second))
    #expect(stage.sandbox.moves.isEmpty)
  }

  @Test func `the sandbox runs no command`() throws {
    let stage = try stage("touch \"$HOME/runs\"; exit 1")
    let server = try stage.launchInitialized(["--sandbox"])
    #expect(try server.call("call", "savings", ["amount": 10]).status == "accepted")
    #expect(!FileManager.default.fileExists(atPath: stage.program.home.path + "/runs"))
  }
}
