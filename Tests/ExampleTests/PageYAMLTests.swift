import Config
import Foundation
import Rules
import SourceYAML
import Testing

/// The YAML on the pages is valid, except for the block that shows an error.
struct PageYAMLTests {
  /// Returns a whole file for a block. A block marked `rule` shows only some keys of one rule.
  private static func file(_ block: Page.Block) -> String {
    guard block.mark == "rule" else { return block.text }
    let lines =
      ["rule_id: ru_12345", "api_secret: {env: SAVE_SECRET}", "description: Saves."]
      + block.text.split(separator: "\n").map(String.init)
    return "version: 1\nlimits: {calls_per_30_days: 200}\nrules:\n  save:\n" + lines.map { "    \($0)\n" }.joined()
  }

  @Test(arguments: Page.all.flatMap(\.blocks).filter { $0.language == "yaml" && $0.mark != "wrong" })
  func `a block is valid without a warning`(block: Page.Block) {
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(
        source: SourceFile(name: block.page, bytes: Array(Self.file(block).utf8)), directory: "/home/ann/config")
    #expect(loaded.diagnostics.map { "\($0.range?.start.line ?? 0): \($0.message)" } == [])
    #expect(loaded.configuration != nil)
  }

  @Test func `every mark is one that is checked`() {
    let marks = Set(Page.all.flatMap(\.blocks).filter { $0.language == "yaml" }.map(\.mark))
    #expect(marks.isSubset(of: ["", "rule", "wrong"]))
  }
}
