import JSON
import Platform

extension DoctorCheck {
  /// Checks that the installed clients launch this very binary, with this run's configuration and options.
  static let clients = DoctorCheck { input in
    let places = ClientLocations.ofThisSystem(input.console)
    let found = Clients.all.filter { $0.isFound(places) }
    if found.isEmpty {
      return [
        .note("clients", "none found", help: "'sequence-mcp client-config mcp-json' prints an entry for any client")
      ]
    }
    return found.flatMap { ClientCheck(client: $0, input: input).findings(places) }
  }
}

/// The comparison of one client's settings with this run.
private struct ClientCheck {
  let client: Client
  let input: DoctorInput

  func findings(_ places: ClientLocations) -> [Finding] {
    let paths = client.settings(places).filter(FilePath.exists)
    if client.syntax == .yaml {
      return [
        .note("clients", "\(client.title)'s settings were not checked", help: "compare: \(command(install: false))")
      ]
    }
    var findings: [Finding] = []
    for path in paths + [client.projectSettings?(places)].compactMap({ $0 }) {
      do throws(CommandError) {
        findings += try ClientInstallation(client: client, path: path).entries().map { finding($0, in: path) }
      } catch {
        findings.append(.problem("clients", "\(client.title): \(error.message)", help: "correct that file"))
      }
    }
    guard findings.isEmpty else { return findings }
    // Another program may have the usual name.
    let isTaken = paths.contains {
      (try? ClientInstallation(client: client, path: $0).has(ServerEntry.defaultKey)) ?? false
    }
    let install = command(install: true, isTaken ? ServerEntry.otherKey : ServerEntry.defaultKey)
    return [.note("clients", "\(client.title) does not have this server", help: "run: \(install)")]
  }

  /// Returns the first difference from this run.
  private func finding(_ entry: ServerEntry, in settings: String) -> Finding {
    let who = "\(client.title) launches"
    if let member = entry.switchedOffBy {
      return .note(
        "clients", "\(client.title) does not start '\(entry.key)': its entry says \(member)",
        help: "if it should, change that in \(input.console.shown(path: settings))")
    }
    switch SeparationRoute(entry) {
    case .ssh(let route):
      return .fine(
        "clients", "\(who) it as '\(entry.key)' on '\(VisibleText.escaped(route.host))', through ssh; see 'separation'")
    case .user(let route):
      return .fine(
        "clients", "\(who) it as '\(entry.key)', as the user '\(VisibleText.escaped(route.user))'; see 'separation'")
    case nil: break
    }
    if case .elsewhere(let launcher) = LaunchedServer(entry, of: client, settings: settings, input.console).place {
      return .note(
        "clients", "\(who) it as '\(entry.key)' through '\(ShellWord.line(launcher))', which was not checked")
    }
    guard FilePath.resolvingLinks(entry.binary).hasSameBytes(as: OwnBinary.path()) else {
      let isThere = FilePath.exists(entry.binary)
      let install = "run: \(command(install: true, entry.key, keeping: entry))"
      return .problem(
        "clients",
        "\(who) \(entry.binary) as '\(entry.key)', which is \(isThere ? "another copy" : "missing")",
        help: isThere ? "if it should be this one, \(install)" : install)
    }
    return commandFinding(entry, who) ?? configurationFinding(entry, who, settings) ?? stateFinding(
      entry, who, settings) ?? optionsFinding(entry, who)
      ?? .fine("clients", "\(who) this program as '\(entry.key)'")
  }

  /// Reports arguments that this program does not accept or that start no server: the client only sees that the process ended.
  private func commandFinding(_ entry: ServerEntry, _ who: String) -> Finding? {
    entry.serveFault.map { fault in
      .problem(
        "clients", "\(who) this program as '\(entry.key)'\(fault)",
        help: "correct the entry, or run: \(command(install: true, entry.key, keeping: entry))")
    }
  }

  private func configurationFinding(_ entry: ServerEntry, _ who: String, _ settings: String) -> Finding? {
    // Without an option or a variable of its own, the entry uses the path that a client's bare environment leads to.
    guard case .here(let path, _) = LaunchedServer(entry, of: client, settings: settings, input.console).place else {
      return nil
    }
    let isNamed = entry.namesConfiguration
    let install = "run: \(command(install: true, entry.key, keeping: entry))"
    // VS Code and its forks expand `${userHome}` and `${workspaceFolder}`.
    if isNamed, NamedPath.unexpanded(path)?.hasPrefix("${") == true {
      return .note(
        "clients",
        "\(who) '\(entry.key)' with the configuration \(path), which was not checked: some clients replace such names"
      )
    }
    if isNamed, !FilePath.isAbsolute(path) {
      return .problem(
        "clients",
        "\(who) '\(entry.key)' with the \(path.isEmpty ? "empty path ''" : "relative path \(path)"), which means another file in each directory",
        help: install)
    }
    if isNamed, !FilePath.exists(path) {
      return .problem(
        "clients", "\(who) '\(entry.key)' with a configuration that does not exist, \(path)", help: install)
    }
    if FilePath.isSame(path, input.place.path) { return nil }
    // An entry cannot be made for a configuration that is not there.
    return .note(
      "clients", "\(who) '\(entry.key)' with another configuration, \(path)",
      help: FilePath.exists(input.place.path)
        ? "if it should be \(input.console.shown(path: input.place.path)), \(install)"
        : "to check that one, run: \(ShellWord.line(["sequence-mcp", DoctorCommand.name, Option.config.name, path]))")
  }

  /// Reports another state directory: its ledger does not count the calls that this run's ledger counts.
  private func stateFinding(_ entry: ServerEntry, _ who: String, _ settings: String) -> Finding? {
    let launched = LaunchedServer(entry, of: client, settings: settings, input.console)
    guard case .here(_, let state) = launched.place, !FilePath.isSame(state, input.state.real) else { return nil }
    let install = command(install: true, entry.key, keeping: entry, stateDirectory: input.state.real)
    return .note(
      "clients",
      "\(who) '\(entry.key)' with another state directory, \(state), so its calls are counted in a separate ledger",
      help: "if it should be \(input.console.shown(path: input.state.real)), run: \(install)")
  }

  private func optionsFinding(_ entry: ServerEntry, _ who: String) -> Finding? {
    let flags = ServerEntry.flags.filter(entry.arguments.contains)
    if !flags.isEmpty {
      return .note(
        "clients", "\(who) this program as '\(entry.key)' with \(flags.joined(separator: " "))",
        help: "if it should not, run: \(command(install: true, entry.key))")
    }
    return nil
  }

  /// Returns the command that makes the entry launch this program with this run's configuration.
  /// - Parameter entry: Keeps the flags that hold back its calls.
  private func command(
    install: Bool, _ key: String = ServerEntry.defaultKey, keeping entry: ServerEntry? = nil,
    stateDirectory: String? = nil
  ) -> String {
    var words = ["sequence-mcp", ClientConfigCommand.name, client.name]
    let isWritten = client.isWritten
    if install, isWritten { words.append("--install") }
    if key != ServerEntry.defaultKey { words += ["--name", key] }
    if FilePath.exists(input.place.path) { words += ["--config", FilePath.absolute(input.place.path)] }
    // An entry that exists keeps its own.
    let given = entry == nil && input.arguments.has(.stateDirectory) ? input.state.real : nil
    if let stateDirectory = stateDirectory ?? given { words += [Option.stateDirectory.name, stateDirectory] }
    words += ServerEntry.flags.filter { entry?.arguments.contains($0) ?? false }
    return ShellWord.line(words)
  }
}
