import Foundation
import JSON
import Testing

@testable import Sandbox

/// The state of a sandbox that persists from one process to the next.
@Suite struct MoveFileTests {
  private let directory = FileManager.default.temporaryDirectory.path + "/moves-" + UUID().uuidString

  private func withServer<Result>(_ body: (SandboxServer) throws -> Result) throws -> Result {
    let server = SandboxServer(configuration: TestRequest.configuration, directory: directory)
    try server.start()
    defer { server.stop() }
    return try body(server)
  }

  private func clean() { try? FileManager.default.removeItem(atPath: directory) }

  @Test func `balances are the sum of all moves, of earlier processes too`() throws {
    defer { clean() }
    try withServer { _ = try ask($0, TestRequest.trigger(key: "a", body: #"{"amount":10}"#)) }
    try withServer { server in
      _ = try ask(server, TestRequest.trigger(key: "b", body: #"{"amount":5.5}"#))
      #expect(server.moves.map(\.movedCents) == [1000, 550])
      #expect(server.accounts[1].balanceCents == 4_812_36 - 1550)
      #expect(server.accounts[2].balanceCents == 12_500_00 + 1550)
    }
  }

  @Test func `two processes that play at once see each other's moves, and a key runs once`() throws {
    defer { clean() }
    try withServer { one in
      try withServer { other in
        _ = try ask(one, TestRequest.trigger(key: "a", body: #"{"amount":10}"#))
        let again = try ask(other, TestRequest.trigger(key: "a", body: #"{"amount":10}"#))
        #expect(again.json?["data"]?["requestId"] == "req_sandbox_000001")
        _ = try ask(one, TestRequest.trigger(key: "b", body: #"{"amount":1}"#))
        _ = try ask(other, TestRequest.accounts())
        #expect(other.accounts[1].balanceCents == 4_812_36 - 1100)
        #expect(other.moves.map(\.isCarriedOut) == [true, false, true])
      }
    }
  }

  @Test func `the first trigger gives no request id again`() throws {
    defer { clean() }
    try withServer { server in
      let looked = try ask(server, TestRequest.accounts()).json?["requestId"]
      let ran = try ask(server, TestRequest.trigger(key: "a", body: #"{"amount":10}"#)).json?["data"]?["requestId"]
      #expect(looked == "req_sandbox_000001" && ran == "req_sandbox_000002")
    }
  }

  @Test func `a reset is noticed by a process that plays`() throws {
    defer { clean() }
    try withServer { server in
      _ = try ask(server, TestRequest.trigger(key: "a", body: #"{"amount":10}"#))
      try MoveFile.reset(in: directory)
      _ = try ask(server, TestRequest.accounts())
      #expect(server.accounts == SandboxCatalog.accounts)
      #expect(server.moves.isEmpty)
      _ = try ask(server, TestRequest.trigger(key: "a", body: #"{"amount":2}"#))
      #expect(server.moves.map(\.movedCents) == [200])
    }
  }

  @Test func `a line torn by a crash is not a move, and the next move gets its own line`() throws {
    defer { clean() }
    try withServer { _ = try ask($0, TestRequest.trigger(key: "a", body: #"{"amount":10}"#)) }
    let handle = try #require(FileHandle(forWritingAtPath: directory + "/moves.jsonl"))
    handle.seekToEndOfFile()
    handle.write(Data(#"{"rule_id":"ru_1","mo"#.utf8))
    try handle.close()
    try withServer { _ = try ask($0, TestRequest.trigger(key: "b", body: #"{"amount":1}"#)) }
    let lines = try String(contentsOfFile: directory + "/moves.jsonl", encoding: .utf8).split(separator: "\n")
    #expect(try lines.map { try JSONParser.parse(String($0))["moved_cents"] } == [1000, 100])
  }

  @Test func `a look at the accounts makes no file`() throws {
    try withServer { server in
      let answer = try ask(server, TestRequest.accounts())
      #expect(answer.status == 200)
      #expect(!FileManager.default.fileExists(atPath: directory))
    }
  }

  @Test func `what cannot be kept is answered with an error and moves nothing`() throws {
    try Data().write(to: URL(fileURLWithPath: directory))
    defer { clean() }
    try withServer { server in
      let reply = try ask(server, TestRequest.trigger(key: "a", body: #"{"amount":10}"#))
      #expect(reply.status == 500)
      #expect(server.accounts == SandboxCatalog.accounts)
    }
  }

  @Test func `a file that is read in parts keeps every move, and a torn line is cut off`() throws {
    defer { clean() }
    try withServer { server in
      for key in ["a", "b", "c"] { _ = try ask(server, TestRequest.trigger(key: key, body: #"{"amount":10}"#)) }
    }
    let path = directory + "/moves.jsonl"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try (whole + Data(#"{"rule_id"#.utf8)).write(to: URL(fileURLWithPath: path))
    var bank = SandboxBank(TestRequest.configuration)
    let file = MoveFile(directory: directory, partBytes: whole.count * 2 / 5)
    #expect(try file.access(&bank) { $0.moves.map(\.movedCents) } == [1000, 1000, 1000])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
  }

  @Test(arguments: ["-9223372036854775808", "-1", "9223372036854775807"])
  func `a stored move that this program cannot have written is none`(cents: String) throws {
    defer { clean() }
    try withServer { _ = try ask($0, TestRequest.trigger(key: "a", body: #"{"amount":10}"#)) }
    let url = URL(fileURLWithPath: directory + "/moves.jsonl")
    let line = try String(contentsOf: url, encoding: .utf8)
    let other = line.replacing("\"moved_cents\":1000", with: "\"moved_cents\":\(cents)")
    #expect(other != line)
    try Data((line.replacing("_000001", with: "_9223372036854775807") + other).utf8).write(to: url)
    try withServer { server in
      let next = try ask(server, TestRequest.trigger(key: "b", body: #"{"amount":1}"#))
      #expect(next.status == 200)
      #expect(server.moves.map(\.movedCents) == [1000, 100])
    }
  }
}
