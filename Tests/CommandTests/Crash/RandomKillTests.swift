import Foundation
import JSON
import Platform
import Sandbox
import TestSupport
import Testing

/// kill -9 at random moments, to hit windows that nobody thought of.
@Suite(.waiting) struct RandomKillTests {
  struct Run: CustomTestStringConvertible {
    let testDescription: String
    let seed: UInt64
    /// Whether the first line of each round's ledger makes it rotate.
    let rotates: Bool
  }

  private static let rounds = 36
  private static let capCents = 60_000

  /// Each round repeats the calls that the last one was killed in, then makes new ones and is killed within them.
  @Test(arguments: [
    Run(testDescription: "appending", seed: 20_261_122, rotates: false),
    Run(testDescription: "rotating", seed: 20_261_123, rotates: true),
  ])
  func `no call runs twice and no cap is exceeded`(run: Run) throws {
    let stage = try Stage(rule: ["limits: {per_day: \(RandomKillTests.capCents / 100).00}"])
    var generator = SeededRandom(seed: run.seed)
    // The duration of two calls, and a little longer.
    var span = try RandomKillTests.microsecondsOfACall(stage) * 2
    var previous: [JSONValue] = []
    var answered = 0
    for round in 1...RandomKillTests.rounds {
      if run.rotates { try RandomKillTests.makeItRotate(stage) }
      let calls: [JSONValue] = (1...2).map { number in
        ["amount": JSONValue(Int.random(in: 5...15, using: &generator)), "note": .string("\(round).\(number)")]
      }
      let server = try stage.launchInitialized()
      for (number, call) in previous.enumerated() {
        let answer = try server.call(.string("again \(number)"), "savings", call)
        #expect(["accepted", "duplicate", "rejected"].contains(answer.status), "\(answer.response)")
        if answer.status == "rejected" { #expect(answer.message.contains("per_day"), "\(answer.response)") }
      }
      for (number, call) in calls.enumerated() { server.begin(JSONValue(number), "savings", call) }
      usleep(UInt32.random(in: 0...span, using: &generator))
      server.end()
      let finished = server.answerCounts.answers - previous.count - 1
      // However busy the machine is or becomes, the kills come neither always before the answers nor always after them.
      if finished == 0 { span = min(span * 4 / 3 + 1, 900_000) } else if finished == calls.count { span = span * 3 / 4 }
      answered += finished
      previous = calls
    }
    let moves = stage.sandbox.moves.filter(\.isCarriedOut)
    // Every call has its own note.
    #expect(Set(moves.map { $0.body["note"] }).count == moves.count)
    #expect(moves.reduce(0) { $0 + ($1.body["amountInCents"]?.numberValue?.intValue ?? 0) } <= RandomKillTests.capCents)
    try checkAudit(stage, moves)
    // Some calls must have been answered before the kill and some not; otherwise the test covers too little.
    let total = RandomKillTests.rounds * 2
    #expect((1..<total).contains(answered), "\(answered) of \(total) calls were answered in spite of the kill")
  }

  private func checkAudit(_ stage: Stage, _ moves: [SandboxMove]) throws {
    let entries = try #require(try stage.audit()["entries"]?.arrayValue)
    let keys = entries.map { $0["idempotency_key"]?.stringValue }
    #expect(Set(moves.map(\.idempotencyKey)).isSubset(of: Set(keys)))
    // A first attempt is listed once, no matter what happened to the file that contained it.
    let firsts = entries.filter { $0["repeat"] == false }.map { $0["idempotency_key"]?.stringValue }
    #expect(Set(firsts).count == firsts.count)
  }

  /// Measures how long a server's first call takes on this machine.
  private static func microsecondsOfACall(_ stage: Stage) throws -> UInt32 {
    let server = try stage.launchInitialized()
    let start = Date()
    _ = try server.call(1, "savings", ["amount": 1, "note": "to measure"])
    defer { server.end() }
    return UInt32(Date().timeIntervalSince(start) * 1_000_000)
  }

  /// Lowers the size at which the ledger rotates, in its first line.
  private static func makeItRotate(_ stage: Stage) throws {
    let file = stage.stateDirectory.appendingPathComponent("ledger.jsonl")
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let lowered = text.replacingOccurrences(of: "\"rotate_at\":33554432", with: "\"rotate_at\":1")
    try Data(lowered.utf8).write(to: file)
  }
}
