import CSystem
import Config
import Platform
import Rules
import Secrets

/// The server on this machine that a new entry of a client launches.
struct LocalServer {
  /// This run's configuration, or the one that an existing entry keeps; nil if there is none yet.
  private let configurationPath: String?
  /// nil also for a file that is not valid.
  let configuration: Configuration?
  /// Whether the configuration is this run's.
  let usesOwnConfiguration: Bool
  /// The state directory, if something other than the configuration determines it: clients pass no variables on.
  private let stateDirectory: String?

  /// - Parameter file: May have an entry of that key, whose configuration an installation keeps unless this run names one.
  init(
    _ key: String, in file: SettingsFile?, _ arguments: ParsedArguments, _ console: Console
  ) throws(CommandError) {
    let own = ConfigurationLocation(named: arguments[.config], console)
    let keepsConfiguration = arguments.has(ClientConfigCommand.install) && !arguments.has(.config)
    let present = keepsConfiguration ? file.flatMap { LaunchedServer(key, in: $0, console) } : nil
    let kept = present?.entry.namedConfiguration == nil ? nil : present?.paths?.configuration
    // Others are ones that no client would find.
    let isKept = ["/", "~", "$"].contains { kept?.hasPrefix($0) ?? false }
    configurationPath = isKept ? kept : try Self.existing(own)
    usesOwnConfiguration = configurationPath.map { FilePath.isSame($0, own.path) } ?? false
    configuration = configurationPath.flatMap { ConfigurationInput.loader(console).load(path: $0).configuration }
    let option = arguments[.stateDirectory].map { path in
      path.isEmpty ? path : FilePath.absolute(NamedPath.expanded(path, home: console.accountHome))
    }
    stateDirectory =
      StateLocation.isNamed(arguments, console) ? try StateLocation(option: option, console).real : nil
  }

  /// Returns the absolute path of the configuration that the client will use; nil if there is none yet.
  private static func existing(_ own: ConfigurationLocation) throws(CommandError) -> String? {
    try own.requireMeant()
    guard FilePath.exists(own.path) else {
      guard !own.isNamed, FilePath.isAbsent(own.path) else { throw .unreachable(own.path) }
      return nil
    }
    do throws(File.Fault) {
      _ = try File(reading: own.path)
    } catch {
      // The server reports any other fault of the file.
      if case .system(let error) = error, [EACCES, EPERM].contains(error.code) {
        throw .unreachable(own.path, error.code)
      }
    }
    return FilePath.absolute(own.path)
  }

  /// The options of `serve` that name its paths.
  var options: [String] { Option.config.words(configurationPath) + Option.stateDirectory.words(stateDirectory) }

  /// Returns the variables that a window needs to find the desktop, which clients do not pass on. Only for calls that may open
  /// a window.
  func displayVariables(_ environment: [String: String]) -> [(name: String, value: String)] {
    guard configuration?.mayOpenWindow ?? false, Desktop.current(environment: environment).hasOwnDisplay else {
      return []
    }
    return Desktop.displayVariables.map { (name: $0, value: environment[$0] ?? "") }.filter { !$0.value.isEmpty }
  }

  // MARK: Checks

  /// Refuses paths on Windows drives. They keep no owners and modes, so others could read the secrets and change the caps.
  func refuseDrives(of windows: WindowsSide?, _ console: Console) throws(CommandError) {
    guard let windows else { return }
    let paths =
      [
        ("the configuration", configurationPath), ("the state directory", stateDirectory),
        ("the state directory", configuration?.stateDirectory),
      ] + (configuration?.secretReferences ?? []).map { ("a secret", $0.path) }
    for (what, path) in paths {
      guard let path, windows.holds(FilePath.resolvingLinks(path)) else { continue }
      throw .unusable(
        "\(what), \(ServerEntry.shown(path: path)), is on a Windows drive, where Linux does not store "
          + "owners and modes; move it below \(console.homeDirectory)")
    }
  }

  /// Checks the lengths of the tools' names. Clients silently drop a tool whose name, with the server's in front, is too long.
  func checkToolNames(_ client: Client, _ key: String, _ console: Console) throws(CommandError) {
    // An invalid configuration does not say which tools it has.
    guard let configuration = configurationPath == nil ? Configuration() : configuration else { return }
    let names =
      configuration.rules.filter(\.isEnabled).map(\.alias)
      + GenericTool.allCases.filter { $0.isOffered(by: configuration, isReadOnly: false) }.map(\.name)
    func dropped(_ key: String) -> [String] {
      names.filter { client.toolName(key, $0).utf8.count > client.toolNameLimit }
    }
    let lost = dropped(key)
    guard let first = lost.first else { return }
    let length = client.toolName(key, first).utf8.count
    let text =
      "\(client.title) drops tools whose name is over \(client.toolNameLimit) characters with the server's, and "
      + "'\(client.toolName(key, first))' has \(length)"
    if dropped(ServerEntry.defaultKey).count < lost.count {
      throw .usage("\(text); choose a shorter --name, such as '\(ServerEntry.defaultKey)'")
    }
    console.remark("note: \(text); give the rule a shorter alias")
  }

  /// Tells the person if the server will offer less than they may expect.
  func remarkOnConfiguration(_ console: Console) {
    guard let configurationPath else {
      return console.remark(
        "note: no configuration yet, so only the generic tools are offered; 'sequence-mcp init' creates one")
    }
    guard configuration == nil else { return }
    console.remark(
      "note: the configuration is not valid, so the server will only report what is wrong; see "
        + "'\(ValidateConfigCommand.line([ServerEntry.shown(path: configurationPath)]))'")
  }
}
