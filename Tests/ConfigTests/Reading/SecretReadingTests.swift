import Secrets
import SourceYAML
import Testing

@testable import Config

/// Whatever stands in the place of a secret reference is shown nowhere.
struct SecretReadingTests {
  private static func file(_ secret: String) -> String {
    "version: 1\nrules:\n  save:\n    description: Puts money aside.\n    rule_id: ru_1\n    api_secret: \(secret)\n"
  }

  @Test(arguments: [
    "not-a-real-secret-1", "\"not-a-real-secret-1\"", "{value: not-a-real-secret-1}", "{vaule: not-a-real-secret-1}",
    "{env: \"not a real-secret-1\"}", "[not-a-real-secret-1]", "|\n      not-a-real-secret-1", "{not-a-real-secret-1}",
    "{env: A, secret: not-a-real-secret-1}", "'not-a-real-secret-1",
  ])
  func aSecretInTheFileIsNeverPrintedBack(secret: String) throws {
    let loaded = MarkedConfiguration(Self.file(secret)).loaded
    #expect(loaded.hasErrors)
    let source = try #require(loaded.source)
    let report = DiagnosticReport(fileNames: [source.name], sources: [source], diagnostics: loaded.diagnostics)
    for format in DiagnosticReport.Format.allCases {
      #expect(!report.render(format).contains("real-secret-1"))
    }
  }

  @Test func aBareSecretSaysHowToMoveItOut() {
    expectFindings(
      [("inline-secret", "'api_secret' stands in the file itself instead of naming where the secret is kept")],
      in: Self.file("⟦not-a-real-secret-1⟧"))
  }

  @Test func twoPlacesForOneSecretAreAMistake() {
    let fixture = MarkedConfiguration(Self.file("{env: A, ⟦file⟧: b}"))
    #expect(fixture.loaded.diagnostics.map(\.rule) == ["conflicting-keys"])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test(arguments: [
    ("{env: NAME}", SecretReference.environment("NAME")), ("{file: a}", .file("/home/ann/.config/a")),
    ("{file: ~/a}", .file("/home/ann/a")), ("{credential: a}", .credential("a")),
  ])
  func eachKindOfReferenceIsRead(text: String, reference: SecretReference) throws {
    #expect(try configuration(Self.file(text)).rules.map(\.apiSecret) == [reference])
  }

  private func findings(_ text: String, _ environment: [String: String]) -> [String] {
    let resolver = SecretResolver(environment: environment, scrubber: SecretScrubber())
    return MarkedConfiguration(text).loaded.checkSecrets(resolver)
      .map { "\($0.severity) \($0.rule) \($0.range?.start.line ?? 0)" }
  }

  @Test func aMissingSecretIsAnErrorAndAMissingDefaultTokenAWarning() {
    let expected = ["warning secret-env-missing 1", "error secret-env-missing 6"]
    #expect(findings(Self.file("{env: SAVE_SECRET}"), [:]) == expected)
  }

  @Test func secretsThatResolveAreNoFinding() {
    let environment = ["SAVE_SECRET": "not-a-real-secret-1", "SEQUENCE_ACCESS_TOKEN": "not-a-real-secret-2"]
    #expect(findings(Self.file("{env: SAVE_SECRET}"), environment) == [])
  }

  @Test func oneValueBehindTwoReferencesIsAWarning() {
    let environment = ["SAVE_SECRET": "not-a-real-secret-1", "SEQUENCE_ACCESS_TOKEN": "not-a-real-secret-1"]
    #expect(findings(Self.file("{env: SAVE_SECRET}"), environment) == ["warning access-token-as-rule-secret 6"])
  }

  @Test func aDisabledRulesSecretIsOnlyAWarning() {
    let environment = ["SEQUENCE_ACCESS_TOKEN": "not-a-real-secret-2"]
    let text = Self.file("{env: SAVE_SECRET}") + "    enabled: false\n"
    #expect(findings(text, environment) == ["warning secret-env-missing 6"])
  }

  @Test func aTokenThatNoToolUsesIsNotAskedFor() {
    #expect(findings("version: 1\ntools: {get_accounts: false}\n", [:]) == [])
  }

  @Test func eachFaultOfASecretAndATemplateHasAPage() {
    #expect(SecretFault.Kind.allCases.allSatisfy { DiagnosticRules.named($0.rawValue) != nil })
    #expect(TemplateFault.Kind.allCases.allSatisfy { DiagnosticRules.named($0.rawValue) != nil })
  }
}
