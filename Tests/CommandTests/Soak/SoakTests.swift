import Foundation
import JSON
import TestSupport
import Testing

@testable import Sandbox

/// Hundreds of calls under random faults: afterwards the sandbox's list, the ledger and the answers agree.
@Suite(.enabled(if: ProcessTable.isThere), .waiting)
struct SoakTests {
  private static let callCount = 600
  /// The number of calls in progress at any time.
  private static let breadth = 24

  @Test(arguments: [20_261_122])
  func `the sandbox, the ledger and the answers agree, and nothing leaks or grows`(seed: UInt64) throws {
    let stage = try Stage(rule: ["limits: {per_day: 9000000.00}"], timeout: "5s")
    // Faults that delay a call by a second or more are left to the client's own tests.
    let faults = SandboxFault.quick.filter { !["rate-limit", "rate-limit-date"].contains($0.name) }
    stage.sandbox.scriptRandomly(seed: seed, percent: 30, from: faults)
    let server = try stage.launchInitialized(["--no-reload", "--log-level", "debug"])
    let table = ProcessTable(processID: server.processID)
    var answers: [Answer] = []
    var growth = Growth()
    for start in stride(from: 1, through: SoakTests.callCount, by: SoakTests.breadth) {
      let numbers = Array(start..<min(start + SoakTests.breadth, SoakTests.callCount + 1))
      for number in numbers { server.begin(JSONValue(number), "savings", SoakTests.arguments(number)) }
      // Reads in between use the same connections and faults as the triggers.
      server.begin(.string("read \(start)"), "get_accounts", [:])
      answers += try numbers.map { Answer(number: $0, answer: try server.finish(JSONValue($0))) }
      _ = try server.finish(.string("read \(start)"))
      try growth.note(table, calls: answers.count)
    }
    server.closeInput()
    #expect(try server.ending() == .exit(0))

    #expect(server.strayLines.isEmpty)
    try compare(answers, with: stage)
    expectNoSecret(stage, server)
    #expect(growth.descriptors <= 8, "descriptors grew by \(growth.descriptors)")
    // A lost answer of a mebibyte, of which each half has more than a dozen, would show.
    #expect(growth.kilobytes < 6 << 10, "memory grew by \(growth.kilobytes) KiB")
  }

  private static func arguments(_ number: Int) -> JSONValue {
    ["amount": JSONValue(number % 400 + 1), "note": .string("call \(number)")]
  }

  private struct Answer {
    let number: Int
    let answer: CallAnswer
  }

  /// The peak usage in each half of the calls: the second half has no more to do than the first.
  private struct Growth {
    private var descriptorPeaks = (first: 0, second: 0)
    private var kilobytePeaks = (first: 0, second: 0)

    var descriptors: Int { descriptorPeaks.second - descriptorPeaks.first }
    var kilobytes: Int { kilobytePeaks.second - kilobytePeaks.first }

    mutating func note(_ table: ProcessTable, calls: Int) throws {
      let half = calls <= SoakTests.callCount / 2 ? \(first: Int, second: Int).first : \.second
      if ProcessTable.showsFiles {
        descriptorPeaks[keyPath: half] = max(descriptorPeaks[keyPath: half], try table.descriptorCount())
      }
      kilobytePeaks[keyPath: half] = max(kilobytePeaks[keyPath: half], try table.anonymousKilobytes())
    }
  }

  private func compare(_ answers: [Answer], with stage: Stage) throws {
    let entries = try #require(try stage.audit()["entries"]?.arrayValue)
    #expect(entries.count == SoakTests.callCount)
    let byNote = Dictionary(grouping: entries) { $0["arguments"]?["note"]?.stringValue ?? "" }
    let moves = Dictionary(grouping: stage.sandbox.moves) { $0.idempotencyKey ?? "" }
    var counts: [String: Int] = [:]
    for item in answers {
      let answer = item.answer
      let key = try #require(answer.key, "\(answer.response)")
      let status = try #require(answer.status)
      counts[status, default: 0] += 1
      let entry = byNote["call \(item.number)"] ?? []
      #expect(entry.count == 1)
      #expect(entry.first?["outcome"]?.stringValue == status)
      #expect(entry.first?["idempotency_key"]?.stringValue == key)
      #expect(entry.first?["amount"]?.stringValue == "\(item.number % 400 + 1).00")
      let carriedOut = (moves[key] ?? []).filter(\.isCarriedOut)
      #expect(carriedOut.count <= 1, "\(key) ran more than once")
      #expect(carriedOut.allSatisfy { $0.body["note"]?.stringValue == "call \(item.number)" })
      switch status {
      case "accepted": #expect(carriedOut.count == 1, "\(answer.response)")
      case "rejected": #expect(carriedOut.isEmpty, "\(answer.response)")
      default: #expect(status == "unknown", "\(answer.response)")
      }
    }
    // Every move at the sandbox belongs to an answer.
    #expect(Set(moves.keys).isSubset(of: Set(answers.compactMap(\.answer.key))))
    #expect(Set(counts.keys) == ["accepted", "rejected", "unknown"], "the faults were not mixed: \(counts)")
  }

  private func expectNoSecret(_ stage: Stage, _ server: ServerProcess) {
    let ledger = (try? Data(contentsOf: stage.stateDirectory.appendingPathComponent("ledger.jsonl"))) ?? Data()
    #expect(!ledger.isEmpty)
    for (name, text) in [
      ("stdout", server.output), ("stderr", server.errorOutput),
      ("the ledger", String(decoding: ledger, as: UTF8.self)),
    ] {
      for secret in Stage.secrets {
        let forms = [secret, Data(secret.utf8).base64EncodedString()]
        #expect(forms.allSatisfy { !text.contains($0) }, "a secret is in \(name)")
      }
    }
  }
}
