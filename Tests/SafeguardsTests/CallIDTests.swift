import Safeguards
import TestSupport
import Testing

/// A client that sends a call again identifies it by its first id (`TriggerIntent.caller`).
struct CallIDTests {
  let world = World()

  @Test(arguments: ["save", "trigger_rule"])
  func `the same call id with the same arguments gives the accepted outcome back`(tool: String) {
    let safeguard = world.makeGuard()
    safeguard.run(.save(tool: tool).called("toolu_1"))
    world.clock.advance(hours: 22)
    #expect(world.makeGuard().reserve(.save(tool: tool).called("toolu_1")).prior != nil)
    #expect(safeguard.check(.save(note: "other", tool: tool).called("toolu_1")).goes)
    #expect(safeguard.check(.save(tool: tool).called("toolu_2")).goes)
    world.clock.advance(hours: 1)
    #expect(safeguard.check(.save(tool: tool).called("toolu_1")).goes)
  }

  @Test func `another call id weakens nothing`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save(window: 120).called("toolu_1"))
    #expect(safeguard.reserve(.save(window: 120).called("toolu_2")).prior != nil)
  }

  @Test func `a refused call id may be called again`() {
    let safeguard = world.makeGuard()
    safeguard.run(.save().called("toolu_1"), .rejected)
    #expect(safeguard.reserve(.save().called("toolu_1")).reservation != nil)
  }

  @Test(
    arguments: ["toolu_2", nil])
  func `a request that is made again finds its call, also after another request has repeated that`(later: String?)
    throws
  {
    let safeguard = world.makeGuard()
    let first = try #require(safeguard.run(TriggerIntent.save().called("toolu_1"), .unknown).reservation)
    let repetition = later.map { TriggerIntent.save().called($0) } ?? .save()
    #expect(safeguard.run(repetition).reservation?.idempotencyKey == first.idempotencyKey)
    for guarded in [safeguard, world.makeGuard()] {
      let prior = try #require(guarded.reserve(TriggerIntent.save().called("toolu_1")).prior)
      #expect(prior.idempotencyKey == first.idempotencyKey)
    }
  }
}

extension TriggerIntent {
  func called(_ id: String) -> TriggerIntent {
    var trigger = self
    trigger.caller.callID = id
    return trigger
  }
}
