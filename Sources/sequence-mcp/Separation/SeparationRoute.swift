import Platform

/// The route by which an entry reaches a server whose secrets this user cannot read.
enum SeparationRoute {
  case ssh(SSHRoute)
  case user(UserRoute)

  /// Creates the route of an entry; nil if the entry starts the program here.
  init?(_ entry: ServerEntry) {
    let route = SSHRoute(words: entry.words).map(Self.ssh) ?? UserRoute(entry).map(Self.user)
    guard let route else { return nil }
    self = route
  }

  /// The launcher's words that lead there.
  var way: [String] {
    switch self {
    case .ssh(let route): ["ssh", route.host]
    case .user(let route): ["sudo", "-u", route.user]
    }
  }

  /// Returns a command line for the owner that runs a subcommand where the server runs.
  /// - Parameters:
  ///   - words: The subcommand and its operands.
  ///   - asks: Whether it asks at a terminal.
  func command(_ words: [String], asks: Bool = false) -> String {
    switch self {
    case .ssh(let route):
      ShellWord.line(["ssh"] + (asks ? ["-t"] : []) + [route.host, "sequence-mcp"] + words)
    case .user(let route):
      ShellWord.line(way + [route.program] + words + route.entry.shownPlaces)
    }
  }

  /// Starts the server and tries the actions that must be refused.
  func findings(_ console: Console) -> [Finding] {
    let proof = SeparationProof(environment: console.environment)
    let findings =
      switch self {
      case .ssh(let route): SSHProof(route: route, proof: proof).findings
      case .user(let route):
        UserProof(route: route, proof: proof, loader: ConfigurationInput.loader(console)).findings
      }
    return findings.map { $0.about("separation") }
  }
}
