import Catalog
import JSON
import MCP
import SequenceAPI
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

/// A simulation may list its transfers one after the other: what it lists before it is finished is not what would move.
@Suite struct UnfinishedSimulationTests {
  @Test(
    arguments: [
      (3, 0, "SIMULATION_UNFINISHED"), (nil, 0, "SIMULATION_UNFINISHED"), (3, 2, "SIMULATION_UNREAD"),
      (nil, 3, "SIMULATION_UNREAD"),
    ] as [(JSONValue?, JSONValue, String)])
  func
    `after ten seconds, a simulation that still makes transfers is not finished, or not proven if it counts more of them`(
      attempted: JSONValue?, pending: JSONValue, code: String
    ) throws
  {
    let bank = BankTransport()
    bank.alter("/executions/") { data in
      data["status"] = "IN_PROGRESS"
      data["transfersCompleted"] = 0
      data["transfersPending"] = pending
      data["transfersAttempted"] = attempted
      data["transferIds"] = .array([data["transferIds"]?[0] ?? .null])
    }
    let world = try PlatformFixtures.world(PlatformFixtures.limited, bank)
    #expect(try world.result("run").code == code)
    #expect(bank.bodies == [#"{"simulation":true}"#])
  }

  @Test(
    arguments: [(4, 3), (nil, 3), (nil, nil)] as [(JSONValue?, JSONValue?)])
  func `a simulation that skipped a transfer and waits for an outside bank is clean`(
    attempted: JSONValue?, pending: JSONValue?
  ) throws {
    let bank = BankTransport()
    bank.alter("/executions/") { data in
      data["status"] = "IN_PROGRESS"
      data["transfersCompleted"] = pending.map { _ in 0 }
      data["transfersFailed"] = pending.map { _ in 0 }
      data["transfersPending"] = pending
      data["transfersAttempted"] = attempted
    }
    bank.alter("/transfers/") { $0["status"] = "PENDING" }
    let world = try PlatformFixtures.world(PlatformFixtures.limited, bank)
    let before = world.clock.monotonicNanoseconds()
    let result = try world.result("simulate_trigger", #"{"tool":"run"}"#)
    #expect(result.status == "simulated" && result.run?["simulated"]?.arrayValue?.count == 3)
    let time = world.clock.monotonicNanoseconds() - before
    #expect(time >= 5_000_000_000 && time < 7_000_000_000)
  }

  /// A run of three transfers of which each answer lists one more, and which says that it attempted four.
  private func grow(_ bank: BankTransport, everyLooks: Int) {
    let looks = Mutex(0)
    bank.alter("/executions/") { data in
      let look = looks.withLock { count in
        count += 1
        return count
      }
      let made = min((look + everyLooks - 1) / everyLooks, 3)
      data["status"] = "IN_PROGRESS"
      data["transfersCompleted"] = 0
      data["transfersPending"] = JSONValue(made)
      data["transfersAttempted"] = 4
      data["transferIds"] = .array(Array((data["transferIds"]?.arrayValue ?? []).prefix(made)))
    }
    bank.alter("/transfers/") { $0["status"] = "PENDING" }
  }

  @Test func `a simulation that lists more while the time is up is not clean, and nothing is sent after it`() throws {
    let bank = BankTransport()
    grow(bank, everyLooks: 2)
    let world = try PlatformFixtures.world(PlatformFixtures.limited, bank)
    #expect(try world.result("run").code == "SIMULATION_UNFINISHED")
    #expect(bank.bodies == [#"{"simulation":true}"#])
  }

  @Test func `a simulation that may not be read before the time is up is not clean`() throws {
    let bank = BankTransport()
    grow(bank, everyLooks: 99)
    bank.beforeSending { request in
      guard request.path.contains("/executions/"), bank.lines.contains(where: { $0.contains("/executions/") }) else {
        return
      }
      bank.meet("/executions/", .json(503, #"{"error":{"code":"UNEXPECTED_ERROR","message":"no"}}"#))
    }
    let world = try PlatformFixtures.world(PlatformFixtures.limited, bank)
    #expect(try world.result("run").code == "SIMULATION_UNFINISHED")
    #expect(bank.bodies == [#"{"simulation":true}"#])
  }

  @Test func `a list that grows while it is read is waited for`() throws {
    let bank = BankTransport()
    let looks = Mutex(0)
    bank.alter("/executions/") { data in
      let look = looks.withLock { count in
        count += 1
        return count
      }
      let made = min(look, 3)
      data["status"] = "IN_PROGRESS"
      data["transfersCompleted"] = 0
      data["transfersPending"] = JSONValue(made)
      data["transfersAttempted"] = JSONValue(made + 1)
      data["transferIds"] = .array(Array((data["transferIds"]?.arrayValue ?? []).prefix(made)))
    }
    bank.alter("/transfers/") { $0["status"] = "PENDING" }
    let world = try PlatformFixtures.world(PlatformFixtures.limited, bank)
    let result = try world.result("simulate_trigger", #"{"tool":"run"}"#)
    #expect(result.run?["simulated"]?.arrayValue?.count == 3)
  }
}
