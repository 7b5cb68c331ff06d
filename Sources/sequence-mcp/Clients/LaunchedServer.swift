import Config
import JSON
import Platform
import Rules
import SourceYAML

/// A client's entry that launches this program, with the configuration and the state directory of that server.
struct LaunchedServer {
  /// Where the launched server runs.
  enum Place {
    /// - Parameters:
    ///   - configuration: Absolute; the file may not exist.
    ///   - state: The state directory of the real account.
    case here(configuration: String, state: String)
    /// Through a program that leads to another machine or user.
    case elsewhere(launcher: [String])
  }

  let client: Client
  /// The settings file.
  let settings: String
  let entry: ServerEntry
  let place: Place

  /// The entries found in the settings of all clients.
  struct Entries {
    var servers: [LaunchedServer] = []
    /// Descriptions of settings that could not be read.
    var unread: [String] = []
  }

  /// - Parameter settings: The file that contains the entry.
  init(_ entry: ServerEntry, of client: Client, settings: String, _ console: Console) {
    self.client = client
    self.settings = settings
    self.entry = entry
    place = LaunchedServer.place(of: entry, console)
  }

  /// Reads the settings of every installed client.
  static func survey(_ console: Console) -> Entries {
    let places = ClientLocations.ofThisSystem(console)
    var survey = Entries()
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

  private static func place(of entry: ServerEntry, _ console: Console) -> Place {
    if SeparationRoute(entry) != nil { return .elsewhere(launcher: entry.launcher) }
    if let program = entry.launcher.first, leadsElsewhere(program, entry.launcher, console) {
      return .elsewhere(launcher: entry.launcher)
    }
    func variable(_ name: String) -> String? {
      entry.environment.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }
    let home = variable("HOME") ?? console.homeDirectory
    let named = entry.value(of: "--config") ?? variable(ServerEntry.configurationVariable)
    let configuration = named.map { NamedPath.expanded($0, home: home) } ?? home + "/.config/sequence-mcp/config.yaml"
    let state = (entry.value(of: "--state-dir") ?? variable(StateLocation.variable)).flatMap { $0.isEmpty ? nil : $0 }
    return .here(
      configuration: configuration,
      state: state.map { NamedPath.expanded($0, home: console.accountHome) }
        ?? ConfiguredState.directory(of: configuration, console) ?? StateLocation.standard(in: console.accountHome))
  }

  /// Returns the state directories of the server; nil if it runs on another machine or as another user.
  func statePlace(_ console: Console) -> StateLocation? {
    guard case .here(let configuration, let state) = place else { return nil }
    return try? StateLocation(
      option: state, variable: nil, configuration: nil, configurationPath: configuration, console)
  }

  /// Returns the environment that such a client passes on: HOME, PATH and the variables of its entry (clients as of 2026-11).
  func bareEnvironment(_ console: Console) -> [String: String] {
    var environment: [String: String] = [:]
    for name in ["HOME", "PATH"] { environment[name] = console.environment[name] }
    for (name, value) in entry.environment { environment[name] = value }
    return environment
  }

  private static func leadsElsewhere(_ program: String, _ launcher: [String], _ console: Console) -> Bool {
    let name = program.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? program
    if ["ssh", "sudo", "docker", "podman"].contains(name) { return true }
    guard name == "wsl.exe" || name == "wsl" else { return false }
    let distribution = launcher.firstIndex(of: "-d").flatMap { launcher.dropFirst($0 + 1).first }
    return distribution != console.environment["WSL_DISTRO_NAME"]
  }
}

/// The `state_dir` of a configuration file, even an invalid one: the emergency stop must find the servers that use it.
enum ConfiguredState {
  /// The file sets none.
  case unset
  case directory(String)
  /// The file cannot be read, or its value is not a path.
  case unread

  init(of loaded: LoadedConfiguration, at path: String, _ console: Console) {
    if let configuration = loaded.configuration {
      self = configuration.stateDirectory.map { .directory($0) } ?? .unset
      return
    }
    guard let bytes = loaded.source?.bytes else {
      self = .unread
      return
    }
    guard let line = ConfiguredState.line(in: bytes) else {
      self = .unset
      return
    }
    // Parsed as the only line of a file, so that malformed text yields no path.
    let source = SourceFile(name: path, bytes: Array("version: 1\n\(line)\n".utf8))
    let judged = ConfigurationInput.loader(console)
      .check(source: source, directory: FilePath.parent(FilePath.absolute(path)))
    self = judged.configuration?.stateDirectory.map { .directory($0) } ?? .unread
  }

  /// - Returns: nil if the file sets none, or cannot be read.
  static func directory(of path: String, _ console: Console) -> String? {
    ConfiguredState(of: ConfigurationInput.loader(console).load(path: path), at: path, console).directory
  }

  var directory: String? {
    switch self {
    case .directory(let path): path
    case .unset, .unread: nil
    }
  }

  /// Returns the setting as one line, even if the rest of the file is invalid.
  private static func line(in bytes: [UInt8]) -> String? {
    if case .string(let path)? = value(of: "state_dir", in: bytes) {
      return "state_dir: " + JSONWriter.text(.string(path))
    }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .first { $0.hasPrefix("state_dir:") }.map(String.init)
  }

  /// Whether an invalid file sets `sandbox`.
  static func usesSandbox(_ loaded: LoadedConfiguration) -> Bool {
    guard let bytes = loaded.source?.bytes else { return false }
    if let value = value(of: "sandbox", in: bytes) {
      if case .boolean(let usesSandbox) = value { return usesSandbox }
      return false
    }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).contains {
      $0.hasPrefix("sandbox: true")
    }
  }

  private static func value(of key: String, in bytes: [UInt8]) -> YAMLNode.Content? {
    guard case .mapping(let entries)? = YAMLDocument.parse(SourceFile(name: "", bytes: bytes)).root?.content else {
      return nil
    }
    return entries.last { $0.key.hasSameBytes(as: key) }?.value.content
  }
}
