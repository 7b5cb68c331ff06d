import Config
import Platform
import Rules
import Secrets
import SourceYAML

/// The result of `client-config --ssh` and `--run-as`: the entry, and the steps that are left to the owner.
struct SeparationPlan {
  private let route: SeparationRoute
  /// The command line of a server that ssh starts.
  private var server: [String] = []

  /// Returns the plan; nil if neither option is given.
  /// - Throws: `CommandError` for an invalid host or user, and for a program or configuration that users other than root
  ///   could replace.
  static func of(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> SeparationPlan? {
    if let host = arguments[ClientConfigCommand.ssh] { return try there(host, arguments, console) }
    guard let user = arguments[ClientConfigCommand.runAs] else { return nil }
    return SeparationPlan(route: .user(try asUser(user, arguments, console)))
  }

  private static func there(
    _ host: String, _ arguments: ParsedArguments, _ console: Console
  ) throws(CommandError) -> SeparationPlan {
    // As written, since the paths are on HOST.
    let places = [Option.config, .stateDirectory].flatMap { $0.words(arguments[$0]) }
    let words = [ServeCommand.name] + places + ClientConfigCommand.flags(arguments)
    guard words.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }) else {
      throw .usage("authorized_keys cannot contain a path with a line break or another control character")
    }
    return SeparationPlan(
      route: .ssh(try SSHRoute(host: host, home: console.homeDirectory)),
      server: [OwnBinary.pathAsCalled(console)] + words)
  }

  private static func asUser(
    _ user: String, _ arguments: ParsedArguments, _ console: Console
  ) throws(CommandError) -> UserRoute {
    guard !arguments.has(.stateDirectory) else {
      throw .usage(
        "'\(Option.stateDirectory.name)' does not work with '\(ClientConfigCommand.runAs.name)'; write state_dir into the "
          + "configuration of that user's server")
    }
    let route = try UserRoute(user: user, arguments, flags: ClientConfigCommand.flags(arguments), console)
    let (program, path) = (route.program, route.configuration)
    func requireRoots(_ path: String, _ what: String, _ help: String) throws(CommandError) {
      guard let fault = UserRoute.fault(path, subject: "it") else { return }
      throw .failure("the \(what) \(path) could be replaced by others than root: \(fault); \(help)")
    }
    try requireRoots(
      program, "program",
      "run: sudo install -m 755 \(ShellWord.quoted(program)) /usr/local/bin/sequence-mcp, and call that")
    // Of a file that is not there yet, the directories in its path are judged.
    try requireRoots(path, "configuration", "leave --config out, and the steps make a copy of it that is root's")
    // The steps copy this run's own one, with what it says of secrets and the ledger.
    let own = ConfigurationLocation(named: nil, console).path
    if !FilePath.exists(path), !FilePath.isAbsent(own), ConfigurationInput.loader(console).load(path: own).isUnreadable
    {
      throw .unreachable(own)
    }
    return route
  }

  /// - Parameter launcher: The command that starts a program here for a client that is elsewhere.
  func entry(_ key: String, through launcher: [String]) -> ServerEntry {
    switch route {
    case .ssh(let route): ServerEntry(key: key, launcher: launcher + route.words, binary: "", arguments: [])
    case .user(let route):
      ServerEntry(
        key: key, launcher: launcher + UserRoute.launcher(route.user), binary: route.program,
        arguments: route.arguments)
    }
  }

  /// Returns the steps that the owner does by hand.
  func steps(_ console: Console) -> [String] {
    switch route {
    case .ssh(let route): return route.steps(server)
    case .user(let route):
      let target = route.configuration
      let own = ConfigurationLocation(named: nil, console).path
      let source = FilePath.exists(target) ? nil : FilePath.absolute(own)
      if let source, FilePath.isAbsent(source) {
        return [
          "There is no configuration to copy yet. First run", "   sequence-mcp \(InitCommand.name)",
          "and then this again, which prints the steps that are left.",
        ]
      }
      let loader = ConfigurationInput.loader(console)
      let loaded = loader.load(path: source ?? target)
      let configuration = loaded.configuration ?? Configuration()
      let bytes = loaded.source?.bytes ?? []
      var copy = RootConfiguration(path: target, text: bytes, loader: loader)
      if loaded.source != nil { copy.setState(UserRoute.home) }
      var (comments, names): ([String], [String]) = ([], [])
      if !configuration.sequence.namesAccessToken, configuration.accountsAPI(isSet: { _ in false }) == .remote {
        if bytes.split(separator: 0x0A).contains(where: { $0.starts(with: "sequence:".utf8) }) {
          comments.append("# Below 'sequence:' in it, add: access_token: {file: secrets/access_token}")
        } else if loaded.source != nil {
          copy.append("sequence: {access_token: {file: secrets/access_token}}") { $0.sequence.namesAccessToken }
          names.append("token")
        }
      }
      return route.steps(
        caller: console.environment["SUDO_USER"] ?? RunningUser.current.name ?? "YOU", source: source,
        changes: copy.commands + comments + Self.variables(of: configuration),
        secrets: names + Self.secretNames(configuration))
    }
  }

  /// Returns what to change about the secrets in environment variables, which sudo does not pass on.
  static func variables(of configuration: Configuration) -> [String] {
    configuration.rules.compactMap { rule in
      guard let secret = rule.apiSecret, secret.path == nil, secret.command == nil else { return nil }
      let name = rule.alias
      return "# sudo passes on no variables: in the rule \(name), write api_secret: {file: secrets/\(name)}, and then "
        + "run 'secret set \(name)', too"
    }
  }

  /// Returns the operands of `secret set`, for each secret in a file.
  private static func secretNames(_ configuration: Configuration) -> [String] {
    (configuration.sequence.accessToken.path == nil ? [] : ["token"])
      + (configuration.sequence.platform.apiKey.path == nil ? [] : ["api-key"])
      + configuration.rules.filter { $0.apiSecret?.path != nil }.map(\.alias)
  }
}

