import Platform

/// What the clients on this machine launch, and descriptions of settings that were not read, each with whether they are faulty.
typealias ClientSurvey = (
  servers: [LaunchedServer], unread: [(client: Client, text: String, isFault: Bool)]
)

/// A client's entry that launches this program, with the configuration and the state directory of that server.
struct LaunchedServer {
  let client: Client
  let settings: String
  /// Whether the settings file is that of a project, which anyone who works on the project may have written.
  let isOfProject: Bool
  let entry: ServerEntry
  /// Who launches it, in words: `Claude Code in ~/money`.
  let title: String
  let place: Place

  /// Where the server runs.
  enum Place {
    /// Here, as this user.
    case here(Paths)
    /// Where this program's own route by ssh or sudo leads.
    case separate(SeparationRoute)
    /// On another machine, as another user or in a container.
    case elsewhere
    /// Only a shell knows what its line or script starts.
    case shellLine
  }

  /// The configuration, absolute unless the entry says otherwise, which may not exist; and the state directory of the real
  /// account.
  typealias Paths = (configuration: String, state: String)

  /// nil if the server does not run here, as this user.
  var paths: Paths? { if case .here(let paths) = place { paths } else { nil } }
  var route: SeparationRoute? { if case .separate(let route) = place { route } else { nil } }
  /// `Claude Code's entry 'seq'`.
  var name: String { "\(title)'s entry '\(VisibleText.escaped(entry.key))'" }

  /// The maximum number of entries that are read from a settings file of the user, and from one of a project.
  private static let limits = (own: 64, project: 8)

  /// Reads the settings of every installed client.
  static func survey(_ console: Console) -> ClientSurvey {
    let places = ClientLocations.ofThisSystem(console)
    var survey: ClientSurvey = ([], [])
    for client in Clients.all where client.isFound(places) {
      func note(_ text: String, isFault: Bool = false) { survey.unread.append((client, text, isFault)) }
      for (path, isOfProject) in client.files(places) where !FilePath.isAbsent(path) {
        do throws(CommandError) {
          if client.syntax == .yaml {
            // Settings without its name launch nothing of this program.
            let isNamed = try TextFile(at: path).bytes?.contains(part: "sequence-mcp".utf8) ?? true
            if isNamed { note("\(client.title)'s settings are not checked") }
            continue
          }
          let entries = try SettingsFile(client: client, path: path).entries()
          let limit = isOfProject ? limits.project : limits.own
          survey.servers += entries.prefix(limit).map { entry in
            LaunchedServer(entry, of: client, settings: path, isOfProject: isOfProject, console)
          }
          guard entries.count > limit else { continue }
          note("\(client.title): of the \(entries.count) entries of this program in \(path), only \(limit) were read")
        } catch {
          note("\(client.title): \(error.message)", isFault: true)
        }
      }
    }
    return survey
  }

  private static func place(of entry: ServerEntry, _ console: Console) -> Place {
    if let route = SeparationRoute(entry) { return .separate(route) }
    if entry.binary.isEmpty { return .shellLine }
    if leadsElsewhere(entry.launcher, console) { return .elsewhere }
    let home = entry.variable("HOME") ?? console.homeDirectory
    let configuration =
      entry.namedConfiguration.map { NamedPath.expanded($0, home: home) }
      ?? ConfigurationLocation.standard(home: home, configurationHome: entry.variable("XDG_CONFIG_HOME"))
    let state = entry.namedStateDirectory.flatMap {
      $0.isEmpty ? nil : NamedPath.expanded($0, home: console.accountHome)
    }
    return .here(
      (
        configuration,
        state ?? ConfiguredState.directory(of: configuration, console)
          ?? StateLocation.standard(in: console.accountHome)
      ))
  }

  /// The directory of the project in which alone the client starts it; nil for all projects.
  var project: String? { isOfProject ? FilePath.parent(settings) : entry.project }

  /// Whether the owner's commands look into its state directory. A project's file may name any directory, so a server must run
  /// there.
  var isUsed: Bool {
    guard isOfProject, let paths else { return true }
    return !RegisteredServers(in: [paths.state]).servers.isEmpty
  }

  /// Whether its client starts it, and not with an option under which nothing is triggered in the real account.
  var canTrigger: Bool {
    entry.switchedOffBy == nil && !entry.arguments.contains { ServerEntry.flags.contains($0) }
  }

  /// Returns the state directories of the server; nil if it runs on another machine or as another user.
  func stateLocation(_ console: Console) -> StateLocation? {
    paths.flatMap { try? StateLocation(option: $0.state, configurationPath: $0.configuration, console) }
  }

  /// Returns the environment that a client passes on: HOME, PATH and the variables of its entry (clients as of 2026-11).
  static func bareEnvironment(_ console: Console, _ entry: ServerEntry? = nil) -> [String: String] {
    console.environment.filter { ["HOME", "PATH"].contains($0.key) }
      .merging((entry?.environment ?? []).map { ($0.name, $0.value) }) { $1 }
  }

  /// Programs that start another one on another machine, as another user or in a container, also behind others: `timeout 9
  /// ssh`.
  private static let launchersElsewhere: Set<String> = [
    "chroot", "distrobox", "distrobox-enter", "doas", "docker", "flatpak-spawn", "gcloud", "incus", "kubectl",
    "limactl", "lxc", "lxc-attach", "machinectl", "mosh", "multipass", "nerdctl", "nsenter", "orb", "pkexec", "plink",
    "podman", "runuser", "ssh", "sshpass", "su", "sudo", "systemd-run", "toolbox", "vagrant",
  ]

  private static func leadsElsewhere(_ launcher: [String], _ console: Console) -> Bool {
    let names = launcher.map { word in
      let name = word.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? word
      return name.hasSuffix(".exe") ? String(name.dropLast(4)) : name
    }
    if names.contains(where: launchersElsewhere.contains) || ServerEntry.assignments(launcher) == nil { return true }
    guard names.first == "wsl" else { return false }
    let distribution = launcher.firstIndex(of: "-d").flatMap { launcher.dropFirst($0 + 1).first }
    return distribution != console.environment["WSL_DISTRO_NAME"]
  }
}

extension LaunchedServer {
  /// Creates the server of the entry of that name in the user's own settings; nil if there is none, or if they cannot be read.
  init?(_ key: String, of client: Client, settings: String, _ console: Console) {
    let entries = try? SettingsFile(client: client, path: settings).entries()
    guard let entry = entries?.first(where: { $0.key.hasSameBytes(as: key) && $0.project == nil }) else { return nil }
    self.init(entry, of: client, settings: settings, isOfProject: false, console)
  }

  private init(
    _ entry: ServerEntry, of client: Client, settings: String, isOfProject: Bool, _ console: Console
  ) {
    let place = entry.project.map { " in " + console.shown(path: $0) } ?? ""
    self.init(
      client: client, settings: settings, isOfProject: isOfProject, entry: entry, title: client.title + place,
      place: LaunchedServer.place(of: entry, console))
  }
}
