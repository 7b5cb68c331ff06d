import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

/// A server that is killed during a call over the Platform API, between any two lines of its ledger and in each request, and
/// how the next server continues. `Profit first` makes three transfers, so a call's requests are: 1 the simulation, 2 its run,
/// 3 to 5 its transfers, 6 the live trigger, 7 its run, 8 to 10 its transfers.
@Suite(.enabled(if: ProcessTable.isThere), .waiting)
struct PlatformKillTests {
  private static let call: JSONValue = ["amount": "100.00"]

  /// Starts a call and kills the server in its request of that number.
  private func kill(_ stage: Stage, inRequest number: Int, _ fault: SandboxFault) throws {
    stage.script(after: number - 1, fault)
    let server = try stage.launchInitialized()
    server.begin(1, "split", Self.call)
    try stage.wait(until: "request \(number)") { stage.sandbox.apiRequestCount >= number }
    server.end()
    #expect(try server.ending() == .signal(SIGKILL))
  }

  /// Returns `intent`, `outcome` and `run`, with an `s` before those of a simulation.
  private func lines(_ stage: Stage) -> [String] {
    let simulations = stage.entries("intent").filter { $0["simulation"] == true }.map { $0["id"] }
    return stage.ledger.compactMap { line in
      guard let type = line["type"]?.stringValue, ["intent", "outcome", "run"].contains(type) else { return nil }
      return simulations.contains(line["id"] ?? line["intent"]) ? "s-" + type : type
    }
  }

  @Test(
    arguments: [
      (1, .hang, ["s-intent"]), (1, .hangAfterProcessing, ["s-intent"]), (2, .hang, ["s-intent"]),
      (3, .hang, ["s-intent"]),
    ] as [(Int, SandboxFault, [String])])
  func `if killed before the live intent, nothing is reserved, and the next call starts over`(
    request: Int, fault: SandboxFault, expected: [String]
  ) throws {
    let stage = try Stage.platform(rule: ["confirm: never", "limits: {per_day: 100.00, calls_per_day: 1}"])
    try kill(stage, inRequest: request, fault)
    #expect(lines(stage) == expected)
    #expect(stage.carriedOut == 0)
    let server = try stage.launchInitialized()
    let answer = try server.call(1, "split", Self.call)
    #expect(answer.status == "accepted", "\(answer.response)")
    #expect(answer.content?["run"]?["outcome"] == "executed")
    #expect(stage.carriedOut == 1 && stage.moves(simulated: false).count == 1)
    #expect(try server.call(2, "split", ["amount": "10.00"]).status == "rejected")
  }

  @Test func `if killed while the person is asked, nothing is reserved`() throws {
    let stage = try Stage.platform(rule: ["confirm: always", "limits: {per_day: 100.00}"])
    let server = try stage.launchInitialized(capabilities: ["elicitation": [:]])
    server.begin(1, "split", Self.call)
    _ = try server.message("elicitation/create")
    server.end()
    #expect(lines(stage) == ["s-intent", "s-outcome"])
    try stage.write(stage.platformConfiguration(rule: ["confirm: never", "limits: {per_day: 100.00}"]))
    #expect(try stage.launchInitialized().call(1, "split", Self.call).status == "accepted")
    #expect(stage.carriedOut == 1)
  }

  @Test(
    arguments: [SandboxFault.hang, .hangAfterProcessing])
  func `if killed in the live request, the call is unknown, and its repeat has the first key and no simulation`(
    fault: SandboxFault
  ) throws {
    let stage = try Stage.platform(rule: ["confirm: never", "limits: {per_day: 100.00}"])
    try kill(stage, inRequest: 6, fault)
    #expect(lines(stage) == ["s-intent", "s-outcome", "intent"])
    let server = try stage.launchInitialized()
    // A call that may have run uses up the cap.
    #expect(try server.call(1, "split", ["amount": "50.00"]).code == "LIMIT_PER_DAY")
    let answer = try server.call(2, "split", Self.call)
    #expect(answer.status == "accepted", "\(answer.response)")
    #expect(stage.carriedOut == 1 && stage.moves(simulated: true).count == 1)
    #expect(Set(stage.moves(simulated: false).map(\.idempotencyKey)).count == 1)
    #expect(answer.key == stage.moves(simulated: false).first?.idempotencyKey)
  }

  @Test(
    arguments: [1, 2])
  func `if killed between an answer and its line, a simulation is repeated, a live run keeps its key`(move number: Int)
    throws
  {
    let hold = HoldAtMove(number)
    let stage = try Stage.platform(onMove: { home, _ in hold.count(in: home) })
    let server = try stage.launchInitialized()
    server.begin(1, "split", Self.call)
    try stage.wait(until: "the lock is held") { hold.isTaken }
    let table = ProcessTable(processID: server.processID)
    let before = try table.pauses()
    try stage.wait(until: "the server waits to write") { try table.pauses() > before + 30 }
    server.end()
    hold.release()
    #expect(lines(stage) == (number == 1 ? ["s-intent"] : ["s-intent", "s-outcome", "intent"]))
    #expect(try stage.launchInitialized().call(1, "split", Self.call).status == "accepted")
    #expect(stage.carriedOut == 1)
    #expect(stage.moves(simulated: true).count == (number == 1 ? 2 : 1))
  }

  @Test(
    arguments: [7, 8], [true, false])
  func `if killed while it is followed, the call is accepted; get_run and the next start report how it ended`(
    request: Int, asksForIt: Bool
  ) throws {
    let stage = try Stage.platform(rule: ["confirm: never", "limits: {per_day: 100.00}"])
    try kill(stage, inRequest: request, .hang)
    #expect(lines(stage) == ["s-intent", "s-outcome", "intent", "outcome"])
    #expect(stage.entries("outcome").last?["status"] == "accepted")
    let server = try stage.launchInitialized()
    if asksForIt {
      let run = try server.call(1, "get_run", ["tool": "split"]).content?["run"]
      #expect(run?["outcome"] == "executed" && run?["moved"]?.numberValue?.text == "100.00")
    }
    try stage.wait(until: "the run is settled") { stage.entries("run").last?["final"] == true }
    #expect(try server.call(2, "split", Self.call).status == "duplicate")
    #expect(stage.carriedOut == 1)
    let row = try stage.audit()["entries"]?.arrayValue?.last
    #expect(row?["asked"] == "100.00" && row?["simulated"] == "100.00" && row?["run"]?["outcome"] == "executed")
  }
}