/// Root's copy of a configuration: the commands that give it the keys that it lacks. Each is tried on the text first, since a
/// file may end without a line break, or have its keys in braces.
struct RootConfiguration {
  /// The path of the copy, which the shell needs no quotes for.
  let path: String
  private(set) var commands: [String] = []
  /// The configuration as it is copied.
  private(set) var text: [UInt8]
  let loader: ConfigurationLoader

  /// Sets the directory of the ledger.
  mutating func setState(_ directory: String) {
    if loaded(text)?.stateDirectory == directory { return }
    let line = "state_dir: \(directory)"
    let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
    let isWritten = { (line: ArraySlice<UInt8>) in line.starts(with: "state_dir:".utf8) }
    guard lines.contains(where: isWritten) else {
      return append(line) { $0.stateDirectory == directory }
    }
    let changed = Array(lines.map { isWritten($0) ? ArraySlice(line.utf8) : $0 }.joined(separator: [0x0A]))
    guard loaded(changed)?.stateDirectory == directory else { return printByHand(line) }
    text = changed
    // The suffix is for the sed of macOS, which needs one.
    commands.append("sudo sed -i.old 's|^state_dir:.*|\(line)|' \(path) && sudo rm \(path).old")
  }

  /// Adds a line at the end.
  /// - Parameter isDone: Whether a configuration says what the line should.
  mutating func append(_ line: String, isDone: (Configuration) -> Bool) {
    let changed = text + Array("\n\(line)\n".utf8)
    guard let configuration = loaded(changed), isDone(configuration) else { return printByHand(line) }
    text = changed
    commands.append("printf '\\n%s\\n' \(ShellWord.quoted(line)) | sudo tee -a \(path) >/dev/null")
  }

  /// Adds a sentence in place of a command that would not work, as a comment for the shell.
  private mutating func printByHand(_ line: String) {
    commands.append("# Write '\(line)' in it yourself, as root; no command can do it.")
  }

  private func loaded(_ text: [UInt8]) -> Configuration? {
    loader.check(source: SourceFile(name: path, bytes: text), directory: FilePath.parent(path)).configuration
  }
}
