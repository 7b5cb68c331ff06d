import Foundation
import SourceYAML
import Testing

@testable import Config

@Suite struct LookAlikeCheckTests {
  @Test(arguments: [
    "title: ⟦“Save”⟧", "title: Save\nparameters:\n  a: {type: string, description: ⟦‘Why’⟧}\npayload: {a: \"{{ a }}\"}",
    "payload: {source: ⟦“mcp”⟧}", "payload: {list: [⟦«mcp»⟧]}",
    "parameters:\n  a: {enum: [⟦“low”⟧, high]}\npayload: {a: \"{{ a }}\"}",
    "parameters:\n  a: {type: string, default: ⟦“low”⟧}\npayload: {a: \"{{ a }}\"}",
  ])
  func `typographic quotes around a text are a part of it`(lines: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.rule(lines))
    let diagnostics = fixture.loaded.diagnostics
    #expect(diagnostics.map(\.id) == ["look-alike-character"] && diagnostics.map(\.severity) == [.warning])
    #expect(diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test(arguments: [
    "title: “Save” or “Spend”", "title: The “pod”", "title: ’Tis so", "title: \"“Save”\"",
    "parameters:\n  a: {type: string, pattern: '“.*”'}\npayload: {a: \"{{ a }}\"}",
  ])
  func `quotes inside a text pass`(line: String) throws {
    _ = try configuration(DiagnosticExample.rule(line))
  }

  @Test(arguments: ["payload:\n  a: !!str", "parameters:\n  a:\n    type: string\n    default: !!str"])
  func `a text without a character, at the end of the file, is read like any other`(end: String) {
    var text = DiagnosticExample.rule(end)
    while text.last == "\n" { text.removeLast() }
    #expect(MarkedConfiguration(text).loaded.diagnostics.allSatisfy { $0.id != "look-alike-character" })
  }

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
    ("limits: {per_day: 5⟦０⟧0}\n", "the digit 0"), ("tools: {trigger_rule: {confirm: alw⟦а⟧ys}}\n", "the letter 'a'"),
  ])
  func `a look-alike is named once, at its place`(marked: String, meant: String) throws {
    let text = "version: 1\n" + marked
    let start = try #require(text.range(of: "⟦")).lowerBound
    let byte = text[..<start].utf8.count
    let plain = text.filter { $0 != "⟦" && $0 != "⟧" }
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: SourceFile(name: "f", bytes: Array(plain.utf8)), directory: "/home/ann")
    let errors = loaded.diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.id) == ["look-alike-character"])
    #expect(errors.first?.range?.start.byte == byte)
    #expect(errors.first?.message.hasPrefix("<U+") == true)
    #expect(errors.first?.message.hasSuffix(" only looks like \(meant)") == true)
  }

  @Test(
    arguments: [
      (
        "rules:\n  m⟦оvе_tо_sаvі⟧ngs:\n    rule_id: ru_1\n    api_secret: {env: SAVE}\n    description: x\n",
        [("043E", "o"), ("0435", "e"), ("0430", "a"), ("0456", "i")], "move_to_savings"
      ),
      ("s⟦еrvе⟧r: {title: x}\n", [("0435", "e")], nil),
      ("tools: {trigger_rule: {confirm: ⟦аlwау⟧s}}\n", [("0430", "a"), ("0443", "y")], "always"),
      ("⟦ｌｉｍ⟧its: {calls_per_day: 1}\n", [("FF4C", "l"), ("FF49", "i"), ("FF4D", "m")], "limits"),
    ] as [(String, [(code: String, letter: String)], String?)])
  func `the look-alikes of one word are one diagnostic, which names each character once`(
    marked: String, characters: [(code: String, letter: String)], help: String?
  ) throws {
    let fixture = MarkedConfiguration("version: 1\n" + marked)
    let errors = fixture.loaded.diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.id) == ["look-alike-character"])
    #expect(errors.compactMap(\.range) == fixture.ranges)
    let message = try #require(errors.first?.message)
    let codes = message.split(separator: "<U+").map { String($0.prefix(4)) }
    #expect(codes == characters.map(\.code), "\(message)")
    for character in characters { #expect(message.contains(" like the letter '\(character.letter)'"), "\(message)") }
    if let help { #expect(errors.first?.help == "type '\(help)' in plain letters") }
  }

  @Test(arguments: ["“Move to savings” rule", "– the rule", "с карты на счёт"])
  func `a line of a text hides no fault below it`(line: String) {
    let fixture = MarkedConfiguration(
      "version: 1\nserver:\n  title: >-\n    Runs the\n    \(line)\n  read_only: ⟦yes⟧\n")
    fixture.expectIDs(["wrong-type"])
  }

  @Test(arguments: [[0x01], [0x61, 0x01]] as [[UInt8]])
  func `a control character before bytes that are not UTF-8 is reported`(start: [UInt8]) {
    let bytes = start + Array(repeating: 0xFF, count: 9) + Array("а: 1\n".utf8)
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: SourceFile(name: "f", bytes: bytes), directory: "/home/ann")
    #expect(loaded.diagnostics.map(\.id) == ["yaml-syntax"])
  }

  @Test func `a look-alike hides no missing key of another mapping`() {
    let fixture = MarkedConfiguration(
      DiagnosticExample.rule("l⟦і⟧mits: {calls_per_day: 5}")
        + "  ⟦other⟧:\n    rule_id: ru_2\n    description: Puts more money aside.\n")
    fixture.expectIDs(["look-alike-character", "missing-key"])
  }

  @Test(arguments: ["сбережения", "εξοικονόμηση"])
  func `a name in another script has no look-alikes`(alias: String) {
    let text = "version: 1\nrules:\n  \(alias):\n    rule_id: ru_1\n    api_secret: {env: SAVE}\n    description: x\n"
    #expect(MarkedConfiguration(text).loaded.diagnostics.filter { $0.severity == .error }.map(\.id) == ["bad-alias"])
  }

  @Test(arguments: ["title: Café\u{A0}noir", "title: “My” money", "title: Сбережения", "title: a – b", "title: a：b"])
  func `a look-alike in a valid text is left alone`(line: String) {
    let text = "version: 1\nserver: {\(line)}\n"
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: SourceFile(name: "f", bytes: Array(text.utf8)), directory: "/home/ann")
    #expect(loaded.diagnostics.map(\.message) == [])
  }

  @Test(
    arguments: ["注意：请先确认金额。", "请先确认金额：", "See the note：first."])
  func `a sentence's own punctuation hides no other fault`(line: String) {
    let text = "version: 1\nserver:\n  title: >\n    The bank.\n    \(line)\nlimits: 5\n"
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: SourceFile(name: "f", bytes: Array(text.utf8)), directory: "/home/ann")
    #expect(loaded.diagnostics.filter { $0.severity == .error }.map(\.id) == ["wrong-type"])
  }
}
