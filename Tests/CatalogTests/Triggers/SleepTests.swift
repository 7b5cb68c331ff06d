import Foundation
import JSON
import MCP
import Platform
import Safeguards
import SequenceAPI
import Synchronization
import TestSupport
import Testing

@testable import Catalog

/// Neither a check nor a person's yes outlasts a sleep of the machine. The last check comes right before the first byte is
/// sent.
@Suite struct SleepTests {
  private static let call = #"{"amount":50}"#

  /// How time passes unnoticed.
  enum Pause: CaseIterable, Sendable {
    case sleep, pausedMachine

    func pass(_ clock: ManualClock, seconds: Int64 = 8 * 3600) {
      switch self {
      case .sleep: clock.sleep(seconds: seconds)
      case .pausedMachine: clock.turn(seconds: seconds)
      }
    }
  }

  @Test(arguments: Pause.allCases, [true, false])
  func `a call is not tried again after the machine slept`(pause: Pause, isAsked: Bool) throws {
    let world = try World(isAsked ? Fixtures.asksAlways : Fixtures.savings(), [.tooMany("3"), .accepted])
    world.transport.beforeSending { pause.pass(world.clock) }
    let first = try world.call("move_to_savings", Self.call)
    let result = try #require(isAsked ? first.question?.answered(.confirmed).result : first.result)
    #expect(result.status == "rejected" && result.code == "CALL_TOO_OLD", "\(result.text)")
    #expect(world.transport.requests.count == 1)
  }

  @Test func `one that may have run stays unknown`() throws {
    let world = try World(Fixtures.savings(), [.json(503, "{}"), .accepted])
    world.transport.beforeSending { world.clock.sleep(seconds: 3600) }
    let result = try world.result("move_to_savings", Self.call)
    #expect(result.status == "unknown" && result.code == "CALL_TOO_OLD", "\(result.text)")
    #expect(world.transport.requests.count == 1)
  }

  @Test(arguments: Pause.allCases, [true, false])
  func `a call that slept while it was connecting is not sent`(pause: Pause, isAsked: Bool) throws {
    let world = try World(isAsked ? Fixtures.asksAlways : Fixtures.savings(), [.accepted])
    world.transport.whileConnecting { pause.pass(world.clock) }
    let first = try world.call("move_to_savings", Self.call)
    let result = try #require(isAsked ? first.question?.answered(.confirmed).result : first.result)
    #expect(result.status == "rejected" && result.code == "CALL_TOO_OLD", "\(result.text)")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `a repeat that slept while it was connecting is not sent under a key that Sequence has forgotten`() throws
  {
    let world = try World(Fixtures.savings(), [.lost, .lost, .accepted])
    #expect(try world.result("move_to_savings", Self.call).status == "unknown")
    world.clock.advance(hours: 22)
    world.transport.whileConnecting { world.clock.sleep(seconds: 8 * 3600) }
    let result = try world.result("move_to_savings", Self.call)
    #expect(result.status == "unknown", "\(result.text)")
    #expect(world.transport.requests.count == 2)
  }

  @Test func `a pause reaches a call that is connecting`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    world.transport.whileConnecting { try? world.pause("stop it") }
    let result = try world.result("move_to_savings", Self.call)
    #expect(result.status == "rejected" && result.code == "PAUSED")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `a reload reaches a call that is connecting`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    world.transport.whileConnecting { try? world.reload(Fixtures.savings("    enabled: false\n")) }
    let result = try world.result("move_to_savings", Self.call)
    #expect(result.status == "rejected" && result.code == "CONFIGURATION_CHANGED")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `a cancellation reaches a call that is connecting`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    let isCancelled = Flag()
    world.transport.whileConnecting { isCancelled.set() }
    let context = ToolCallContext(isCancelled: { isCancelled.isSet })
    let result = try world.result("move_to_savings", Self.call, context)
    #expect(result.status == "rejected" && result.code == "CANCELLED")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `while a call waits for its next try, the ledger is told of no try`() throws {
    let world = try World(Fixtures.savings(), [.tooMany("3"), .accepted])
    #expect(try world.result("move_to_savings", Self.call).status == "accepted")
    #expect(world.ledgerText.components(separatedBy: #""type":"try""#).count - 1 == 1, "\(world.ledgerText)")
  }

  /// Makes a call whose run is simulated and confirmed, and whose outcome stays unknown, and lets a day pass.
  private func unknownRun(_ bank: BankTransport, _ lines: String...) throws -> World {
    let rule = PlatformFixtures.rule("Set taxes aside", (["confirm: always"] + lines).joined(separator: "\n    "))
    let world = try PlatformFixtures.world(rule, bank)
    let question = try #require(try world.call("run", #"{"amount":250}"#).question)
    bank.meet("/trigger", .lost, .lost)
    #expect(question.answered(.confirmed).result?.status == "unknown")
    world.clock.advance(hours: 20)
    return world
  }

