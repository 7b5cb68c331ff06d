import Platform

extension DoctorCheck {
  /// Checks that the installed clients launch this very binary, with this run's configuration and options.
  static let clients = DoctorCheck(subject: "clients") { input in
    let places = ClientLocations.ofThisSystem(input.console)
    let found = Clients.all.filter { $0.isFound(places) }
    if found.isEmpty {
      let command = input.arguments.next(ClientConfigCommand.self, Clients.plain.name)
      return [.note("none found", help: "'\(command)' prints an entry for any client")]
    }
    return found.flatMap { ClientCheck(client: $0, input: input).findings(places) }
  }

  /// Checks each server that a client reaches through ssh or sudo: it answers, and that route allows nothing else.
  static let separation = DoctorCheck(subject: "separation") { input in
    var seen: Set<[String]> = []
    let servers = input.survey.servers
    let ordered = servers.filter { !$0.file.isOfProject } + servers.filter(\.file.isOfProject)
    return ordered.flatMap { server -> [Finding] in
      guard let route = server.route, seen.insert(server.entry.words).inserted else { return [] }
      // Anyone who works on the project may have named a host or a program of their own.
      return server.file.isOfProject ? [untried(server, route)] : route.findings(input.console)
    }
  }

  private static func untried(_ server: LaunchedServer, _ route: SeparationRoute) -> Finding {
    let words =
      switch route {
      case .ssh(let route): [DoctorCommand.ssh.name, route.host]
      case .user(let route):
        [DoctorCommand.runAs.name, route.user] + Option.config.words(route.configuration)
      }
    return .note(
      "\(server.name) was not tried: a file of the project names it, \(server.file.path)",
      help: "if it is yours, run: " + DoctorCommand.line(words))
  }
}

/// The comparison of one client's settings with this run.
private struct ClientCheck {
  let client: Client
  let input: DoctorInput

  func findings(_ places: ClientLocations) -> [Finding] {
    if client.syntax == .yaml {
      let command = ClientConfigCommand.line(client.configWords() + input.entryOptions())
      return [.note("\(client.title)'s settings were not checked", help: "compare: \(command)")]
    }
    let findings =
      input.survey.servers.filter { $0.client.name == client.name }.map(finding)
      + input.survey.unread.filter { $0.client.name == client.name }.map { _, text, isFault in
        isFault ? .problem(text, help: "correct that file") : .note(text)
      }
    guard findings.isEmpty else { return findings }
    // Whoever removed the server does not want it back, and perhaps only its file makes the client look installed.
    let settings = client.files(places).filter { !$0.isOfProject }
    if settings.contains(where: \.isEmptied) { return [] }
    // Another program may have the usual name.
    let isTaken = settings.contains { $0.has(ServerEntry.defaultKey) }
    let words = client.configWords(isTaken ? ServerEntry.otherKey : ServerEntry.defaultKey) + input.entryOptions()
    return [.note("\(client.title) does not have this server", help: "run: " + ClientConfigCommand.line(words))]
  }

  private func finding(_ server: LaunchedServer) -> Finding {
    let entry = server.entry
    if let member = entry.switchedOffBy {
      return .note(
        "\(server.title) does not start '\(entry.key)': its entry says \(member)",
        help: "if it should, change that in \(input.console.shown(path: server.file.path))")
    }
    switch server.place {
    case .here(let configuration, let state): return difference(of: server, configuration, state: state)
    case .separate(.ssh(let route)):
      return .fine(
        "\(server.title) launches it as '\(entry.key)' on '\(route.host)', through ssh; see 'separation'")
    case .separate(.user(let route)):
      return .fine("\(server.title) launches it as '\(entry.key)', as the user '\(route.user)'; see 'separation'")
    case .elsewhere, .shellLine:
      return .note(
        "\(server.title) launches it as '\(entry.key)' through \(entry.shownLauncher), which was not checked")
    }
  }

  /// Returns the first difference from this run.
  private func difference(of server: LaunchedServer, _ configuration: String, state: String) -> Finding {
    let entry = server.entry
    let who = "\(server.title) launches this program as '\(entry.key)'"
    let install = server.rewriting(with: input.entryOptions() + entry.flags)
    guard FilePath.resolvingLinks(entry.binary).hasSameBytes(as: OwnBinary.path()) else {
      let isThere = FilePath.exists(entry.binary)
      return .problem(
        "\(server.title) launches \(entry.shownBinary) as '\(entry.key)', which is \(isThere ? "another copy" : "missing")",
        help: isThere ? "if it should be this one, \(install)" : install)
    }
    // Arguments that this program does not accept or that start no server: the client only sees that the process ended.
    if let fault = entry.serveFault { return .problem(who + fault, help: "correct the entry, or \(install)") }
    if let finding = difference(ofConfiguration: configuration, server, install) { return finding }
    guard FilePath.isSame(state, input.state.real) else {
      // Its ledger does not count the calls that this run's ledger counts.
      let install = server.rewriting(with: input.entryOptions(stateDirectory: input.state.real) + entry.flags)
      return .note(
        "\(server.title) launches '\(entry.key)' with another state directory, \(ServerEntry.shown(path: state)), so its "
          + "calls are counted in a separate ledger",
        help: "if it should be \(input.console.shown(path: input.state.real)), \(install)")
    }
    guard !entry.flags.isEmpty else { return .fine(who) }
    return .note(
      who + " with \(entry.flags.joined(separator: " "))",
      help: "if it should not, " + server.rewriting(with: input.entryOptions()))
  }

  /// - Parameter path: Without an option or a variable of its own, the entry uses the path that a client's bare environment
  ///   leads to.
  private func difference(ofConfiguration path: String, _ server: LaunchedServer, _ install: String) -> Finding? {
    let entry = server.entry
    let who = "\(server.title) launches '\(entry.key)' with"
    let shown = ServerEntry.shown(path: path)
    if entry.namedConfiguration != nil {
      // VS Code and its forks expand `${userHome}` and `${workspaceFolder}`.
      if NamedPath.unexpanded(path)?.hasPrefix("${") == true {
        return .note("\(who) the configuration \(shown), which was not checked: some clients replace such names")
      }
      if !FilePath.isAbsolute(path) {
        let what = path.isEmpty ? "the empty path ''" : shown == path ? "the relative path \(path)" : "a relative path"
        return .problem("\(who) \(what), which means another file in each directory", help: install)
      }
      if !FilePath.exists(path) {
        // An entry cannot be made for a configuration that is not there.
        return .problem(
          "\(who) a configuration that does not exist, \(shown)",
          help: FilePath.exists(input.place.path)
            ? install
            : "restore the file"
              + (shown == path ? ", or run: " + InitCommand.line([Option.config.name, shown]) : ""))
      }
    }
    if FilePath.isSame(path, input.place.path) { return nil }
    return .note(
      "\(who) another configuration, \(shown)",
      help: FilePath.exists(input.place.path)
        ? "if it should be \(input.console.shown(path: input.place.path)), \(install)"
        : "to check that one, run: " + DoctorCommand.line([Option.config.name, shown]))
  }
}
