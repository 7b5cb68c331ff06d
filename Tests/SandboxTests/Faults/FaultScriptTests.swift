import Testing

@testable import Sandbox

@Suite struct FaultScriptTests {
  @Test func `steps come in their order, and then no more`() {
    var script = FaultScript([FaultStep(.hang, count: 2), FaultStep(.empty), FaultStep(.wellBehaved)])
    #expect((0..<6).map { _ in script.next() } == [.hang, .hang, .empty, .wellBehaved, .wellBehaved, .wellBehaved])
  }

  @Test func `a step without a count never ends`() {
    var script = FaultScript([FaultStep(.hang, count: nil), FaultStep(.empty)])
    #expect((0..<100).allSatisfy { _ in script.next() == .hang })
  }

  @Test func `chance is the same for the same seed`() {
    func draw(_ seed: UInt64) -> [SandboxFault] {
      var script = FaultScript(seed: seed, percent: 50, faults: SandboxFault.quick)
      return (0..<1000).map { _ in script.next() }
    }
    #expect(draw(7) == draw(7))
    #expect(draw(7) != draw(8))
    #expect((400...600).contains(draw(7).count { $0 == .wellBehaved }))
    #expect(Set(draw(7)) == Set(SandboxFault.quick))
  }

  @Test(arguments: [0, 100])
  func `the percentage is a share of the requests`(percent: Int) {
    var script = FaultScript(seed: 1, percent: percent, faults: [.empty])
    #expect((0..<100).count { _ in script.next() == .empty } == percent)
  }

  @Test(arguments: [
    ("reset", FaultStep(.resetAfterReading)), ("hang:3", FaultStep(.hang, count: 3)),
    ("rate-limit:always", FaultStep(.rateLimited(.seconds(1)), count: nil)),
    ("status-418", FaultStep(.status(418))), ("status-599:2", FaultStep(.status(599), count: 2)),
  ])
  func `a step is read from its text`(text: String, step: FaultStep) throws {
    #expect(try FaultStep(parsing: text) == step)
  }

  @Test(arguments: [
    "", "nonsense", "status-399", "status-600", "status-", "status-x", "hang:", "hang:0", "hang:-1", "hang:x",
    "hang:1:2",
    ":1",
  ])
  func `other texts are not steps`(text: String) {
    #expect(throws: FaultTextError.self) { try FaultStep(parsing: text) }
  }

  @Test func `every name is its own and can be read`() {
    #expect(Set(SandboxFault.named.map(\.name)).count == SandboxFault.named.count)
    for known in SandboxFault.named {
      #expect(SandboxFault(named: known.name) == known)
      #expect(!known.summary.isEmpty)
    }
  }
}
