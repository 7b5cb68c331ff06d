import Foundation
import JSON
import Platform
import TestSupport
import Testing

@testable import MCP

/// Mutated transcripts: on any input, the server neither ends nor hangs, and answers every request with an id exactly once.
@Suite struct FuzzTests {
  static let requests: [[UInt8]] = TranscriptTests.names.flatMap { name -> [[UInt8]] in
    let text = try? String(contentsOf: TranscriptTests.directory.appendingPathComponent(name), encoding: .utf8)
    return (text ?? "").split(separator: "\n").filter { $0.hasPrefix("> ") }.map { Array($0.utf8.dropFirst(2)) }
  }

  private static let snippets = [
    "null", "-1", "1e999", "\"\"", "{}", "[]", "\"id\":5,", "true", "\\u0000", "\\ud800", "\u{FEFF}", "[[[[", "}}}}",
    "\"method\":\"ping\"", "\"_meta\":{}", "\"requestState\":\"x\"", "\"jsonrpc\":\"2.0\"", "é", "\r", "\u{0}",
  ].map { Array($0.utf8) }

  private func mutated(_ line: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var line = line
    for _ in 0..<Int.random(in: 0...3, using: &random) where !line.isEmpty {
      let at = Int.random(in: 0..<line.count, using: &random)
      let end = min(line.count, at + Int.random(in: 1...8, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: line.removeSubrange(at..<end)
      case 1: line.insert(contentsOf: Self.snippets.randomElement(using: &random) ?? [], at: at)
      case 2: line[at] = UInt8.random(in: 0...255, using: &random)
      case 3: line.insert(contentsOf: line[at..<end], at: at)
      default: line.replaceSubrange(at..<end, with: Self.snippets.randomElement(using: &random) ?? [])
      }
    }
    return line.filter { $0 != 0x0A }
  }

  /// Returns the request with its own id, which identifies its one answer; nil if the line is not a request.
  private func numbered(_ line: [UInt8], _ number: Int) -> [UInt8]? {
    guard case .object(var object)? = try? JSONParser.parse(line) else { return nil }
    guard case .request = IncomingMessage(.object(object)) else { return nil }
    object["id"] = .string("fuzz-\(number)")
    return JSONWriter.write(.object(object))
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func `every request is answered exactly once`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let gate = Gate()
    gate.open()
    let wire = try Wire(FixtureProvider(gate: gate))
    var unanswered: Set<String> = []
    for number in 0..<1500 {
      let line = mutated(Self.requests.randomElement(using: &random) ?? [], &random)
      guard let request = numbered(line, number) else {
        // Not a notification that would cancel a numbered request, and not an answer to a question of the server.
        try wire.send(bytes: line + [0x0A])
        continue
      }
      try wire.send(bytes: request + [0x0A])
      let id = "fuzz-\(number)"
      var answers: [String] = []
      // An open stream has no answer, so its acknowledgement counts.
      while !answers.contains(where: { $0.contains(id) }) {
        guard let line = wire.receive() else { break }
        let message = try JSONParser.parse(line)
        if message["method"] == "elicitation/create", let question = message["id"] {
          try wire.send(#"{"jsonrpc":"2.0","id":\#(JSONWriter.text(question)),"result":{"action":"decline"}}"#)
        } else {
          answers.append(line)
        }
      }
      if !answers.contains(where: { $0.contains(id) }) { unanswered.insert(String(decoding: request, as: UTF8.self)) }
    }
    #expect(unanswered == [])
    // No numbered request is answered a second time at the end.
    let rest = wire.finish()
    #expect(!rest.contains { $0.contains(#""id":"fuzz-"#) })
    #expect(wire.isFinished())
  }

  @Test func `noise ends in an orderly exit`() throws {
    var random = SeededRandom(seed: 99)
    let wire = try Wire()
    let box = SendBox(wire)
    let reader = try Platform.Thread {
      // Only drains, so that the server is never blocked on its output.
      while box.wire.receive() != nil {}
    }
    for _ in 0..<200 {
      let noise = (0..<Int.random(in: 1...3000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      try wire.send(bytes: noise)
    }
    wire.closeInput()
    #expect(wire.isFinished())
    reader.join()
  }
}
