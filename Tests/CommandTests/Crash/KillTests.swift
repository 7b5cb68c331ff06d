import Foundation
import JSON
import Sandbox
import Testing

/// kill -9 at every step of a trigger, then a restart and the same call again.
@Suite(.enabled(if: ProcessTable.isThere))
struct KillTests {
  private static let call: JSONValue = ["amount": "50.00", "note": "for the roof"]

  /// Restarts the server, makes the call again, and checks what must hold after a kill at any moment.
  private func repeatAfterRestart(_ stage: Stage, status: String = "accepted") throws -> CallAnswer {
    _ = try stage.audit()
    let server = try stage.launchInitialized()
    let answer = try server.call(1, "savings", KillTests.call)
    #expect(answer.status == status, "\(answer.response)")
    #expect(stage.carriedOut == 1)
    #expect(Set(stage.sandbox.moves.map(\.idempotencyKey)).count == 1)
    server.closeInput()
    #expect(try server.ending() == .exit(0))
    let entries = try #require(try stage.audit()["entries"]?.arrayValue)
    #expect(entries.allSatisfy { $0["idempotency_key"]?.stringValue == answer.key })
    #expect(entries.last?["outcome"] == "accepted")
    return answer
  }

  @Test(.enabled(if: ProcessTable.showsFiles)) func `if killed before the intent, nothing was sent`() throws {
    let stage = try Stage()
    let hold = try LedgerHold(in: stage.stateDirectory)
    let server = try stage.launchInitialized()
    server.begin(1, "savings", KillTests.call)
    try stage.wait(until: "the server waits for the ledger") {
      try ProcessTable(processID: server.processID).openFiles().contains { $0.hasSuffix("/ledger.lock") }
    }
    server.end()
    #expect(try server.ending() == .signal(SIGKILL))
    hold.release()
    #expect(stage.sandbox.apiRequestCount == 0)
    #expect(stage.ledger.isEmpty)
    _ = try repeatAfterRestart(stage)
  }

  @Test func `if killed after the intent, the repeat has its key`() throws {
    let stage = try Stage()
    stage.sandbox.script([.hang])
    let server = try stage.launchInitialized()
    server.begin(1, "savings", KillTests.call)
    try stage.wait(until: "the intent") { stage.entries("intent").count == 1 }
    server.end()
    #expect(try stage.audit()["entries"]?[0]?["outcome"] == "open")
    // The request may not have been sent.
    stage.sandbox.script([])
    let answer = try repeatAfterRestart(stage)
    #expect(answer.key == stage.entries("intent")[0]["idempotency_key"]?.stringValue)
  }

  @Test(arguments: [SandboxFault.hang, .hangAfterProcessing])
  func `if killed during the request, the repeat does not run twice`(fault: SandboxFault) throws {
    let stage = try Stage()
    stage.sandbox.script([fault])
    let server = try stage.launchInitialized()
    server.begin(1, "savings", KillTests.call)
    try stage.wait(until: "the request") { stage.sandbox.moves.count == 1 }
    server.end()
    _ = try repeatAfterRestart(stage)
    #expect(stage.sandbox.moves.count == 2)
  }

  @Test func `if killed between the answer and the outcome, the repeat does not run twice`() throws {
    let hold = HoldAtMove(1)
    // The lock is taken while the first request is in progress, so that its answer finds the lock taken.
    let stage = try Stage(onMove: { home, _ in hold.count(in: home) })
    let server = try stage.launchInitialized()
    server.begin(1, "savings", KillTests.call)
    try stage.wait(until: "the lock is held") { hold.isTaken }
    let table = ProcessTable(processID: server.processID)
    let before = try table.pauses()
    try stage.wait(until: "the server waits to write the outcome") { try table.pauses() > before + 30 }
    server.end()
    hold.release()
    #expect(stage.carriedOut == 1)
    #expect(stage.entries("intent").count == 1)
    #expect(stage.entries("outcome").isEmpty)
    _ = try repeatAfterRestart(stage)
  }

  @Test func `if killed after the outcome, the repeat is a duplicate`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    server.begin(1, "savings", KillTests.call)
    try stage.wait(until: "the outcome") { stage.entries("outcome").count == 1 }
    server.end()
    let answer = try repeatAfterRestart(stage, status: "duplicate")
    #expect(answer.content?["duplicate"] == true)
    #expect(stage.sandbox.apiRequestCount == 1)
  }

  @Test func `a call that may have run uses up the cap`() throws {
    let stage = try Stage(rule: ["limits: {per_day: 80.00, calls_per_day: 2}"])
    stage.sandbox.script([.hangAfterProcessing])
    let server = try stage.launchInitialized()
    server.begin(1, "savings", KillTests.call)
    try stage.wait(until: "the request") { stage.sandbox.moves.count == 1 }
    server.end()
    let next = try stage.launchInitialized()
    let refused = try next.call(1, "savings", ["amount": "50.00", "note": "another one"])
    #expect(refused.status == "rejected")
    #expect(refused.message.contains("per_day"))
    // The repeat is the same reservation, not a second one.
    #expect(try next.call(2, "savings", KillTests.call).status == "accepted")
    #expect(try next.call(3, "savings", ["amount": "30.00"]).status == "accepted")
    #expect(stage.carriedOut == 2)
  }

  @Test func `a restart voids an open question`() throws {
    let stage = try Stage(rule: ["confirm: always"])
    let server = try stage.launch()
    let state = try #require(try server.modernCall(1, "savings", KillTests.call).result?["requestState"])
    server.end()
    let next = try stage.launch()
    let answer = try next.modernCall(
      2, "savings", KillTests.call,
      answering: [
        ("inputResponses", ["confirm": ["action": "accept", "content": ["confirm": true]]]), ("requestState", state),
      ])
    #expect(answer.response["error"]?["code"] == -32602)
    #expect(stage.sandbox.apiRequestCount == 0)
  }

  @Test func `a torn last line is set aside and the rest counts`() throws {
    let stage = try Stage(rule: ["limits: {calls_per_day: 1}"])
    let server = try stage.launchInitialized()
    #expect(try server.call(1, "savings", KillTests.call).status == "accepted")
    server.end()
    let file = try FileHandle(forWritingTo: stage.stateDirectory.appendingPathComponent("ledger.jsonl"))
    try file.seekToEnd()
    try file.write(contentsOf: Data(#"{"type":"intent","id":"#.utf8))
    try file.close()
    _ = try stage.audit()
    let next = try stage.launchInitialized()
    #expect(try next.call(1, "savings", ["amount": 1]).message.contains("calls_per_day"))
    #expect(try next.call(2, "savings", KillTests.call).status == "duplicate")
    #expect(stage.entries("intent").count == 1)
  }
}
