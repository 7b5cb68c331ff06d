import Foundation
import SourceYAML
import Testing

@testable import Config

@Suite struct LookAlikeCheckTests {
  @Test(arguments: [
    ("rules:\n  save:\n    rule_id:⟦\u{A0}⟧ru_1\n    api_secret: {env: SAVE}\n    description: x\n", "a plain space"),
    ("server:\n⟦\u{A0}⟧\u{A0}title: x\n", "a plain space"), ("server: {title⟦：⟧ x}\n", "a colon (:)"),
    (
      "rules:\n  save:\n    rule_id⟦：⟧ru_1\n    api_secret: {env: SAVE}\n    description: x\n",
      "a colon and a space (: )"
    ),
    ("server⟦：⟧{title: x}\nlimits: {calls_per_day: 1}\n", "a colon and a space (: )"),
    ("s⟦е⟧rver: {title: x}\n", "the letter 'e'"),
    (
      "rules:\n  save:\n    rule_id: ru_1\n    api_secret: {env: ⟦“⟧SAVE”}\n    description: x\n",
      "a straight quote (\")"
    ),
    (
      "rules:\n  save:\n    rule_id: ru_1\n    api_secret: {file: ⟦“⟧save”}\n    description: x\n",
      "a straight quote (\")"
    ),
    ("state_dir: ⟦“⟧~/state”\n", "a straight quote (\")"),
    ("rules:\n  save:\n    rule_id: ru⟦–⟧1\n    api_secret: {env: SAVE}\n    description: x\n", "a hyphen (-)"),
    ("rules:\n  save:\n    rule_id: ru_1⟦е⟧\n    api_secret: {env: SAVE}\n    description: x\n", "the letter 'e'"),
    ("limits: {per_day: 5⟦０⟧0}\n", "a digit"), ("tools: {trigger_rule: {confirm: alw⟦а⟧ys}}\n", "the letter 'a'"),
  ])
  func `A look-alike is named once, at its place`(marked: String, meant: String) throws {
    let text = "version: 1\n" + marked
    let start = try #require(text.range(of: "⟦")).lowerBound
    let byte = text[..<start].utf8.count
    let plain = text.filter { $0 != "⟦" && $0 != "⟧" }
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: SourceFile(name: "f", bytes: Array(plain.utf8)), directory: "/home/ann")
    let errors = loaded.diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.rule) == ["look-alike-character"])
    #expect(errors.first?.range?.start.byte == byte)
    #expect(errors.first?.message.hasPrefix("<U+") == true)
    #expect(errors.first?.message.hasSuffix(" only looks like \(meant)") == true)
  }

  @Test(arguments: ["title: Café\u{A0}noir", "title: “My” money", "title: Сбережения", "title: a – b", "title: a：b"])
  func `Such a character in a valid text is left alone`(line: String) {
    let text = "version: 1\nserver: {\(line)}\n"
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: SourceFile(name: "f", bytes: Array(text.utf8)), directory: "/home/ann")
    #expect(loaded.diagnostics.map(\.message) == [])
  }

  @Test(
    "a sentence's own punctuation hides no other fault",
    arguments: ["注意：请先确认金额。", "请先确认金额：", "See the note：first."])
  func sentence(line: String) {
    let text = "version: 1\nserver:\n  title: >\n    The bank.\n    \(line)\nlimits: 5\n"
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: SourceFile(name: "f", bytes: Array(text.utf8)), directory: "/home/ann")
    #expect(loaded.diagnostics.filter { $0.severity == .error }.map(\.rule) == ["wrong-type"])
  }
}
