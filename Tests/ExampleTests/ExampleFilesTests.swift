import JSON
import Rules
import Secrets
import SourceYAML
import Testing

@testable import Config

/// The examples are checked like a user's file, and the schema next to them is the program's own.
struct ExampleFilesTests {
  @Test(arguments: ExampleFiles.configurations)
  func `an example is valid without a warning`(path: String) throws {
    let loaded = try ExampleFiles.loaded(path)
    #expect(loaded.diagnostics.map { "\($0.range?.start.line ?? 0): \($0.message)" } == [])
    #expect(loaded.configuration != nil)
  }

  @Test(arguments: ExampleFiles.configurations)
  func `an example starts with a modeline that names the schema`(path: String) throws {
    let directory = path.hasPrefix("examples/") ? "./" : "./examples/"
    #expect(try ExampleFiles.text(path).hasPrefix("# yaml-language-server: $schema=\(directory)config.schema.json\n"))
  }

  @Test(
    arguments: [
      "contractors-and-taxes", "minimal", "pay-credit-cards", "profit-first", "read-only", "refill-bills",
      "reimburse-contractor", "savings-and-bills", "secrets", "set-taxes-aside",
    ])
  func `the uses that the catalog promises are there`(name: String) {
    #expect(ExampleFiles.configurations.contains("examples/\(name).yaml"))
  }

  @Test(arguments: ExampleFiles.configurations)
  func `the catalog leads to each example, and the README to the catalog`(path: String) throws {
    let name = path.hasPrefix("examples/") ? String(path.dropFirst("examples/".count)) : "../" + path
    #expect(try ExampleFiles.text("examples/README.md").contains("](\(name))"))
    #expect(Page.readme.text.contains("](examples/README.md)"))
  }

  @Test func `the schema file is the program's own schema`() throws {
    let file = try ExampleFiles.text("examples/config.schema.json")
    #expect(
      file == JSONWriter.indentedText(ConfigurationSchema.document) + "\n",
      "run: sequence-mcp schema > examples/config.schema.json")
  }

  @Test func `the reference example uses every key`() throws {
    let text = try ExampleFiles.text("config.example.yaml")
    func expectKeys<Value>(of section: Section<Value>) {
      for key in section.keys {
        #expect(text.contains("\(key.name):"), "\(key.name) is missing in config.example.yaml")
      }
    }
    expectKeys(of: ConfigurationDraft.section)
    expectKeys(of: SequenceDraft.section)
    expectKeys(of: ServerDraft.section)
    expectKeys(of: ToolsDraft.section)
    expectKeys(of: PlatformDraft.section)
    expectKeys(of: GetAccountsDraft.section)
    expectKeys(of: TriggerRuleDraft.section)
    expectKeys(of: LimitsDraft.ruleSection)
    expectKeys(of: RuleDraft.section)
    expectKeys(of: ParameterDraft.section)
    expectKeys(of: ConfirmationDraft.section())
    expectKeys(of: ExampleDraft.section)
    expectKeys(of: AnnotationsDraft.section)
    for key in SecretSource.all.map(\.key) + ["cache"] {
      #expect(text.contains("\(key): "), "\(key) is missing in config.example.yaml")
    }
  }
}
