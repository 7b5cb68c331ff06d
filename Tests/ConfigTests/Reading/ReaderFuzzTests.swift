import Platform
import SourceYAML
import TestSupport
import Testing

@testable import Config

/// No text makes the reader crash or point outside the file.
struct ReaderFuzzTests {
  private static let seeds = [ConfigurationReaderTests.full] + DiagnosticKinds.all.map(\.badExample)

  @Test(arguments: 0..<8)
  func `mutated files are read with ranges inside them`(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed) &* 977 &+ 1)
    for _ in 0..<60 {
      let bytes = Self.mutated(&random)
      let loaded = ConfigurationLoader(environment: [:])
        .check(source: SourceFile(name: "config.yaml", bytes: bytes), directory: "/")
      #expect(loaded.configuration != nil || loaded.hasErrors)
      let ranges = loaded.diagnostics.compactMap(\.range) + loaded.diagnostics.flatMap { $0.related.map(\.range) }
      #expect(ranges.allSatisfy { $0.start.byte <= $0.end.byte && $0.end.byte <= bytes.count })
      #expect(ranges.allSatisfy { $0.start.line >= 1 && $0.start.column >= 1 })
    }
  }

  @Test(
    arguments: [
      ("version: 1\n", "unk%: 1\n"), ("version: 1\nserver:\n", "unk%: 1\n"),
      (DiagnosticExample.rule(""), "    unk%: 1\n"),
      (DiagnosticExample.rule("parameters:"), "      p%: {type: string}\n"),
      ("version: 1\nrules: \"\n", "=======\n"),
    ])
  func `ten times as many entries cost about ten times the work`(head: String, line: String) {
    func seconds(_ count: Int) -> Double {
      let lines = (0..<count).map { line.replacing("%", with: "\($0)") }.joined()
      return processorSeconds { _ = MarkedConfiguration(head + lines).loaded }
    }
    _ = seconds(10)
    // A hundred times, if each entry is compared with every other.
    #expect(seconds(3_000) < 40 * max(seconds(300), 0.005))
  }

  @Test func `ten times as many parameters in the payload cost about ten times the work`() {
    func seconds(_ count: Int) -> Double {
      let names = (0..<count).map { "p\($0)" }
      let text = DiagnosticExample.rule(
        "parameters:\n" + names.map { "  \($0): {type: string}\n" }.joined() + "payload:\n"
          + names.map { "  \($0): \"{{ \($0) }}\"\n" }.joined())
      return processorSeconds { _ = MarkedConfiguration(text).loaded }
    }
    _ = seconds(10)
    #expect(seconds(3_000) < 40 * max(seconds(300), 0.005))
  }

  @Test func `one line of many misspelt placeholders costs linear time`() {
    let text = """
      version: 1
      rules:
        save:
          rule_id: ru_1
          api_secret: {env: SAVE_SECRET}
          description: Puts money aside.
          payload: {note: "\(String(repeating: "{{x}}", count: 10_000))"}
      """
    var loaded: LoadedConfiguration?
    let seconds = processorSeconds { loaded = MarkedConfiguration(text).loaded }
    // Counting the columns of each from the start of the line would take minutes.
    #expect(seconds < 10)
    #expect(loaded?.diagnostics.last?.id == "too-many-problems")
  }

  private static func mutated(_ random: inout SeededRandom) -> [UInt8] {
    var bytes = Array(seeds[random.below(seeds.count)].utf8)
    let pieces = [
      "{", "}", "[", "]", ": ", "\n", "  ", "&a ", "*a", "<<: ", "\"", "'", "{{ ", " }}", "null", "0x1F", "é", "- ",
      "|\n",
    ]
    for _ in 0...random.below(4) {
      let place = random.below(bytes.count + 1)
      switch random.below(4) {
      case 0: bytes.insert(contentsOf: Array(pieces[random.below(pieces.count)].utf8), at: place)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(12)))
      case 2: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
      default:
        let other = random.below(bytes.count + 1)
        bytes.insert(contentsOf: Array(bytes[min(place, other)..<max(place, other)].prefix(60)), at: place)
      }
    }
    return bytes
  }
}
