import Config
import JSON
import Platform
import Rules
import Sandbox

/// `init`: the first configuration and the directory for its secrets, without questions.
enum InitCommand: Subcommand {
  static let name = "init"
  static let summary = "write a starter configuration"
  static let fromSandbox = Option.flag(
    "--from-sandbox", "write a configuration that runs at once with 'serve --sandbox'")
  static let options = [Option.config, fromSandbox]
  static let details = """
    Writes a commented config.yaml (readable only by you), the schema for editors, and a directory for secrets beside it. It
    never overwrites a file. 'sequence-mcp setup' does the same with questions and continues from there.
    """
  static let examples = ["init", "init --from-sandbox --config ./sandbox/config.yaml"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let place = ConfigurationPlace(named: arguments[.config], console)
    let folder = StarterFolder(place)
    let isSandbox = arguments.has(fromSandbox)
    guard FilePath.isAbsent(folder.configurationPath) else {
      guard FilePath.exists(folder.configurationPath), PathWalk(to: folder.configurationPath).danglingLink == nil else {
        throw .unreachable(folder.configurationPath)
      }
      console.error("\(console.shown(path: folder.configurationPath)) already exists; nothing was changed")
      return .judgedBad
    }
    try write(folder, isSandbox ? .sandbox : .starter(.remote), console)
    let option = place.option
    let next =
      isSandbox
      ? ["sequence-mcp tools\(option)", "sequence-mcp serve --sandbox\(option)"]
      : [
        "sequence-mcp secret set token\(option)", "sequence-mcp rule add\(option)",
        "sequence-mcp validate-config\(place.operand)",
        "sequence-mcp client-config claude-desktop --install\(option)",
      ]
    console.out("Next:\n" + next.map { "  " + $0 }.joined(separator: "\n"))
    return .success
  }

  /// What a first configuration is for.
  enum Template {
    case starter(SequenceAPIName)
    /// The sandbox's made-up rules and secrets.
    case sandbox

    fileprivate var text: String {
      switch self {
      case .starter(let api): StarterConfiguration.text(api)
      case .sandbox: SandboxCatalog.configurationYAML + "\n"
      }
    }

    fileprivate var samples: [SandboxSample] {
      switch self {
      case .starter: []
      case .sandbox: SandboxCatalog.samples
      }
    }
  }

  /// Writes the configuration, its schema and the directory of its secrets.
  static func write(_ folder: StarterFolder, _ template: Template, _ console: Console) throws(CommandError) {
    try folder.make()
    let file = FilePath.lastComponent(folder.configurationPath)
    let text = StarterConfiguration.modeline + template.text
    guard try folder.create(file, text) else { throw .unusable("\(folder.configurationPath) appeared in the meantime") }
    console.out("wrote \(console.shown(path: folder.configurationPath))")
    _ = try folder.create(
      StarterConfiguration.schemaName, JSONWriter.indentedText(ConfigurationSchema.document) + "\n")
    for sample in template.samples {
      let path = "secrets/\(sample.alias)"
      let isNew = try folder.create(path, sample.rule.apiSecret + "\n")
      console.out("\(isNew ? "wrote" : "kept ") \(console.shown(path: folder.path))/\(path)")
    }
  }
}
