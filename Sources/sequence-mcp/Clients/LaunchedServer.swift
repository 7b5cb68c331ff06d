import Platform

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
  var name: String { "\(title)'s entry '\(entry.key)'" }

  private static func place(of entry: ServerEntry, _ console: Console) -> Place {
    if let route = SeparationRoute(entry) { return .separate(route) }
    if entry.binary.isEmpty { return SSHRoute.keyIndex(in: entry.launcher) == nil ? .shellLine : .elsewhere }
    if ServerEntry.leadsElsewhere(entry.launcher, console) { return .elsewhere }
    let home = entry.variable("HOME") ?? console.homeDirectory
    let configuration =
      entry.namedConfiguration.map { NamedPath.expanded($0, home: home) }
      ?? ConfigurationLocation.standard(home: home, configurationHome: entry.variable("XDG_CONFIG_HOME"))
    let state = entry.namedStateDirectory.flatMap {
      $0.isEmpty ? nil : NamedPath.expanded($0, home: console.accountHome)
    }
    return .here(configuration: configuration, state: state ?? StateLocation.named(by: configuration, console))
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
}

extension LaunchedServer {
  /// Creates the server of the entry of that name, not one of a single project; nil if it cannot be read.
  init?(_ key: String, in file: SettingsFile, _ console: Console) {
    let entries = try? file.entries()
    guard let entry = entries?.first(where: { $0.key.hasSameBytes(as: key) && $0.project == nil }) else { return nil }
    self.init(entry, in: file, console)
  }

  init(_ entry: ServerEntry, in file: SettingsFile, _ console: Console) {
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
    var (kept, lost): ([String], [String]) = ([], [])
    for (option, path) in [(Option.config, entry.namedConfiguration), (.stateDirectory, entry.namedStateDirectory)] {
      guard let path, !options.contains(option.name) else { continue }
      if ServerEntry.isShown(path: path) { kept += option.words(path) } else { lost.append(option.name) }
    }
    let written = (client.form.before + client.form.after).map(\.key)
    lost += entry.otherVariables + entry.otherOptions + entry.otherMembers.filter { !written.contains($0) }
    let copy = lost.isEmpty ? "" : "copy \(lost.joined(separator: ", ")) of the entry, which this deletes, and "
    return copy + "run: \(removal) && \(install(kept))"
  }
}
