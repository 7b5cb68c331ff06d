import JSON
import SourceYAML
import Testing

@testable import Config

/// The examples are checked as a user's file is, and the schema beside them is the program's own.
struct ExampleFilesTests {
  @Test(arguments: ExampleFiles.configurations)
  func exampleIsValidWithoutAWarning(path: String) throws {
    let loaded = try ExampleFiles.loaded(path)
    #expect(loaded.diagnostics.map { "\($0.range?.start.line ?? 0): \($0.message)" } == [])
    #expect(loaded.configuration != nil)
  }

  @Test(arguments: ExampleFiles.configurations)
  func exampleStartsWithAModelineThatNamesTheSchema(path: String) throws {
    let folder = path.hasPrefix("examples/") ? "./" : "./examples/"
    #expect(try ExampleFiles.text(path).hasPrefix("# yaml-language-server: $schema=\(folder)config.schema.json\n"))
  }

  @Test func thereAreTheExamplesThatTheReadmeNames() {
    #expect(
      ExampleFiles.configurations == [
        "config.example.yaml", "examples/contractors-and-taxes.yaml", "examples/minimal.yaml",
        "examples/profit-first.yaml", "examples/read-only.yaml", "examples/savings-and-bills.yaml",
        "examples/secrets.yaml",
      ])
  }

  @Test(arguments: ExampleFiles.configurations)
  func theReadmeLeadsToTheExample(path: String) {
    #expect(Page.readme.text.contains("](\(path))"))
  }

  @Test func schemaFileIsTheProgramsOwnSchema() throws {
    let file = try ExampleFiles.text("examples/config.schema.json")
    #expect(
      file == JSONWriter.indentedText(ConfigurationSchema.document) + "\n",
      "run: sequence-mcp schema > examples/config.schema.json")
  }

  @Test func referenceExampleUsesEveryKey() throws {
    let text = try ExampleFiles.text("config.example.yaml")
    func expectKeys<Value>(of section: Section<Value>) {
      for key in section.keys {
        #expect(text.contains("\(key.name):"), "\(key.name) is missing in config.example.yaml")
      }
    }
    expectKeys(of: Configuration.section)
    expectKeys(of: SequenceSettings.section)
    expectKeys(of: ServerSettings.section)
    expectKeys(of: GenericToolSettings.section)
    expectKeys(of: PlatformSettings.section)
    expectKeys(of: GetAccountsSettings.section)
    expectKeys(of: TriggerRuleSettings.section)
    expectKeys(of: Limits.ruleSection)
    expectKeys(of: Rule.section)
    expectKeys(of: Parameter.section)
    expectKeys(of: ConfirmationPolicy.section)
    expectKeys(of: RuleExample.section)
  }
}
