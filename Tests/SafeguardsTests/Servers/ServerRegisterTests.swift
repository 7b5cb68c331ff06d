import Foundation
import Rules
import Safeguards
import Testing

@Suite struct ServerRegisterTests {
  let world = World()

  private func server(_ started: Int64 = 1_795_363_200_000) -> RunningServer {
    RunningServer(
      processID: 4711, version: "1.2.3", configurationPath: "/home/ann/config.yaml", stateDirectory: world.directory,
      startedMilliseconds: started)
  }

  @Test func `a running server is found with its last state`() throws {
    let register = try ServerRegister(server())
    register.update { $0.clientName = "Claude Code" }
    register.update { $0.servedFile = "1 2 3" }
    var expected = server()
    expected.clientName = "Claude Code"
    expected.servedFile = "1 2 3"
    #expect(try ServerRegister.servers(in: world.directory) == [expected])
    register.end()
    #expect(try ServerRegister.servers(in: world.directory).isEmpty)
  }

  @Test func `a client that changes its name with every call does not fill the disk`() throws {
    let register = try ServerRegister(server())
    defer { register.end() }
    for number in 0..<5000 { register.update { $0.clientName = "client \(number)" } }
    let attributes = try FileManager.default.attributesOfItem(atPath: world.path("server-4711-1795363200000.json"))
    #expect(try #require(attributes[.size] as? Int) < 1 << 17)
    #expect(try ServerRegister.servers(in: world.directory).map(\.clientName) == ["client 4999"])
  }

  @Test func `a server that ends removes the directories that were created for it alone`() throws {
    let register = try ServerRegister(server())
    register.end()
    #expect(!FileManager.default.fileExists(atPath: world.directory))
  }

  @Test func `a directory that holds more stays`() throws {
    let register = try ServerRegister(server())
    world.makeGuard().run(.save())
    register.end()
    #expect(world.names().contains("ledger.jsonl"))
    #expect(!world.names().contains { $0.hasPrefix("server-") })
  }

  @Test func `the file of a process that is gone is removed, whoever has its number now`() throws {
    let register = try ServerRegister(server())
    defer { register.end() }
    // Nobody holds the lock, as after a crash or a reboot; the id is that of a running process.
    let line = try String(contentsOfFile: world.path("server-4711-1795363200000.json"), encoding: .utf8)
    try line.write(toFile: world.path("server-\(getpid())-1.json"), atomically: false, encoding: .utf8)
    #expect(try ServerRegister.servers(in: world.directory) == [server()])
    #expect(world.names() == ["server-4711-1795363200000.json"])
  }

  @Test func `looking makes no directory`() throws {
    #expect(try ServerRegister.servers(in: world.directory).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: world.directory))
  }

  @Test func `a file that cannot be read is named, since it may be a running server's`() throws {
    let register = try ServerRegister(server())
    defer { register.end() }
    let path = world.path("server-1-1.json")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    var unread: [String] = []
    #expect(try ServerRegister.servers(in: world.directory) { unread.append($0) } == [server()])
    #expect(unread == [path])
  }

  @Test func `a file of another program with such a name stays`() throws {
    let register = try ServerRegister(server())
    defer { register.end() }
    try "{}".write(toFile: world.path("server-main.json"), atomically: false, encoding: .utf8)
    #expect(try ServerRegister.servers(in: world.directory) == [server()])
    #expect(world.names().contains("server-main.json"))
  }
}
