import Foundation
import JSON
import Testing

@testable import Sandbox

/// kill -9 at chance moments, so that windows which nobody thought of are hit as well.
struct RandomKillTests {
  private static let rounds = 40

  /// Each round repeats the call that the last one was killed in, then makes a new one and is killed within it.
  @Test(arguments: [20_261_122])
  func noCallRunsTwiceAndNoCapIsExceeded(seed: UInt64) throws {
    let capCents = 30_000
    let stage = try Stage(rule: ["limits: {per_day: \(capCents / 100).00}"])
    defer { stage.cleanUp() }
    var generator = SeededGenerator(seed: seed)
    var previous: JSONValue?
    for round in 1...RandomKillTests.rounds {
      let call: JSONValue = [
        "amount": JSONValue(Int.random(in: 5...15, using: &generator)), "note": .string("\(round)"),
      ]
      let server = try stage.launch()
      try server.initialize()
      if let previous {
        let answer = try server.call("again", "savings", previous)
        #expect(["accepted", "duplicate", "rejected"].contains(answer.status), "\(answer.response)")
        if answer.status == "rejected" { #expect(answer.message.contains("per_day"), "\(answer.response)") }
      }
      server.begin("new", "savings", call)
      // A trigger takes a few milliseconds: the moments are spread over all of it, and a little beyond.
      usleep(UInt32.random(in: 0...12_000, using: &generator))
      server.end()
      previous = call
    }
    let moves = stage.sandbox.moves.filter(\.isCarriedOut)
    // Every call has a note of its own.
    #expect(Set(moves.map { $0.body["note"] }).count == moves.count)
    #expect(moves.reduce(0) { $0 + ($1.body["amountInCents"]?.numberValue?.intValue ?? 0) } <= capCents)
    #expect(moves.count >= 15, "the cap was never reached: the test tests too little")
    let report = try stage.audit()
    let entries = try #require(report["entries"]?.arrayValue)
    #expect(Set(moves.map(\.idempotencyKey)).isSubset(of: Set(entries.map { $0["idempotency_key"]?.stringValue })))
  }
}
