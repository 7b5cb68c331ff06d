import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

/// How a server ends (MCP 2026-07-28, basic/transports/stdio, "Shutdown").
@Suite(.waiting) struct ServeEndingTests {
  enum Way: CaseIterable {
    case endOfInput, terminate, interrupt

    func apply(to server: ServerProcess) {
      switch self {
      case .endOfInput: server.closeInput()
      case .terminate: server.signal(SIGTERM)
      case .interrupt: server.signal(SIGINT)
      }
    }
  }

  @Test(arguments: Way.allCases)
  func `a call in flight is settled as unknown`(way: Way) throws {
    let stage = try Stage()
    stage.sandbox.script([.hangAfterProcessing])
    let server = try stage.launchInitialized()
    server.begin(1, "savings", ["amount": 10])
    try stage.wait(until: "the request") { stage.sandbox.moves.count == 1 }
    let start = Date()
    way.apply(to: server)
    #expect(try server.ending() == .exit(0))
    // One second of grace for the call and one for the output; the rest allows for a busy machine.
    #expect(Date().timeIntervalSince(start) < 6)
    let outcome = try #require(stage.entries("outcome").last)
    #expect(outcome["status"] == "unknown")
    #expect(outcome["code"] == "SERVER_STOPPED")
    #expect(stage.entries("outcome").count == 1)
    // The repeat finds it, so the rule does not run again.
    let next = try stage.launchInitialized()
    let answer = try next.call(1, "savings", ["amount": 10])
    #expect(answer.status == "accepted")
    #expect(stage.carriedOut == 1)
  }

  @Test(arguments: zip(Way.allCases, ["\"stdin ended\"", "SIGTERM", "SIGINT"]))
  func `the log's last line gives the reason`(way: Way, reason: String) throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    way.apply(to: server)
    #expect(try server.ending() == .exit(0))
    #expect(server.errorOutput.hasSuffix("stopped reason=\(reason)\n"), "\(server.errorOutput)")
  }

  @Test(arguments: [SIGSEGV, SIGBUS, SIGILL])
  func `a crash prints nothing of the memory`(signal: Int32) throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    server.signal(signal)
    let ending = try server.ending()
    #expect(ending == .signal(signal), "\(ending)")
    #expect(!server.errorOutput.contains("crashed"), "\(server.errorOutput)")
    #expect(stage.entries("intent").isEmpty)
  }

  @Test(arguments: ["</", "</etc"])
  func `input that cannot be read is the reason of the end`(redirection: String) throws {
    let program = try Program()
    try program.shell(
      "HOME=$PWD SEQUENCE_MCP_TEST_HOME=$PWD '\(Program.path)' serve \(redirection) 2>log; echo $? >status")
    let log = try program.text("log")
    #expect(log.hasSuffix("stopped reason=\"stdin: Is a directory\"\n"), "\(log)")
    #expect(try program.text("status") == "3\n")
  }

  @Test(arguments: Way.allCases)
  func `an idle server ends and leaves nothing`(way: Way) throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    way.apply(to: server)
    #expect(try server.ending() == .exit(0))
    #expect(!stage.hasState)
  }

  @Test func `a call that ends within the grace is answered after the end of input`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    server.begin(1, "savings", ["amount": 10])
    server.closeInput()
    #expect(try server.finish(1).status == "accepted")
    #expect(try server.ending() == .exit(0))
    #expect(stage.entries("outcome").last?["status"] == "accepted")
  }

  @Test func `a last line without a newline is answered`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    server.send(bytes: JSONWriter.write(ServerProcess.request("last", "ping")))
    server.closeInput()
    #expect(try server.answer("last")["result"] == [:])
    #expect(try server.ending() == .exit(0))
  }

  @Test func `a closed output ends the server`() throws {
    let stage = try Stage()
    let server = try stage.launch(readsOutput: false)
    server.send(ServerProcess.request(1, "ping"))
    #expect(try server.ending() == .exit(0))
    #expect(server.errorOutput.hasSuffix("stopped reason=\"stdout was closed\"\n"), "\(server.errorOutput)")
  }

  #if os(Linux)
    @Test(
      arguments: [
        ("exec \"$@\" > /dev/full", "No space left on device"),
        ("ulimit -f 1; exec \"$@\" > grown; exit 1", "File too large"),
      ])
    func `an output that takes no more ends the server with exit code 3`(script: String, reason: String) throws {
      let stage = try Stage()
      try stage.program.write(String(repeating: " ", count: 512), to: "grown")
      let server = try stage.launch(
        ["--log-level", "error"],
        launcher: [
          "/bin/sh", "-c", "cd \(stage.program.home.path); \(script.replacing("> grown", with: ">> grown"))", "sh",
        ])
      for id in 1...40 { server.send(ServerProcess.request(JSONValue(id), "ping")) }
      #expect(try server.ending() == .exit(3))
      #expect(server.errorOutput.hasSuffix("stopped reason=\"stdout: \(reason)\"\n"), "\(server.errorOutput)")
    }

    @Test func `a file size limit stops triggers, not the server`() throws {
      let stage = try Stage()
      let server = try stage.launch(launcher: ["/bin/sh", "-c", "ulimit -f 2; exec \"$@\"", "sh"])
      try server.initialize()
      var answer = try server.call(1, "savings", ["amount": 1])
      for id in 2...20 {
        guard answer.status == "accepted" else { break }
        answer = try server.call(JSONValue(id), "savings", ["amount": JSONValue(id)])
      }
      #expect(answer.code == "LEDGER_UNWRITABLE" && answer.message.contains("File too large"))
      #expect(try !server.call("accounts", "get_accounts", [:]).isError)
    }
  #endif

  @Test func `a person who is asked when the client goes confirms nothing`() throws {
    let stage = try Stage(rule: ["confirm: always"])
    let server = try stage.launchInitialized(capabilities: ["elicitation": [:]])
    server.begin(1, "savings", ["amount": 10])
    _ = try server.message("elicitation/create")
    server.closeInput()
    #expect(try server.ending() == .exit(0))
    #expect(stage.sandbox.apiRequestCount == 0)
    #expect(stage.entries("intent").isEmpty)
  }
}
