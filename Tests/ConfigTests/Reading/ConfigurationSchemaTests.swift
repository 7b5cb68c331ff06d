import JSON
import SourceYAML
import TestSupport
import Testing

@testable import Config

struct ConfigurationSchemaTests {
  private let checker = SchemaChecker(ConfigurationSchema.document)

  /// Returns the YAML as an editor's schema validator sees it.
  private func value(_ text: String) throws -> JSONValue {
    let root = try #require(YAMLDocument.parse(SourceFile(name: "config.yaml", bytes: Array(text.utf8))).root)
    var context = ReadingContext(
      file: SourceFile(name: "", bytes: []), paths: PathResolver(directory: "/", homeDirectory: nil))
    let value = context.json(of: root, KeyContext(key: ""))?.value
    return try #require(value)
  }

  @Test func `it accepts the whole language`() throws {
    #expect(checker.accepts(try value(ConfigurationReaderTests.full.replacing("012345", with: "ru_1"))))
  }

  @Test(arguments: DiagnosticKinds.all.filter { $0.markedBadExample != nil }.map(\.id))
  func `it accepts each good example`(id: String) throws {
    let kind = try #require(DiagnosticKinds.named(id))
    #expect(checker.accepts(try value(kind.goodExample)))
  }

  @Test(arguments: [
    "unknown-key", "missing-key", "wrong-type", "empty-value", "unknown-value", "bad-duration", "inline-secret",
    "unsupported-version", "payload-not-mapping", "bad-alias", "bad-rule-id", "bad-parameter-name", "parameter-taken",
    "too-many-entries",
  ])
  func `it refuses what a schema can refuse`(id: String) throws {
    let kind = try #require(DiagnosticKinds.named(id))
    #expect(!checker.accepts(try value(kind.badExample)))
  }

  @Test(
    arguments: [
      DiagnosticExample.rule("confirm: {}"), DiagnosticExample.amount("confirm: {above: 5, when: always}"),
      DiagnosticExample.top("tools: {trigger_rule: {confirm: {ask: [client]}}}"),
      DiagnosticExample.rule("parameters: {a: {}}\npayload: {a: \"{{ a }}\"}"),
      DiagnosticExample.platform("payload: {a: 1}"), DiagnosticExample.rule("simulate: always"),
      DiagnosticExample.amount("examples:\n  - arguments: {amount: 5}"),
      DiagnosticExample.amount("examples:\n  - {arguments: {amount: 5}, payload: {amountInCents: 500}, error: amount}"),
    ])
  func `it refuses a mapping without the key that it needs, or with one too many`(text: String) throws {
    #expect(MarkedConfiguration(text).loaded.hasErrors)
    #expect(!checker.accepts(try value(text)))
  }

  @Test(
    arguments: [
      DiagnosticExample.parameter("type: number\nmultipleOf: 0"),
      DiagnosticExample.parameter("type: boolean\nminLength: 1"),
      DiagnosticExample.parameter("type: money\nminimum: -5\nmaximum: 9"),
      DiagnosticExample.rule(alias: "trigger_rule"),
      DiagnosticExample.rule(alias: "configuration_error"), DiagnosticExample.rule(secret: "{env: $NOPE}"),
      DiagnosticExample.rule(secret: "{credential: a/b}"), DiagnosticExample.top("sequence: {timeout: 0s}"),
      DiagnosticExample.rule("limits: {cooldown: 00m}"),
      DiagnosticExample.top("sequence: {base_url: api.getsequence.io}"),
      DiagnosticExample.top("sequence: {trigger_path: /rules/trigger}"),
    ])
  func `it refuses a value that is never valid`(text: String) throws {
    #expect(MarkedConfiguration(text).loaded.hasErrors)
    #expect(!checker.accepts(try value(text)))
  }

  @Test func `it describes every key and its default`() {
    let rule = ConfigurationSchema.document["$defs"]?["rule"]
    #expect(rule?["properties"]?["dedupe_window"]?["default"] == "2m")
    #expect(rule?["properties"]?["enabled"]?["default"] == true)
    #expect(rule?["properties"]?["rule_id"]?["description"] == "The id of the Sequence rule that the tool triggers.")
    #expect(ConfigurationSchema.document["properties"]?["sequence"]?["$ref"] == "#/$defs/sequence")
  }
}
