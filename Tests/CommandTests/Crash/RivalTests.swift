import Foundation
import JSON
import Sandbox
import Testing

/// Several servers, one ledger (issue "Safeguards"): never one accepted call too many.
struct RivalTests {
  struct Race: CustomTestStringConvertible {
    let servers: Int
    let limits: String
    /// How many calls of 10.00 it lets through.
    let admitted: Int

    var testDescription: String { "\(servers) servers, \(limits)" }
  }

  @Test(arguments: [
    Race(servers: 2, limits: "{calls_per_day: 7}", admitted: 7),
    Race(servers: 2, limits: "{per_day: 79.99}", admitted: 7),
    Race(servers: 8, limits: "{calls_per_30_days: 9}", admitted: 9),
    Race(servers: 8, limits: "{per_30_days: 115.00}", admitted: 11),
  ])
  func serversShareOneCap(race: Race) throws {
    let stage = try Stage(rule: ["limits: \(race.limits)"])
    defer { stage.cleanUp() }
    let servers = try (0..<race.servers).map { _ in try stage.launchInitialized(["--no-reload"]) }
    let calls = 64 / race.servers
    for call in 0..<calls {
      for (number, server) in servers.enumerated() {
        server.begin(JSONValue(call), "savings", ["amount": 10, "note": .string("\(number)/\(call)")])
      }
    }
    let answers = try servers.flatMap { server in try (0..<calls).map { try server.finish(JSONValue($0)) } }
    #expect(answers.count { $0.status == "accepted" } == race.admitted)
    #expect(answers.count { $0.status == "rejected" } == race.servers * calls - race.admitted)
    #expect(stage.carriedOut == race.admitted)
    #expect(stage.sandbox.apiRequestCount == race.admitted)
    #expect(try stage.audit()["totals"]?["accepted"]?["calls"] == JSONValue(race.admitted))
  }

  @Test(arguments: [2, 8])
  func theSameCallToAllServersRunsOnce(count: Int) throws {
    let stage = try Stage()
    defer { stage.cleanUp() }
    let servers = try (0..<count).map { _ in try stage.launchInitialized(["--no-reload"]) }
    for server in servers { server.begin(1, "savings", ["amount": 10]) }
    let answers = try servers.map { try $0.finish(1) }
    #expect(stage.carriedOut == 1)
    #expect(stage.sandbox.apiRequestCount == 1)
    #expect(answers.count { $0.status == "accepted" } == 1)
    // The others came while it ran, or after.
    #expect(answers.allSatisfy { ["accepted", "duplicate", "rejected"].contains($0.status) })
  }
}
