import Rules
import SourceYAML
import Testing

@testable import Config

struct SuggestionWordingTests {
  private static let types = ParameterType.allCases.map(\.rawValue)

  @Test(arguments: [
    ("dollars", "money"), ("amount", "money"), ("Currency", "money"), ("int", "integer"), ("bool", "boolean"),
    ("text", "string"), ("str", "string"), ("float", "number"), ("double", "number"), ("decimal", "number"),
    ("strng", "string"),
  ])
  func `another word for a type is understood`(word: String, type: String) {
    #expect(suggestion(for: word, among: Self.types) == "did you mean '\(type)'?")
  }

  @Test func `a word counts only where its name is a choice`() {
    #expect(suggestion(for: "amount", among: ["per_call", "cooldown"]) == nil)
  }

  @Test func `the short form of a bound is understood`() {
    let names = ParameterDraft.section.keys.map(\.name)
    #expect(suggestion(for: "max", among: names) == "did you mean 'maximum'?")
    #expect(suggestion(for: "min", among: names) == "did you mean 'minimum'?")
  }

  @Test(
    arguments: [
      ("Move to savings", "move_to_savings"), ("save.now", "save_now"), ("  save ", "save"), ("2save", nil), ("é", nil),
    ] as [(String, String?)])
  func `an alias is proposed`(text: String, alias: String?) throws {
    let loaded = MarkedConfiguration(
      DiagnosticExample.rules(
        "\"\(text)\": {rule_id: ru_1, api_secret: {env: SAVE_SECRET}, description: Puts money aside.}")
    ).loaded
    #expect(loaded.diagnostics.map(\.id) == ["bad-alias"])
    let help = try #require(loaded.diagnostics.first?.help)
    #expect(help.hasPrefix(alias.map { "did you mean '\($0)'? an alias" } ?? "an alias"))
  }
}
