/// `doctor`: what a run needs, line by line.
enum DoctorCommand: Subcommand {
  static let name = "doctor"
  static let summary = "check what a run needs, and say what to do about what is missing"
  static let online = Option.flag("--online", "also read the accounts from the API; nothing is ever triggered")
  static let simulate = Option.flag(
    "--simulate", "as --online, and simulate each rule of the Platform API once; nothing moves")
  static let options = [Option.config, Option.stateDirectory, online, simulate]
  static let details = """
    One line each: the configuration, who may change it, the secrets, the folder of the ledger, libcurl, the certificates,
    the API (with --online), each rule of the Platform API (with --simulate), and whether the clients that are installed
    launch this binary. 'ok' is fine, 'note' is worth knowing, 'problem' says what to do. Exit code 1 where there is a problem.
    """
  static let examples = ["doctor", "doctor --online", "doctor --simulate"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let place = ConfigurationPlace(named: arguments[.config], console)
    let patient = try Patient(
      place, arguments, isOnline: arguments.has(online) || arguments.has(simulate),
      simulates: arguments.has(simulate), console)
    let findings = DoctorCheck.all.flatMap { $0.run(patient) }
    for finding in findings { console.out(finding.line(console)) }
    return findings.contains { $0.status == .problem } ? .judgedBad : .success
  }
}
