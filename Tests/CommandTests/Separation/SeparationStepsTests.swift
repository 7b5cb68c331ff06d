import Foundation
import Platform
import Testing

@testable import sequence_mcp

/// The printed steps for a server elsewhere, which must fit its entry.
struct SeparationStepsTests {
  @Test func `over SSH the owner approves in the ledger of the entry`() throws {
    let route = try SSHRoute(host: "bank", home: "/home/ann")
    let steps = route.steps(["/opt/seq", "serve", "--config", "/etc/my c.yaml", "--state-dir", "/srv/s", "--read-only"])
    #expect(
      steps.last
        == #"   ssh -t bank /opt/seq approve --config ''\''/etc/my c.yaml'\''' --state-dir /srv/s"#)
  }

  @Test(arguments: [
    ([], "   sequence-mcp doctor --run-as sequence --config /etc/c.yaml"), (["--read-only"], "   sequence-mcp doctor"),
  ])
  func `the proof starts the command that sudoers lists`(flags: [String], line: String) throws {
    let route = try UserRoute(
      user: "sequence", program: "/opt/seq", arguments: ["serve", "--config", "/etc/c.yaml"] + flags)
    #expect(route.steps(caller: "ann", source: nil, changes: [], secrets: []).contains(line))
  }

  @Test(arguments: ["daemon", "sequence-x"])
  func `only a user who does not exist is made`(user: String) throws {
    let route = try UserRoute(user: user, program: "/opt/seq", arguments: ["serve", "--config", "/etc/c.yaml"])
    let steps = route.steps(caller: "ann", source: nil, changes: [], secrets: [])
    let isMade = steps.contains { $0.contains(" useradd ") || $0.contains(" -addUser ") }
    #expect(isMade == (UserDatabase.id(of: user) == nil) && isMade == (user != "daemon"))
  }

  @Test func `an entry that moves to another machine does not keep its configuration, and does not say so`() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("version: 1\n", to: "try.yaml")
    _ = try program.run(["client-config", "cursor", "--install", "--config", "try.yaml"])
    let result = try program.run(["client-config", "cursor", "--install", "--ssh", "bank"])
    #expect(result.exitCode == 0 && result.output.contains("It launched before: "), "\(result)")
    #expect(!result.output.contains("was kept"), "\(result)")
  }

  @Test func `what is printed under sudo is for the user who reads it`() throws {
    var program = try Program()
    defer { program.cleanUp() }
    program.environment["SUDO_UID"] = "\(geteuid() + 4711)"
    let user = try #require(UserDatabase.name(of: geteuid()))
    let directory = program.home.path + "/st"
    let paused = try program.run(["pause", "--state-dir", directory])
    #expect(
      paused.output.contains("\n  sudo -u \(user) sequence-mcp resume --state-dir \(directory)\n"), "\(paused)")
    #expect(paused.output.contains("\n  \(directory)/paused\n"), "\(paused)")
    let status = try program.run(["status", "--state-dir", directory])
    #expect(status.output.contains(" sudo -u \(user) sequence-mcp resume --state-dir \(directory)\n"), "\(status)")
    #expect(!status.output.contains("~/"), "\(status)")
  }

  @Test(arguments: ["client-config mcp-json --run-as sequence", "doctor --run-as sequence"])
  func `another ledger is not for a server of another user`(words: String) throws {
    let program = try Program()
    let result = try program.run(words.split(separator: " ").map(String.init) + ["--state-dir", "/srv/s"])
    #expect(result.exitCode == 2 && result.errorOutput.contains("'--state-dir' does not work with '--run-as'"))
  }

  @Test(arguments: [
    ["sudo", "-n", "-u", "daemon", "/x;id/sequence-mcp", "serve"],
    ["sudo", "-n", "-u", "daemon", "/x/sequence-mcp", "serve", "--config", "/x\u{1B}[2J"],
    ["sudo", "-n", "-u", "root", "/x/sequence-mcp", "serve"], ["sudo", "-n", "-u", "daemon", "sequence-mcp", "serve"],
  ])
  func `an entry that this program would not write is not a route`(words: [String]) throws {
    let entry = ServerEntry(key: "seq", launcher: Array(words[..<4]), binary: words[4], arguments: Array(words[5...]))
    #expect(SeparationRoute(entry) == nil)
  }

  @Test(arguments: ["doctor", "status", "pause", "resume", "approve", "client-config cursor --install"])
  func `what is quoted of a client's settings cannot control the terminal`(words: String) throws {
    let program = try Program()
    try program.write(
      #"""
      {"mcpServers":{
        "seq":{"command":"/x\u001b[2J/sequence-mcp","args":["serve","--state-dir","\#(program.home.path)/x\u001b[2J"]},
        "a\u001b[2J":{"command":"sudo","args":["-n","-u","daemon","/x\u001b[2J/sequence-mcp","serve"]}}}
      """#, to: ".cursor/mcp.json")
    try program.write("", to: "x\u{1B}[2J/paused")
    let result = try program.run(words.split(separator: " ").map(String.init))
    #expect(!(result.output + result.errorOutput).contains("\u{1B}"), "\(result)")
    #expect(result.output.contains("<U+001B>") || words == "approve", "\(result)")
  }
}
