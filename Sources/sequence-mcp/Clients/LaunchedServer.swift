import Config
import Platform

/// One way in which a client launches this program on this machine: an entry of its settings.
struct LaunchedServer {
  let client: Client
  let entry: ServerEntry

  /// All that the settings of the clients here name; a file that cannot be read names none.
  static func all(_ console: Console) -> [LaunchedServer] {
    let places = ClientPlaces.ofThisSystem(console)
    return Clients.all.filter { $0.syntax != .yaml }.flatMap { client -> [LaunchedServer] in
      let paths = client.settings(places) + [client.projectSettings?(places)].compactMap { $0 }
      return paths.filter(FilePath.exists).flatMap { path -> [LaunchedServer] in
        let entries = (try? ClientInstallation(client: client, path: path).entries()) ?? []
        return entries.map { LaunchedServer(client: client, entry: $0) }
      }
    }
  }

  /// The configuration that the server reads.
  func configurationPath(_ console: Console) -> String {
    let named = entry.value(of: "--config") ?? variable("SEQUENCE_MCP_CONFIG")
    // Without either it looks where a client's bare environment leads.
    return named.map { NamedPath.expanded($0, home: console.homeDirectory) }
      ?? FilePath.join(console.homeDirectory, ".config/sequence-mcp/config.yaml")
  }

  /// Where the server keeps its ledgers; nil if the entry names no usable place.
  func state(_ console: Console) -> StatePlace? {
    let path = configurationPath(console)
    let configuration = ConfigurationInput.loader(console).load(path: path).configuration
    return try? StatePlace(
      option: entry.value(of: "--state-dir"), variable: variable(StatePlace.variable), configuration: configuration,
      configurationPath: FilePath.isAbsent(path) ? nil : path, console)
  }

  /// All that such a client passes on: little, and what its entry sets (clients as they are, read 2026-11).
  func bareEnvironment(_ console: Console) -> [String: String] {
    var environment: [String: String] = [:]
    for name in ["HOME", "PATH"] { environment[name] = console.environment[name] }
    for (name, value) in entry.environment { environment[name] = value }
    return environment
  }

  private func variable(_ name: String) -> String? { entry.environment.last { $0.name == name }?.value }
}