  @Test func `a run of unknown outcome is simulated again before it is repeated`() throws {
    let bank = BankTransport()
    let world = try unknownRun(bank)
    let question = try #require(try world.call("run", #"{"amount":250}"#).question)
    #expect(question.message.contains("Transfers, as simulated:\n  Checking -> Taxes $250.00"))
    #expect(bank.bodies.count { $0.contains("simulation") } == 2)
    #expect(question.answered(.confirmed).result?.status == "accepted")
  }

  @Test(arguments: [("calls_per_day: 1", 1), ("per_day: 300.00", 1), ("cooldown: 24h", 1), ("per_day: 500.00", 2)])
  func `a run of unknown outcome is repeated without a simulation for which the limits leave no room`(
    limit: String, simulations: Int
  ) throws {
    let bank = BankTransport()
    let world = try unknownRun(bank, "limits: {\(limit)}")
    let question = try #require(try world.call("run", #"{"amount":250}"#).question)
    #expect(question.message.contains("and not again since") == (simulations == 1))
    #expect(question.answered(.confirmed).result?.status == "accepted")
    #expect(bank.bodies.count { $0.contains("simulation") } == simulations)
  }

  @Test func `a lost simulation before a repeat is sent again, whatever the cooldown`() throws {
    let bank = BankTransport()
    let world = try unknownRun(bank, "limits: {cooldown: 1h}")
    bank.meet("/trigger", .lost, .lost)
    #expect(try world.result("run", #"{"amount":250}"#).status == "unknown")
    let question = try #require(try world.call("run", #"{"amount":250}"#).question)
    #expect(question.answered(.confirmed).result?.status == "accepted")
  }

  @Test func `a run of unknown outcome that would now move nothing is repeated, since it may have emptied its source`()
    throws
  {
    let bank = BankTransport()
    let world = try unknownRun(bank)
    bank.alter("/executions/") { run in
      run["status"] = "EXECUTED"
      run["conditionsNotMet"] = true
      run["transferIds"] = []
      for name in ["Attempted", "Completed", "Failed", "Pending"] { run["transfers" + name] = 0 }
    }
    let reply = try world.call("run", #"{"amount":250}"#)
    let question = try #require(reply.question, "\(reply.result?.text ?? "")")
    #expect(question.answered(.confirmed).result?.status == "accepted")
  }

  @Test func `a repeat whose simulation outlasts the client names the first attempt`() throws {
    let bank = BankTransport()
    let world = try unknownRun(bank)
    let answers = Mutex<[String]>([])
    var context = ToolCallContext()
    context.storeLateAnswer = { late in
      answers.withLock { $0 += [late?.result.text].compactMap(\.self) }
      return true
    }
    _ = try world.call("run", #"{"amount":250}"#, context)
    let said = try #require(answers.withLock { $0.first { $0.contains("had no answer yet") } })
    #expect(said.contains("An earlier attempt at this call may have run"), "\(said)")
  }

  @Test func `a run of unknown outcome that would now move more is not repeated`() throws {
    let bank = BankTransport()
    let world = try unknownRun(bank)
    bank.alter("/transfers/") { $0["amountInCents"] = 90_000 }
    let count = bank.bodies.count
    let result = try world.result("run", #"{"amount":250}"#)
    #expect(result.status == "unknown" && result.code == "CALL_CHANGED", "\(result.text)")
    #expect(result.text.contains("$250.00") && result.text.contains("$900.00") && result.text.contains("settle"))
    #expect(bank.bodies.count == count + 1)
  }

  @Test(
    arguments: Pause.allCases,
    [(seconds: 60, bodies: 3), (seconds: 8 * 3600, bodies: 1)] as [(seconds: Int64, bodies: Int)])
  func `a run whose simulation is old is simulated again or given up, though nobody is asked`(
    pause: Pause, expected: (seconds: Int64, bodies: Int)
  ) throws {
    let bank = BankTransport()
    let world = try PlatformFixtures.world(PlatformFixtures.rule("Set taxes aside"), bank)
    let hasSlept = Flag()
    bank.beforeSending { request in
      guard request.path.contains("/executions/"), !hasSlept.isSet else { return }
      hasSlept.set()
      pause.pass(world.clock, seconds: expected.seconds)
    }
    let result = try world.result("run", #"{"amount":250}"#)
    #expect(bank.bodies.count == expected.bodies, "\(bank.bodies)")
    #expect(result.status == (expected.bodies == 3 ? "accepted" : "rejected"), "\(result.text)")
  }
}
