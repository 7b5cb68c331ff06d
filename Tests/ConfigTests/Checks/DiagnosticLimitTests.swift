import SourceYAML
import Testing

@testable import Config

/// The most diagnostics of a file.
struct DiagnosticLimitTests {
  @Test func `warnings alone, however many, leave a file valid`() {
    var lines = "rules:\n"
    for index in 0..<1_050 {
      lines += "  r\(index): {rule_id: ru_\(index), api_secret: {env: A\(index)}, description: d}\n"
    }
    let loaded = MarkedConfiguration("version: 1\n" + lines).loaded
    #expect(loaded.configuration != nil && !loaded.hasErrors)
    #expect(loaded.diagnostics.count == ReadingContext.diagnosticLimit + 1)
    #expect(loaded.diagnostics.contains { $0.id == "too-many-problems" && $0.severity == .warning })
  }

  @Test func `in a file that is not a configuration, only the first 500 keys are reported`() {
    let lines = (0..<2_000).map { "word\($0): 1\n" }.joined()
    let found = MarkedConfiguration("version: 1\n" + lines).loaded.diagnostics
    #expect(found.count <= 501 && found.last?.id == "too-many-problems")
  }

  @Test func `a secret after the last diagnostic is hidden from the excerpts of the others`() throws {
    let keys = (0..<600).map { "k\($0): 1, " }.joined()
    let loaded = MarkedConfiguration("version: 1\nsequence: {\(keys)access_tokem: ⟦hunter22⟧}\n")
    let range = try #require(loaded.ranges.first)
    #expect(loaded.loaded.source?.hiddenRanges.contains(range) == true)
  }

  @Test func `errors come first if the diagnostics are cut`() {
    var lines = "rules:\n"
    for index in 0..<1_050 {
      lines +=
        "  r\(index): {rule_id: ru_1, api_secret: {env: A}, description: d\(index == 1_049 ? ", oops: 1" : "")}\n"
    }
    let found = MarkedConfiguration("version: 1\n" + lines).loaded.diagnostics
    #expect(found.count == ReadingContext.diagnosticLimit + 1)
    #expect(found.contains { $0.id == "unknown-key" } && found.contains { $0.id == "too-many-problems" })
  }
}
