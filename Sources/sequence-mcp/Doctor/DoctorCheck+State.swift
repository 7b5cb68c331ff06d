import Platform
import Rules
import Safeguards

extension DoctorCheck {
  /// Checks that the ledger can be read and written; without it nothing is triggered.
  static let state = DoctorCheck(subject: "state directory") { input in
    guard !input.file.isStateUnknown else {
      return [.note("not known, since the configuration's state_dir cannot be read")]
    }
    let counted = input.state.path(isSandbox: input.configuration?.sandbox == true)
    // A sandbox that was never used has no directory yet.
    let finding = StateCheck.directory(FilePath.isAbsent(counted) ? input.state.real : counted)
    let registered = RegisteredServers(in: [StateLocation.standard(input.console)])
    let faults = registered.faults(besides: finding.status == .problem ? [input.state.real] : [])
    return [finding] + otherDirectories(input, registered.servers) + faults.map { Finding.note($0).about("servers") }
  }

  /// Reports state directories that other configurations use, or that the environment may have named to an earlier version or
  /// another program. Ledgers and pauses in them have no effect on this configuration.
  private static func otherDirectories(_ input: DoctorInput, _ running: [RunningServer]) -> [Finding] {
    let console = input.console
    let named = console.environment["XDG_STATE_HOME"].flatMap {
      FilePath.isAbsolute($0) ? FilePath.join($0, "sequence-mcp") : nil
    }
    let others = [
      named, StateLocation.standard(in: console.homeDirectory), StateLocation.standard(console),
    ]
    let places = distinct(others.compactMap { $0 }, by: \.self, besides: [input.state.real])
    let files = places.flatMap { path in [Ledger.name, PauseFile.name].map { (directory: path, name: $0) } }
      .filter { FilePath.exists(FilePath.join($0.directory, $0.name)) }
    if files.isEmpty { return [] }
    let users = users(input, running)
    return files.map { directory, name in
      finding(name, in: directory, users.first { FilePath.isSame($0.state, directory) }, input)
    }
  }

  private static func finding(
    _ name: String, in path: String, _ user: User?, _ input: DoctorInput
  ) -> Finding {
    let file = FilePath.join(path, name)
    if let user {
      let what = name == PauseFile.name ? "pauses" : "is the ledger of"
      return .note("\(file) \(what) \(user.name), and has no effect on this configuration")
    }
    let text = "\(file) has no effect; the state directory is \(input.state.real)"
    if name == PauseFile.name {
      return .note(text, help: "to pause here, run: \(input.arguments.next(PauseCommand.self))")
    }
    return .note(
      text,
      help: FilePath.exists(FilePath.join(input.state.real, name))
        ? "keep it; its calls: " + AuditCommand.line([Option.stateDirectory.name, path])
        : "move it there if it should count; else keep it")
  }

  /// A client entry, server or configuration that uses a state directory, in words: `Cursor's entry 'sequence'`.
  private typealias User = (state: String, name: String)

  /// Returns the clients' entries, the running servers and the default configuration, except this run's own.
  private static func users(_ input: DoctorInput, _ running: [RunningServer]) -> [User] {
    let console = input.console
    let entries = input.survey.servers.compactMap { server in
      server.paths.map { (state: $0.state, name: server.name) }
    }
    let users = entries + running.map { ($0.stateDirectory, "a running server, process \($0.processID)") }
    let standard = ConfigurationLocation(named: nil, console)
    let path = FilePath.absolute(standard.path)
    guard standard.exists, !FilePath.isSame(path, input.place.path) else { return users }
    return users + [(StateLocation.named(by: path, console), "the configuration \(console.shown(path: path))")]
  }
}
