import Foundation
import Testing

/// Whole sessions, byte for byte, in one directory for each protocol version. `>` is a line from the client, `<` the line that
/// the server must send next, and `#` a remark. `@state@` is the random handle of the last question.
@Suite struct TranscriptTests {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Transcripts")

  static let names: [String] = {
    let found = FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(".jsonl") }.sorted()
  }()

  @Test func `every version has transcripts`() {
    let versions = Set(Self.names.map { String($0.prefix { $0 != "/" }) })
    #expect(versions.isSuperset(of: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"]))
  }

  @Test(arguments: names) func `a session goes as written`(name: String) throws {
    let file = Self.directory.appendingPathComponent(name)
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    let wire = try Wire()
    var state = ""
    var actual: [String] = []
    for line in lines {
      actual.append(String(line))
      if line.hasPrefix("> ") { try wire.send(line.dropFirst(2).replacingOccurrences(of: "@state@", with: state)) }
      guard line.hasPrefix("<") else { continue }
      var answer = wire.receive() ?? "nothing"
      if let found = answer.firstMatch(of: /"requestState":"([0-9a-f]{64})"/) {
        state = String(found.1)
        answer = answer.replacingOccurrences(of: state, with: "@state@")
      }
      actual[actual.count - 1] = "< " + answer
    }
    let rest = wire.finish()
    // To record a new transcript: leave its `<` lines empty, run with this variable, and review the result.
    if ProcessInfo.processInfo.environment["RECORD_TRANSCRIPTS"] != nil {
      try actual.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    }
    for (number, (expected, actual)) in zip(lines, actual).enumerated() {
      #expect(expected == actual, "\(name):\(number + 1)")
    }
    #expect(rest == [])
    #expect(wire.isFinished())
  }
}
