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
    "--from-sandbox", "write a configuration of the sandbox, which works at once")
  static let options = [Option.config, Option.stateDirectory, fromSandbox]
  static let details = """
    Writes a commented config.yaml (readable only by you), the schema for editors, and a directory for secrets beside it. It
    never overwrites a file. 'sequence-mcp setup' does the same with questions and continues from there.
    """
  static let examples = ["init", "init --from-sandbox --config ./sandbox/config.yaml"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let place = ConfigurationLocation(named: arguments[.config], console)
    try place.requireMeant()
    let directory = StarterDirectory(place)
    let isSandbox = arguments.has(fromSandbox)
    guard FilePath.isAbsent(directory.configurationPath) else {
      guard FilePath.exists(directory.configurationPath), PathWalk(to: directory.configurationPath).danglingLink == nil
      else {
        throw .unreachable(directory.configurationPath)
      }
      try directory.requireFile()
      console.error("\(console.shown(path: directory.configurationPath)) already exists; nothing was changed")
      return .failure
    }
    try write(directory, isSandbox ? .sandbox : .remote, console)
    let places = ClientLocations.ofThisSystem(console)
    // Without a client here, the list of all.
    let client = Clients.all.first { $0.isFound(places) }
    let next =
      isSandbox
      ? [arguments.next(ToolsCommand.self), arguments.next(CallCommand.self, "move_to_savings", "amount=5")]
      : [
        arguments.next(SecretCommand.self, "set", "token"), arguments.next(RuleCommand.self, "add"),
        arguments.next(ValidateConfigCommand.self),
        arguments.next(ClientConfigCommand.self, client?.configWords() ?? []),
      ]
    console.out("Next:\n" + next.map { "  " + $0 }.joined(separator: "\n"))
    if let file = try? OwnerFile(arguments, console) { console.remark(lagging: file.laggingServers) }
    return .success
  }

  /// The kind of a first configuration.
  enum Template: String, CaseIterable {
    /// The owner's account, over one of Sequence's APIs.
    case remote, platform
    /// The sandbox's made-up rules and secrets.
    case sandbox

    /// The content of the file when it is first written.
    var fileText: String {
      StarterConfiguration.modeline
        + (self == .sandbox
          ? SandboxCatalog.configurationYAML + "\n" : StarterConfiguration.text(self == .remote ? .remote : .platform))
    }

    fileprivate var samples: [SandboxSample] { self == .sandbox ? SandboxCatalog.samples : [] }
  }

  /// Writes the configuration, its schema and the directory of its secrets.
  static func write(_ directory: StarterDirectory, _ template: Template, _ console: Console) throws(CommandError) {
    try directory.make()
    let schema = StarterConfiguration.schemaName
    var samples: [(path: String, isNew: Bool)] = []
    var isNewSchema = false
    // The configuration comes last: as long as it is missing, this can be run again.
    do throws(CommandError) {
      isNewSchema = try directory.create(schema, JSONWriter.indentedText(ConfigurationSchema.document) + "\n")
      for sample in template.samples { samples.append(try create(sample, directory)) }
      guard try directory.create(FilePath.lastComponent(directory.configurationPath), template.fileText) else {
        throw .unusable("\(directory.configurationPath) appeared in the meantime")
      }
    } catch {
      for path in samples.filter(\.isNew).map(\.path) + (isNewSchema ? [schema] : []) { directory.remove(path) }
      throw error
    }
    console.out("wrote \(console.shown(path: directory.configurationPath))")
    printFiles([(schema, isNewSchema)] + samples, directory, console)
  }

  /// Replaces a first configuration that nobody changed by another one, and deletes the former's made-up secrets.
  static func replace(
    _ present: Template, with template: Template, in directory: StarterDirectory, _ console: Console
  ) throws(CommandError) {
    try TextFile(at: directory.configurationPath).replace(with: Array(template.fileText.utf8))
    console.out("replaced \(console.shown(path: directory.configurationPath))")
    for sample in present.samples {
      let text = Array((sample.rule.apiSecret + "\n").utf8)
      let isUnchanged = try TextFile(at: directory.path + "/" + sample.secretFile).bytes == text
      if isUnchanged { directory.remove(sample.secretFile) }
    }
    printFiles(
      try template.samples.map { sample throws(CommandError) in try create(sample, directory) }, directory, console)
  }

  private static func create(
    _ sample: SandboxSample, _ directory: StarterDirectory
  ) throws(CommandError) -> (path: String, isNew: Bool) {
    (sample.secretFile, try directory.create(sample.secretFile, sample.rule.apiSecret + "\n"))
  }

  private static func printFiles(
    _ files: [(path: String, isNew: Bool)], _ directory: StarterDirectory, _ console: Console
  ) {
    for file in files {
      console.out("\(file.isNew ? "wrote" : "kept ") \(console.shown(path: directory.path))/\(file.path)")
    }
  }
}
