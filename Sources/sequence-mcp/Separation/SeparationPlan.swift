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
    var words = [ServeCommand.name]
    // As written, since the paths are on HOST.
    if let path = arguments[.config] { words += [Option.config.name, path] }
    if let path = arguments[.stateDirectory] { words += [Option.stateDirectory.name, path] }
    words += ClientConfigCommand.flags(arguments)
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
    let program = OwnBinary.pathAsCalled(console)
    let path = arguments[.config].map { FilePath.absolute($0) } ?? UserRoute.configurationPath
    guard !arguments.has(.stateDirectory) else {
      throw .usage(
        "'\(Option.stateDirectory.name)' does not work with '\(ClientConfigCommand.runAs.name)'; write state_dir into the "
          + "configuration of that user's server")
    }
    let words = [ServeCommand.name, Option.config.name, path]
    let route = try UserRoute(
      user: user, program: program, arguments: words + ClientConfigCommand.flags(arguments))
    func requireRoots(_ path: String, _ what: String, _ help: String) throws(CommandError) {
      guard let fault = UserRoute.fault(path, subject: "it") else { return }
      throw CommandError(
        message: "the \(what) \(path) could be replaced by others than root: \(fault); \(help)", exitCode: .failure)
    }
    try requireRoots(
      program, "program",
      "run: sudo install -m 755 \(ShellWord.quoted(program)) /usr/local/bin/sequence-mcp, and call that")
    if FilePath.exists(path) {
      try requireRoots(
        path, "configuration", "leave --config out, and the steps make a copy of it that is root's")
    }
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
      let target = route.configuration ?? UserRoute.configurationPath
      let own = ConfigurationLocation(named: nil, console).path
      let source = FilePath.exists(target) ? nil : FilePath.absolute(own)
      if let source, FilePath.isAbsent(source) {
        return [
          "There is no configuration to copy yet. First run", "   sequence-mcp \(InitCommand.name)",
          "and then this again, which prints the steps that are left.",
        ]
      }
      let loaded = ConfigurationInput.loader(console).load(path: source ?? target)
      let configuration = loaded.configuration ?? Configuration()
      let bytes = loaded.source?.bytes ?? []
      var copy = RootConfiguration(path: target, text: bytes, loader: ConfigurationInput.loader(console))
      if loaded.source != nil { copy.setState(UserRoute.home) }
      var comments: [String] = []
      var names: [String] = []
      if !configuration.sequence.namesAccessToken, configuration.accountsAPI(isSet: { _ in false }) == .remote {
        let hasSection = bytes.split(separator: 0x0A).contains { $0.starts(with: "sequence:".utf8) }
        if hasSection {
          comments.append("# Below 'sequence:' in it, add: access_token: {file: secrets/access_token}")
        } else if loaded.source != nil {
          copy.append("sequence: {access_token: {file: secrets/access_token}}") { $0.sequence.namesAccessToken }
          names.append("token")
        }
      }
      return route.steps(
        caller: console.environment["SUDO_USER"] ?? RunningUser.current.name ?? "YOU", source: source,
        changes: copy.commands + comments, secrets: names + Self.secretNames(configuration))
    }
  }

  /// Returns the operands of `secret set`, for each secret in a file.
  private static func secretNames(_ configuration: Configuration) -> [String] {
    (configuration.sequence.accessToken.path == nil ? [] : ["token"])
      + (configuration.sequence.platform.apiKey.path == nil ? [] : ["api-key"])
      + configuration.rules.filter { $0.apiSecret?.path != nil }.map(\.alias)
  }
}
