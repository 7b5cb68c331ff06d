import Config
import Platform

/// A client's entry that launches this program, with the configuration and the state directory of that server.
struct LaunchedServer {
  let client: Client
  /// The settings file.
  let settings: String
  let entry: ServerEntry
  /// The paths of the server; nil if its launcher leads to another machine or user.
  let paths: Paths?

  /// The files that the server works on.
  struct Paths {
    /// Absolute, unless the entry says otherwise; the file may not exist.
    let configuration: String
    /// The state directory of the real account.
    let state: String
  }

  /// - Parameter settings: The file that contains the entry.
  init(_ entry: ServerEntry, of client: Client, settings: String, _ console: Console) {
    self.client = client
    self.settings = settings
    self.entry = entry
    paths = LaunchedServer.paths(of: entry, console)
  }

  /// Reads the settings of every installed client.
  /// - Returns: the entries, and descriptions of settings that could not be read.
  static func survey(_ console: Console) -> (servers: [LaunchedServer], unread: [String]) {
    let places = ClientLocations.ofThisSystem(console)
    var survey: (servers: [LaunchedServer], unread: [String]) = ([], [])
    for client in Clients.all where client.isFound(places) {
      let paths = client.settings(places) + [client.projectSettings?(places)].compactMap { $0 }
      for path in paths where FilePath.exists(path) {
        guard client.syntax != .yaml else {
          survey.unread.append("\(client.title)'s settings are not checked")
          continue
        }
        do throws(CommandError) {
          survey.servers += try ClientInstallation(client: client, path: path).entries().map {
            LaunchedServer($0, of: client, settings: path, console)
          }
        } catch {
          survey.unread.append("\(client.title): \(error.message)")
        }
      }
    }
    return survey
  }

  private static func paths(of entry: ServerEntry, _ console: Console) -> Paths? {
    if SeparationRoute(entry) != nil || leadsElsewhere(entry.launcher, console) { return nil }
    func variable(_ name: String) -> String? {
      entry.environment.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }
    let home = variable("HOME") ?? console.homeDirectory
    let named = entry.value(of: Option.config.name) ?? variable(ServerEntry.configurationVariable)
    let configuration = named.map { NamedPath.expanded($0, home: home) } ?? home + "/.config/sequence-mcp/config.yaml"
    let option = entry.value(of: Option.stateDirectory.name) ?? variable(StateLocation.variable)
    let state = option.flatMap { $0.isEmpty ? nil : NamedPath.expanded($0, home: console.accountHome) }
    return Paths(
      configuration: configuration,
      state: state ?? ConfiguredState.directory(of: configuration, console)
        ?? StateLocation.standard(in: console.accountHome))
  }

  /// Returns the state directories of the server; nil if it runs on another machine or as another user.
  func stateLocation(_ console: Console) -> StateLocation? {
    paths.flatMap { paths in
      try? StateLocation(
        option: paths.state, configuration: nil, configurationPath: paths.configuration, console)
    }
  }

  /// Returns the environment that such a client passes on: HOME, PATH and the variables of its entry (clients as of 2026-11).
  func bareEnvironment(_ console: Console) -> [String: String] {
    var environment = console.environment.filter { ["HOME", "PATH"].contains($0.key) }
    for (name, value) in entry.environment { environment[name] = value }
    return environment
  }

  private static func leadsElsewhere(_ launcher: [String], _ console: Console) -> Bool {
    guard let program = launcher.first else { return false }
    let name = program.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? program
    if ["ssh", "sudo", "docker", "podman"].contains(name) { return true }
    guard name == "wsl.exe" || name == "wsl" else { return false }
    let distribution = launcher.firstIndex(of: "-d").flatMap { launcher.dropFirst($0 + 1).first }
    return distribution != console.environment["WSL_DISTRO_NAME"]
  }
}
