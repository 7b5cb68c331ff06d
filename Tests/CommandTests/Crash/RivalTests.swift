import Foundation
import JSON
import Platform
import Sandbox
import TestSupport
import Testing

/// Several servers with one ledger: they never accept one call too many.
@Suite(.waiting) struct RivalTests {
  struct Race: CustomTestStringConvertible {
    let servers: Int
    let limits: String
    /// The number of calls of 10.00 that the limits allow.
    let admitted: Int

    var testDescription: String { "\(servers) servers, \(limits)" }
  }

  @Test(arguments: [
    Race(servers: 2, limits: "{calls_per_day: 7}", admitted: 7),
    Race(servers: 2, limits: "{per_day: 79.99}", admitted: 7),
    Race(servers: 8, limits: "{calls_per_30_days: 9}", admitted: 9),
    Race(servers: 8, limits: "{per_30_days: 115.00}", admitted: 11),
  ])
  func `servers share one cap`(race: Race) throws {
    let stage = try Stage(rule: ["limits: \(race.limits)"])
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

  /// One race for each of many caps: a server that checks and then writes without the lock loses some of them.
  @Test(arguments: [2, 8])
  func `aliases of one rule share its cap`(count: Int) throws {
    let stage = try Stage()
    let aliases = (1...80).map { "rule_\($0)" }
    try stage.write(RivalTests.configuration(stage, aliases))
    let servers = try (0..<count).map { _ in try stage.launchInitialized(["--no-reload"]) }
    // All start at the same time: their input waits in their pipes.
    for server in servers { server.signal(SIGSTOP) }
    for (number, server) in servers.enumerated() {
      for alias in aliases { server.begin(.string(alias), alias, ["note": .string("\(number)")]) }
    }
    for server in servers { server.signal(SIGCONT) }
    // One server after another is stopped for a moment, wherever it is, which widens each gap between checking and writing.
    var generator = SeededRandom(seed: 20_261_124)
    try stage.wait(until: "all calls are answered") {
      if let server = servers.randomElement(using: &generator) {
        server.signal(SIGSTOP)
        usleep(UInt32.random(in: 200...4000, using: &generator))
        server.signal(SIGCONT)
      }
      return servers.allSatisfy { $0.answerCounts.requests > aliases.count }
    }
    let answers = try aliases.flatMap { alias in try servers.map { try $0.finish(.string(alias)) } }
    #expect(answers.count { $0.status == "accepted" } == 1)
    #expect(stage.carriedOut == 1)
    #expect(stage.sandbox.apiRequestCount == 1)
  }

  private static func configuration(_ stage: Stage, _ aliases: [String]) -> String {
    let rules = aliases.map { alias in
      """
        \(alias):
          rule_id: ru_savings
          api_secret: {file: secrets/savings}
          description: Puts money aside.
          parameters: {note: {type: string}}
          payload: {note: "{{ note }}"}
          limits: {calls_per_day: 1}

      """
    }
    return "version: 1\nsequence: {base_url: \(stage.sandbox.baseURL ?? "")}\nrules:\n" + rules.joined()
  }

  @Test(arguments: [2, 8])
  func `the same call to all servers runs once`(count: Int) throws {
    let stage = try Stage()
    let servers = try (0..<count).map { _ in try stage.launchInitialized(["--no-reload"]) }
    for server in servers { server.begin(1, "savings", ["amount": 10]) }
    let answers = try servers.map { try $0.finish(1) }
    #expect(stage.carriedOut == 1)
    #expect(stage.sandbox.apiRequestCount == 1)
    #expect(answers.count { $0.status == "accepted" } == 1)
    // The others arrived while it ran, or later.
    #expect(answers.allSatisfy { ["accepted", "duplicate", "unknown"].contains($0.status) })
  }

  @Test func `a stopped server's call is not repeated by another until it is settled`() throws {
    let stage = try Stage()
    stage.sandbox.script([.drip(pauseMilliseconds: 5)])
    let stopped = try stage.launchInitialized()
    stopped.begin(1, "savings", ["amount": 10])
    try stage.wait(until: "the request") { stage.sandbox.moves.count == 1 }
    stopped.signal(SIGSTOP)
    let other = try stage.launchInitialized()
    let refused = try other.call(1, "savings", ["amount": 10])
    #expect(refused.status == "unknown" && refused.code == "CALL_IN_PROGRESS", "\(refused.response)")
    #expect(try other.call(2, "savings", ["amount": 11]).status == "accepted")
    stopped.signal(SIGCONT)
    #expect(try stopped.finish(1).status == "accepted")
    #expect(try other.call(3, "savings", ["amount": 10]).status == "duplicate")
    #expect(stage.carriedOut == 2)
  }
}
