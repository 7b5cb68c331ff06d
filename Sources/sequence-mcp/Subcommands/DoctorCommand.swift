import Config

/// `doctor`: checks of the whole setup, one line each.
enum DoctorCommand: Subcommand {
  static let name = "doctor"
  static let summary = "diagnose the setup and suggest fixes"
  static let online = Option.flag("--online", "also read the accounts from the API; nothing is ever triggered")
  static let simulate = Option.flag(
    "--simulate", "like --online, and simulate each rule of the Platform API once; nothing moves")
  static let ssh = Option.value(
    "--ssh", "HOST", "only test the server on HOST: it answers, and its key can do nothing else")
  static let runAs = Option.value(
    "--run-as", "USER", "only test the server that runs as USER: it answers, and nothing else may be run")
  static let options = [Option.config, Option.stateDirectory, online, simulate, ssh, runAs]
  static let details = """
    Checks, with one finding per line: the configuration, who may change it, the secrets, the directory of the ledger,
    libcurl, the certificates, the API (with --online), each rule of the Platform API (with --simulate), and whether the
    installed clients launch this binary. 'ok' is fine, 'note' is worth knowing, 'problem' says what to do. Exit code 1
    means that there is a problem, 3 that the configuration could not be read or the API not be reached.

    A server on another machine or of another user, installed in a client or named by --ssh or --run-as, is started the way
    the client does it, and everything that must be refused to this user is tried. Nothing is changed or triggered.
    """
  static let examples = [
    "doctor", "doctor --online", "doctor --simulate", "doctor --ssh bank", "doctor --run-as sequence",
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    if let route = try route(arguments, console) { return console.report(route.findings(console)) }
    let input = try DoctorInput(arguments, console)
    let exitCode = console.report(DoctorCheck.all.flatMap { $0.run(input) })
    return input.loaded?.isUnreadable == true ? .unusable : exitCode
  }

  /// Returns the server that this run tests alone, on another machine or as another user; nil to test this machine's setup.
  private static func route(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> SeparationRoute? {
    for route in [ssh, runAs] where arguments.has(route) {
      for option in [online, simulate] where arguments.has(option) {
        throw .usage("'\(option.name)' does not work with '\(route.name)', which tests only that server")
      }
    }
    if let host = arguments[ssh] {
      try arguments.refuse(ssh, with: runAs)
      return .ssh(try SSHRoute(host: host, home: console.homeDirectory))
    }
    guard let user = arguments[runAs] else { return nil }
    guard !arguments.has(.stateDirectory) else {
      throw .usage("'\(Option.stateDirectory.name)' does not work with '\(runAs.name)'")
    }
    return .user(try UserRoute(user: user, arguments, console))
  }
}

extension Console {
  func out(_ finding: Finding) { out(finding.line(self)) }

  /// Prints the findings.
  /// - Returns: the exit code of a command whose result they are.
  func report(_ findings: [Finding]) -> ExitCode {
    for finding in findings { out(finding) }
    if findings.contains(where: \.isUnusable) { return .unusable }
    return findings.contains { $0.status == .problem } ? .failure : .success
  }
}
