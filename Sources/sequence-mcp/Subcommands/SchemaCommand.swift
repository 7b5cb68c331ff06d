import Config
import JSON

/// `schema`: the JSON Schema of the configuration, for editors.
enum SchemaCommand: Subcommand {
  static let name = "schema"
  static let summary = "print the JSON Schema of the configuration, for editors"
  static let details = """
    Prints a JSON Schema (2020-12) of the whole configuration language. Editors that use yaml-language-server complete and
    check the file with it when its first line is '# yaml-language-server: $schema=PATH'.
    """
  static let examples = ["schema > config.schema.json"]
  static let options: [Option] = []

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    console.out(JSONWriter.indentedText(ConfigurationSchema.document))
    return .success
  }
}
