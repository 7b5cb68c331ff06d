import Platform

/// What the clients on this machine launch.
struct ClientSurvey {
  private(set) var servers: [LaunchedServer] = []
  /// Descriptions of settings that were not read, each with whether they are faulty.
  private(set) var unread: [(client: Client, text: String, isFault: Bool)] = []

  /// The maximum number of entries that are read from a settings file of the user, and from one of a project.
  private static let limits = (own: 64, project: 8)

  /// Reads the settings of every installed client.
  init(_ console: Console) {
    let places = ClientLocations.ofThisSystem(console)
    for client in Clients.all where client.isFound(places) {
      for file in client.files(places) where !FilePath.isAbsent(file.path) {
        do throws(CommandError) {
          try read(file, console)
        } catch {
          unread.append((client, "\(client.title): \(error.message)", true))
        }
      }
    }
  }

  private mutating func read(_ file: SettingsFile, _ console: Console) throws(CommandError) {
    let client = file.client
    guard client.syntax != .yaml else {
      // Settings without its name launch nothing of this program.
      guard try TextFile(at: file.path).bytes?.contains(part: "sequence-mcp".utf8) ?? true else { return }
      return unread.append((client, "\(client.title)'s settings are not checked", false))
    }
    let entries = try file.entries()
    let limit = file.isOfProject ? Self.limits.project : Self.limits.own
    servers += entries.prefix(limit).map { LaunchedServer($0, in: file, console) }
    guard entries.count > limit else { return }
    let all = "\(entries.count) entries of this program in \(file.path)"
    unread.append((client, "\(client.title): of the \(all), only \(limit) were read", false))
  }

  /// Returns what a command on those directories does not reach, each with what to do about it.
  /// - Parameters:
  ///   - words: The subcommand and its operands.
  ///   - asks: Whether it asks at a terminal.
  func unreached(by directories: [String], _ words: [String], asks: Bool = false) -> [String] {
    servers.compactMap { $0.unreached(by: directories, words, asks: asks) } + unread.map(\.text)
  }
}

/// A client's entry that launches this program, with the configuration and the state directory of that server.
struct LaunchedServer {
  let file: SettingsFile
  let entry: ServerEntry
  /// Who launches it, in words: `Claude Code in ~/money`.
  let title: String
  let place: Place

  /// Where the server runs.
  enum Place {
    /// Here, as this user. The configuration, which may not exist, is absolute unless the entry says otherwise; the state
    /// directory is that of the real account.
    case here(configuration: String, state: String)
    /// Where this program's own route by ssh or sudo leads.
    case separate(SeparationRoute)
    /// On another machine, as another user or in a container.
    case elsewhere
    /// Only a shell knows what its line or script starts.
    case shellLine
  }

  /// The paths of a server that runs here, as this user.
  var paths: (configuration: String, state: String)? {
    if case .here(let configuration, let state) = place { (configuration, state) } else { nil }
  }
  var client: Client { file.client }
  var route: SeparationRoute? { if case .separate(let route) = place { route } else { nil } }
  /// `Claude Code's entry 'seq'`.
  var name: String { "\(title)'s entry '\(VisibleText.escaped(entry.key))'" }

  private static func place(of entry: ServerEntry, _ console: Console) -> Place {
    if let route = SeparationRoute(entry) { return .separate(route) }
    if entry.binary.isEmpty { return .shellLine }
    if ServerEntry.leadsElsewhere(entry.launcher, console) { return .elsewhere }
    let home = entry.variable("HOME") ?? console.homeDirectory
    let configuration =
      entry.namedConfiguration.map { NamedPath.expanded($0, home: home) }
      ?? ConfigurationLocation.standard(home: home, configurationHome: entry.variable("XDG_CONFIG_HOME"))
    let state = entry.namedStateDirectory.flatMap {
      $0.isEmpty ? nil : NamedPath.expanded($0, home: console.accountHome)
    }
    return .here(
      configuration: configuration,
      state: state ?? StateLocation.named(by: configuration, console))
  }

  /// The directory of the project in which alone the client starts it; nil for all projects.
  var project: String? { file.isOfProject ? FilePath.parent(file.path) : entry.project }

  /// Whether the owner's commands look into its state directory. A project's file may name any directory, so a server must run
  /// there.
  var isUsed: Bool {
    guard file.isOfProject, let paths else { return true }
    return !RegisteredServers(in: [paths.state]).servers.isEmpty
  }

  /// Whether its client starts it, and not with an option under which nothing is triggered in the real account.
  var canTrigger: Bool { entry.switchedOffBy == nil && entry.flags.isEmpty }

  /// Returns the state directories of the server; nil if it runs on another machine or as another user, or if they do not exist
  /// and must not be shown.
  func stateLocation(_ console: Console) -> StateLocation? {
    guard let paths, ServerEntry.isShown(path: paths.state) else { return nil }
    return try? StateLocation(option: paths.state, configurationPath: paths.configuration, console)
  }
}

extension LaunchedServer {
  /// Creates the server of the entry of that name, not one of a single project; nil if it cannot be read.
  init?(_ key: String, in file: SettingsFile, _ console: Console) {
    let entries = try? file.entries()
    guard let entry = entries?.first(where: { $0.key.hasSameBytes(as: key) && $0.project == nil }) else { return nil }
    self.init(entry, in: file, console)
  }

  fileprivate init(_ entry: ServerEntry, in file: SettingsFile, _ console: Console) {
    let place = entry.project.map { " in " + console.shown(path: $0) } ?? ""
    self.init(
      file: file, entry: entry, title: file.client.title + place, place: LaunchedServer.place(of: entry, console))
  }
}

extension LaunchedServer {
  /// Returns how to write the entry anew with these options: `run: sequence-mcp client-config ...`. What the entry has besides
  /// them stays; if it has to be removed first, the command repeats its paths, and the rest is named.
  func rewriting(with options: [String]) -> String {
    func install(_ more: [String]) -> String {
      ClientConfigCommand.line(client.configWords(entry.key, isForProject: file.isOfProject) + options + more)
    }
    let removal: String
    if let project = entry.project, let remove = client.removeCommand {
      // Claude Code's own entry for one project: without it, the one for all projects counts.
      removal = ShellWord.line(["cd", project]) + " && " + ShellWord.line(remove(entry.key, "local"))
    } else if file.isWritten, entry.launcher.first?.hasSuffix("wsl.exe") == false {
      // An installation refuses an entry that launches this program through another one than the client's own.
      let words = client.configWords(entry.key, isForProject: file.isOfProject, ClientConfigCommand.remove)
      removal = ClientConfigCommand.line(words)
    } else {
      return "run: " + install([])
    }
    let paths = [(Option.config, entry.namedConfiguration), (.stateDirectory, entry.namedStateDirectory)]
      .filter { option, path in path != nil && !options.contains(option.name) }
    let kept = paths.filter { ServerEntry.isShown(path: $0.1 ?? "") }
    let written = (client.form.before + client.form.after).map(\.key)
    let lost =
      paths.map(\.0.name).filter { name in !kept.contains { $0.0.name == name } } + entry.otherVariables
      + entry.otherOptions + entry.otherMembers.filter { !written.contains($0) }
    let copy = lost.isEmpty ? "" : "copy \(lost.joined(separator: ", ")) of the entry, which this deletes, and "
    return copy + "run: \(removal) && \(install(kept.flatMap { $0.words($1) }))"
  }
}
