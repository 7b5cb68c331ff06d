import Config
import Platform
import Rules
import Safeguards
import Secrets
import SourceYAML

/// `secret`: stores, replaces and checks the secrets that the configuration names.
enum SecretCommand: Subcommand {
  static let name = "secret"
  static let summary = "store or replace a secret, or check all of them"
  static let operands = "set token|api-key|ALIAS, or check"
  static let operandCount = 1...2
  static let operandChoices = ["set", "check"]
  static let operandsComplete: CompletionList? = .secretTargets
  /// The operands of 'secret set' in addition to the rules' aliases.
  static let reservedTargets = ["token", "api-key"]
  static let online = Option.flag("--online", "with 'check': also try the access token and the API key")
  static let options = [Option.config, Option.stateDirectory, online]
  static let details = """
    'secret set token' asks for the access token that reads accounts, 'secret set api-key' for the key of the Platform API,
    'secret set ALIAS' for a rule's own secret. The secret is not shown. It is stored where the configuration refers to it,
    in a file that only you may read, and replaces the old one. If the configuration reads it from a command, this prints the
    command that stores it (op, security, secret-tool, pass). 'secret check' resolves every secret that the configuration
    names; with --online it also tries the access token and the API key. A rule's secret cannot be tried without triggering
    the rule.
    """
  static let examples = ["secret set token", "secret set move_to_savings", "secret check --online"]

