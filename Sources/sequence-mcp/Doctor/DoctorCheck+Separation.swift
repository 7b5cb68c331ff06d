import Platform

extension DoctorCheck {
  /// Checks each server that a client reaches through ssh or sudo: it answers, and that route allows nothing else.
  static let separation = DoctorCheck("separation") { input in
    var seen: Set<[String]> = []
    let servers = input.survey.servers
    return (servers.filter { !$0.isOfProject } + servers.filter(\.isOfProject)).flatMap { server -> [Finding] in
      guard let route = SeparationRoute(server.entry), seen.insert(server.entry.words).inserted else { return [] }
      // Anyone who works on the project may have named a host or a program of their own.
      return server.isOfProject ? [untried(server, route)] : route.findings(input.console)
    }
  }

  private static func untried(_ server: LaunchedServer, _ route: SeparationRoute) -> Finding {
    let words =
      switch route {
      case .ssh(let route): [DoctorCommand.ssh.name, route.host]
      case .user(let route):
        [DoctorCommand.runAs.name, route.user] + (route.configuration.map { [Option.config.name, $0] } ?? [])
      }
    let entry = VisibleText.escaped("\(server.title)'s entry '\(server.entry.key)'")
    return .note(
      "\(entry) was not tried: a file of the project names it, \(server.settings)",
      help: "if it is yours, run: "
        + VisibleText.escaped(ShellWord.line(["sequence-mcp", DoctorCommand.name] + words)))
  }
}
