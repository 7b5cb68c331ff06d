import Config
import Foundation
import SourceYAML
import Testing

/// The YAML that README.md shows is right, but for the block that shows a mistake.
struct ReadmeYAMLTests {
  /// A block marked `rule` shows some keys of one rule; the others are whole files.
  private static func file(_ block: Readme.Block) -> String {
    guard block.mark == "rule" else { return block.text }
    let lines =
      ["rule_id: ru_12345", "api_secret: {env: SAVE_SECRET}", "description: Saves."]
      + block.text.split(separator: "\n").map(String.init)
    return "version: 1\nrules:\n  save:\n" + lines.map { "    \($0)\n" }.joined()
  }

  @Test(arguments: Readme.blocks.filter { $0.language == "yaml" && $0.mark != "wrong" })
  func blockIsValidWithoutAWarning(block: Readme.Block) {
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(
        source: SourceFile(name: "README.md", bytes: Array(Self.file(block).utf8)), directory: "/home/ann/config")
    #expect(loaded.diagnostics.map { "\($0.range?.start.line ?? 0): \($0.message)" } == [])
    #expect(loaded.configuration != nil)
  }

  @Test func marksAreThoseThatAreChecked() {
    let marks = Set(Readme.blocks.filter { $0.language == "yaml" }.map(\.mark))
    #expect(marks.isSubset(of: ["", "rule", "wrong"]))
  }
}