  static func refusal(of operand: String, after operands: [String]) -> CommandError? {
    guard operands.first == "set" else { return nil }
    // The word may be the secret itself, so it is not quoted.
    return .usage(
      "'secret set' takes no value: it asks for the secret without showing it. If you typed a secret, it is in your shell's "
        + "history now: make a new one in Sequence")
  }

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let target = arguments.operands.dropFirst().first
    if arguments.operands[0] == "check" {
      guard target == nil else { throw .usage("'secret check' takes no name; it checks all secrets") }
      let place = ConfigurationLocation(named: arguments[.config], console)
      return place.exists
        ? try check(try OwnerFile(arguments, console), isOnline: arguments.has(online), console)
        : checkDefault(arguments, console)
    }
    guard !arguments.has(online) else { throw .usage("'--online' works only with 'secret check'") }
    guard let target else { throw .usage("'secret set' needs token, api-key or the ALIAS of a rule") }
    let file = try OwnerFile(arguments, console)
    let questions = Questions(console: console)
    switch target {
    case "token": return try set(.accessToken, file, questions)
    case "api-key": return try set(.apiKey, file, questions)
    default:
      guard let rule = file.configuration.rules.first(where: { $0.alias == target }) else {
        let names = file.configuration.rules.map(\.alias)
        throw .failure(
          // It may be the secret itself.
          "there is no secret of that name; 'secret set' takes "
            + (reservedTargets + names).joined(separator: ", ") + didYouMean(target, reservedTargets + names))
      }
      guard rule.api == .remote else {
        throw .failure("the rule '\(target)' has no secret of its own: it runs with the key of 'secret set api-key'")
      }
      return try set(.ofRule(target), file, questions)
    }
  }

  /// A key of the configuration that refers to a secret.
  struct Target {
    /// The key path from the file's top level.
    let key: [String]
    let question: String
    /// The path for the secret if the configuration does not name one yet, relative to its directory.
    let path: String

    static let accessToken = Target(
      key: ["sequence", "access_token"], question: "Access token, from Account Settings > Access Tokens",
      path: StarterConfiguration.tokenPath)
    static let apiKey = Target(
      key: ["sequence", "platform", "api_key"], question: "API key of the Platform API",
      path: StarterConfiguration.keyPath)
    static func ofRule(_ alias: String) -> Target {
      Target(
        key: ["rules", alias, "api_secret"], question: "The API secret of '\(alias)'", path: "secrets/\(alias)")
    }
  }

  static func set(_ target: Target, _ file: OwnerFile, _ questions: Questions) throws(CommandError) -> ExitCode {
    let (key, path, console) = (target.key, target.path, questions.console)
    let store = SecretStore(questions: questions, directory: file.directory)
    let line = "\(key.last ?? ""): {file: \(path)}"
    var lagging: [RunningServer] = []
    switch reference(key, file) {
    case .file(let written):
      let resolver = PathResolver(directory: file.directory.path, homeDirectory: console.homeDirectory)
      try store.store(try store.askNew(target.question, for: resolver.absolute(written) ?? written))
    case .command(let words):
      return printCommand(words, key.last ?? "", path, SecretHelp(file.place, file.configuration), console)
    case .other(let kind, let name):
      console.error(
        "the configuration refers to {\(kind): \(name)}, which is not a file: put the secret there, or write \(line)")
      return .failure
    case .none:
      let changed = try file.changed(
        advice: ["add \(addition(key, line, file)) yourself"]
      ) { editor throws(YAMLEditor.Fault) in
        try editor.set(key, to: ["{file: \(path)}"])
      }
      // The file may be another configuration's.
      try store.store(try store.ask(target.question, for: file.directory.path + "/" + path))
      try CommandError.mapping(try file.text.replace(with: changed)) { (error: CommandError) in
        CommandError(
          message: error.message, lines: ["the secret is stored; add \(addition(key, line, file)) yourself"],
          exitCode: error.exitCode)
      }
      console.say("added '\(line)' to \(console.shown(path: file.directory.configurationPath))")
      lagging = file.laggingServers
    }
    if lagging.isEmpty { console.out("A running server uses it from its next call on.") }
    console.remark(lagging: lagging)
    return .success
  }

  /// Returns what the file lacks, and the mapping that lacks it: `'platform: {api_key: {file: ...}}' to 'sequence'`.
  private static func addition(_ key: [String], _ line: String, _ file: OwnerFile) -> String {
    var depth = key.count - 1
    while depth > 0, file.root.entry(at: key[..<depth]) == nil { depth -= 1 }
    let text = key[depth...].dropLast().reversed().reduce(line) { "\($1): {\($0)}" }
    return "'\(text)' to " + (depth == 0 ? "the top level" : "'\(key[..<depth].joined(separator: "."))'")
  }

  /// Prints the command that stores the secret where the configuration's command reads it.
  private static func printCommand(
    _ words: [String], _ key: String, _ path: String, _ help: SecretHelp, _ console: Console
  ) -> ExitCode {
    let read = ShellWord.line(words)
    guard let store = StoringCommand.of(words) else {
      console.error(
        "the configuration runs '\(read)', and this program cannot store a secret there: put it there, or write "
          + "\(key): {file: \(path)}")
      return .failure
    }
    console.out(store)
    func note(_ text: String) { console.note(TextWrap.text(text, width: console.width)) }
    note("Run that in a terminal: it asks for the secret and stores it where '\(read)' reads it.")
    note("Then '\(help.command("check"))' runs the command once.")
    return .success
  }

  private enum Reference {
    case file(String)
    case command([String])
    case other(kind: String, name: String)
  }

  /// Returns the reference that the file itself contains at that key; nil if there is none.
  private static func reference(_ key: [String], _ file: OwnerFile) -> Reference? {
    guard case .mapping(let entries)? = file.root.entry(at: key[...])?.value.content else { return nil }
    for entry in entries {
      switch (SecretSource.named(entry.key)?.value, entry.value.content) {
      case (.program, .sequence(let words)): return .command(words.compactMap(\.scalarText))
      case (.text(let value), _) where value.isPath: if let path = entry.value.scalarText { return .file(path) }
      default: continue
      }
    }
    return entries.first.map { .other(kind: $0.key, name: $0.value.scalarText ?? "...") }
  }

  private static func check(_ file: OwnerFile, isOnline: Bool, _ console: Console) throws(CommandError) -> ExitCode {
    let resolver = SecretResolver(file.configuration.secretReferences, console).observing { command, errorOutput in
      guard console.isTerminal, !errorOutput.isEmpty else { return }
      console.out("'\(command.program)' says:")
      for line in errorOutput.split(separator: 0x0A).prefix(20) {
        console.out("  " + VisibleText.escaped(String(decoding: line, as: UTF8.self), limit: 200))
      }
    }
    let secrets = CallSecrets(resolver)
    let sandboxNote = file.configuration.sandboxNote
    if let sandboxNote { console.out(Finding.note(sandboxNote).about("account")) }
    var exitCode = ExitCode.success
    for place in file.secretPlaces where place.isWrittenDown || place.isInUse {
      let finding: Finding
      do throws(SecretFault) {
        let secret = try secrets.resolve(place.reference)
        let doubt = SecretWarning.about(secret.reveal())
        finding =
          doubt.map { .note("\(place.owner): the secret \($0.message)", help: $0.help) }
          ?? .fine("\(place.owner) resolves")
      } catch {
        // The default access token is optional, and the sandbox makes up missing secrets.
        let isMissed = place.isRequired && sandboxNote == nil
        let words = "\(place.owner): \(error.message)"
        var help = SecretHelp(file.place, file.configuration).help(place, error)
        if let command = place.reference.command, error.kind == .commandFailed, console.isTerminal {
          help = "its message is above. It cannot ask you here, so unlock it first: " + ShellWord.line(command.words)
        }
        finding = isMissed ? .problem(words, help: help) : .note(words, help: help)
      }
      exitCode = max(exitCode, console.report([finding.about("secret")]))
    }
    guard isOnline else { return exitCode }
    guard sandboxNote == nil else {
      console.out(Finding.sandboxUnchecked.about("API"))
      return exitCode
    }
    return max(exitCode, checkOnline(file.configuration, secrets, file.secretPlaces, console))
  }

  /// Checks the access token that is used without a configuration.
  private static func checkDefault(_ arguments: ParsedArguments, _ console: Console) -> ExitCode {
    let configuration = Configuration()
    let secrets = CallSecrets(SecretResolver(configuration.secretReferences, console))
    do throws(SecretFault) {
      _ = try secrets.resolve(configuration.sequence.accessToken)
    } catch {
      let help = SecretHelp.ofDefault(error, arguments)
      console.out(Finding.problem("the access token: \(error.message)", help: help).about("secret"))
      return .failure
    }
    console.out(Finding.fine("the access token resolves").about("secret"))
    return arguments.has(online) ? checkOnline(configuration, secrets, [], console) : .success
  }

  /// - Parameter places: The secrets that are reported already if they do not resolve.
  private static func checkOnline(
    _ configuration: Configuration, _ secrets: CallSecrets, _ places: [SecretPlace], _ console: Console
  ) -> ExitCode {
    let check = OnlineCheck(configuration, console, secrets)
    let exitCode = console.report(
      check.tokenFindings(places).map { $0.about("token") }
        + check.keyFindings(places, isOfKeyAlone: true).map { $0.about("api-key") })
    if configuration.rules.contains(where: { $0.api == .remote }) {
      console.out("Not tried: the rules' secrets, which only a trigger can test.")
    }
    return exitCode
  }
}
