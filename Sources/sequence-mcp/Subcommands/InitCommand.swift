import Config
import Rules
import Platform
import Sandbox
import SourceYAML

/// `init`: the first configuration, its secrets and its rules, without an editor.
enum InitCommand: Subcommand {
  static let name = "init"
  static let summary = "write a starter configuration; add a rule or the access token by questions"
  static let operands = "[rule|token]"
  static let operandCount = 0...1
  static let operandChoices = ["rule", "token"]
  static let fromSandbox = Option.flag(
    "--from-sandbox", "write a configuration that runs at once with 'serve --sandbox'")
  static let options = [Option.config, fromSandbox]
  static let details = """
    Without an operand: writes a commented config.yaml (readable by you alone) and a folder for secrets beside it, and
    overwrites nothing.
    'init rule' asks for one more alias and its secret, which is not shown, and adds it to the configuration; every other
    byte of the file stays. 'init token' asks for the access token of get_accounts. Where standard input is no terminal,
    each of its lines is an answer.
    """
  static let examples = ["init", "init rule", "init --from-sandbox --config ./sandbox/config.yaml"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let place = ConfigurationPlace(named: arguments[.config], console)
    let folder = StarterFolder(place)
    guard let what = arguments.operands.first else {
      return try start(folder, place, fromSandbox: arguments.has(fromSandbox), console)
    }
    guard !arguments.has(fromSandbox) else { throw .usage("'--from-sandbox' does not go with 'init \(what)'") }
    return what == "rule" ? try addRule(folder, place, console) : try addToken(folder, place, console)
  }

  private static func start(
    _ folder: StarterFolder, _ place: ConfigurationPlace, fromSandbox: Bool, _ console: Console
  ) throws(CommandError) -> ExitCode {
    guard FilePath.isAbsent(folder.configurationPath) else {
      guard FilePath.exists(folder.configurationPath) else { throw .unreachable(folder.configurationPath) }
      console.error("\(folder.configurationPath) exists already; it was left as it is")
      return .judgedBad
    }
    try folder.make()
    let file = FilePath.lastComponent(folder.configurationPath)
    let text = fromSandbox ? SandboxCatalog.configurationYAML + "\n" : StarterConfiguration.text
    guard try folder.create(file, text) else { throw .unusable("\(folder.configurationPath) appeared meanwhile") }
    console.out("wrote \(folder.configurationPath)")
    for sample in fromSandbox ? SandboxCatalog.samples : [] {
      let path = "secrets/\(sample.alias)"
      let isNew = try folder.create(path, sample.rule.apiSecret + "\n")
      console.out("\(isNew ? "wrote" : "kept ") \(folder.path)/\(path)")
    }
    let option = option(place)
    let next =
      fromSandbox
      ? ["sequence-mcp tools\(option)", "sequence-mcp serve --sandbox\(option)"]
      : [
        "sequence-mcp init token\(option)", "sequence-mcp init rule\(option)",
        "sequence-mcp validate-config\(operand(place))",
        "sequence-mcp client-config claude-desktop --install\(option)",
      ]
    console.out("Next:\n" + next.map { "  " + $0 }.joined(separator: "\n"))
    return .success
  }

  private static func addRule(
    _ folder: StarterFolder, _ place: ConfigurationPlace, _ console: Console
  ) throws(CommandError) -> ExitCode {
    let file = try TextFile(at: folder.configurationPath)
    guard let bytes = file.bytes else { throw missing(folder, place) }
    let check = StarterCheck(console, folder)
    let present = SourceFile(name: folder.configurationPath, bytes: bytes)
    let questions = Questions(console: console)
    let rule = try RuleInterview(questions: questions, configuration: try check.configuration(of: present)).run()
    guard let changed = RuleAppender(present).appending(rule) else {
      console.error(
        "'rules' is written so that nothing can be added safely; put this there yourself, nothing was changed:")
      console.note(rule.lines.map { "  " + $0 }.joined(separator: "\n"))
      return .judgedBad
    }
    _ = try check.configuration(of: SourceFile(name: folder.configurationPath, bytes: changed))
    let isNew = try storeSecret(
      rule.secretPath, "The rule's API secret", in: folder, questions, console)
    do throws(CommandError) {
      try file.replace(with: changed)
    } catch {
      if isNew { folder.remove(rule.secretPath) }
      throw error
    }
    console.out("added the rule '\(rule.alias)' to \(folder.configurationPath)")
    let words = "\(rule.alias)\(rule.maximum == nil ? "" : " amount=1")\(option(place))"
    console.out(
      "Next:\n  sequence-mcp render \(words)           # shows the request\n"
        + "  sequence-mcp call \(words) --sandbox   # plays it with play money")
    return .success
  }

  private static func addToken(
    _ folder: StarterFolder, _ place: ConfigurationPlace, _ console: Console
  ) throws(CommandError) -> ExitCode {
    guard FilePath.exists(folder.configurationPath) else {
      throw FilePath.isAbsent(folder.configurationPath)
        ? missing(folder, place) : .unreachable(folder.configurationPath)
    }
    let path = StarterConfiguration.tokenPath
    guard !folder.has(path) else {
      console.error("\(folder.path)/\(path) is there already; remove it first to store another token")
      return .judgedBad
    }
    _ = try storeSecret(
      path, "Access token, from Account Settings > Access Tokens", in: folder, Questions(console: console), console)
    return .success
  }

  /// Asks for a secret and stores it, unless its file is there.
  /// - Returns: whether the file is new.
  private static func storeSecret(
    _ path: String, _ question: String, in folder: StarterFolder, _ questions: Questions, _ console: Console
  ) throws(CommandError) -> Bool {
    guard !folder.has(path) else {
      console.out("kept  \(folder.path)/\(path), which is there already")
      return false
    }
    let secret = try questions.askHidden(question, problem: SecretShape.problem)
    try folder.make()
    guard try folder.create(path, secret + "\n") else { throw .unusable("\(folder.path)/\(path) appeared meanwhile") }
    console.out("wrote \(folder.path)/\(path)")
    return true
  }

  private static func missing(_ folder: StarterFolder, _ place: ConfigurationPlace) -> CommandError {
    .unusable("there is no configuration at \(folder.configurationPath); 'sequence-mcp init\(option(place))' makes one")
  }

  /// What the next command needs to find the same file.
  private static func option(_ place: ConfigurationPlace) -> String {
    place.isNamed ? " --config " + ShellWord.quoted(place.path) : ""
  }

  private static func operand(_ place: ConfigurationPlace) -> String {
    place.isNamed ? " " + ShellWord.quoted(place.path) : ""
  }
}
