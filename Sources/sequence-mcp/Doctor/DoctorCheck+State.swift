import Config
import CSystem
import Platform
import Rules
import Safeguards

extension DoctorCheck {
  /// Checks that the ledger can be read and written; without it nothing is triggered.
  static let state = DoctorCheck { input in
    guard !input.isStateUnknown else {
      return [.note("state directory", "not known, since the configuration's state_dir cannot be read")]
    }
    let counted = input.state.path(isSandbox: input.configuration?.sandbox == true)
    // A sandbox that was never used has no directory yet.
    let finding = StateCheck.directory(FilePath.isAbsent(counted) ? input.state.real : counted)
    let registered = RegisteredServers(in: [StateLocation.standard(in: input.console.accountHome)])
    let faults = registered.faults(besides: finding.status == .problem ? [input.state.real] : [])
    return [finding] + older(input, registered.servers) + faults.map { .note("servers", $0) }
  }

  /// Reports state directories that other configurations use, or that the environment may have named to an earlier version or
  /// another program. Ledgers and pauses in them have no effect on this configuration.
  private static func older(_ input: DoctorInput, _ running: [RunningServer]) -> [Finding] {
    let console = input.console
    let named = console.environment["XDG_STATE_HOME"].flatMap {
      FilePath.isAbsolute($0) ? FilePath.join($0, "sequence-mcp") : nil
    }
    let others = [
      named, StateLocation.standard(in: console.homeDirectory), StateLocation.standard(in: console.accountHome),
    ]
    var seen: Set<ByteText> = [ByteText(FilePath.resolvingLinks(input.state.real))]
    let places = others.compactMap { $0 }.filter { seen.insert(ByteText(FilePath.resolvingLinks($0))).inserted }
    guard places.contains(where: { path in stateFiles.contains { FilePath.exists(FilePath.join(path, $0)) } }) else {
      return []
    }
    let users = StateUser.all(input, running)
    return places.flatMap { path -> [Finding] in
      let user = users.first { FilePath.isSame($0.state, path) }
      return stateFiles.filter { FilePath.exists(FilePath.join(path, $0)) }.map { finding($0, in: path, user, input) }
    }
  }

  private static let stateFiles = ["ledger.jsonl", PauseFile.name]

  private static func finding(
    _ name: String, in path: String, _ user: StateUser?, _ input: DoctorInput
  ) -> Finding {
    let file = FilePath.join(path, name)
    let subject = "state directory"
    if let user {
      let what = name == PauseFile.name ? "pauses" : "is the ledger of"
      return .note(subject, "\(file) \(what) \(user.name), and has no effect on this configuration")
    }
    let text = "\(file) has no effect; the state directory is \(input.state.real)"
    if name == PauseFile.name {
      return .note(subject, text, help: "to pause here, run: \(input.arguments.next(PauseCommand.self))")
    }
    let directory = ShellWord.quoted(path)
    return .note(
      subject, text,
      help: FilePath.exists(FilePath.join(input.state.real, name))
        ? "keep it; its calls: sequence-mcp \(AuditCommand.name) \(Option.stateDirectory.name) \(directory)"
        : "move it there if it should count; else keep it")
  }
}

/// Something that counts its calls in a state directory.
private struct StateUser {
  let state: String
  /// In words: `Cursor's entry 'sequence'`.
  let name: String

  /// The clients' entries, the running servers and the default configuration, except this run's own.
  static func all(_ input: DoctorInput, _ running: [RunningServer]) -> [StateUser] {
    let console = input.console
    let entries = LaunchedServer.survey(console).servers.compactMap { server in
      server.state.map {
        StateUser(state: $0, name: "\(server.client.title)'s entry '\(VisibleText.escaped(server.entry.key))'")
      }
    }
    let running = running.map {
      StateUser(state: $0.stateDirectory, name: "a running server, process \($0.processID)")
    }
    let standard = ConfigurationLocation(named: nil, console)
    let path = FilePath.absolute(standard.path)
    guard !FilePath.isAbsent(path), !FilePath.isSame(path, input.place.path) else { return entries + running }
    let state = ConfiguredState.directory(of: path, console) ?? StateLocation.standard(in: console.accountHome)
    return entries + running + [StateUser(state: state, name: "the configuration \(console.shown(path: path))")]
  }
}

/// The state of a state directory, as the next trigger will find it.
enum StateCheck {
  /// Returns the reason why nothing can be written there; nil if something can.
  static func fault(_ path: String) -> Finding? {
    let found = place(path)
    return found.status == .problem ? found : nil
  }

  /// Returns the finding on the directory and its ledger.
  static func directory(_ path: String) -> Finding {
    let found = place(path)
    return found.status == .fine && FilePath.exists(path) ? ledger(path) : found
  }

  private static func place(_ path: String) -> Finding {
    let walk = PathWalk(to: path)
    let fault = access(path, R_OK | W_OK | X_OK) == 0 ? 0 : SystemError.lastCode
    switch walk.failure?.code {
    case nil:
      if walk.end?.status.kind == .directory {
        guard fault == 0 else { return unusable(path, fault) }
        guard FileSystem.hasRoom(path) else { return unusable(path, ENOSPC) }
        let files = ["ledger.jsonl", "ledger.lock"].map { FilePath.join(path, $0) }
        let refused = files.first { FilePath.exists($0) && access($0, R_OK | W_OK) != 0 }
        return refused.map { unusable($0, EACCES) } ?? .fine(subject, path)
      }
      return .problem(subject, "\(path) is not a directory", help: "move it away, or set state_dir")
    case .some(ENOENT):
      if walk.danglingLink != nil { return unusable(path, ENOENT) }
      if let last = walk.lastDirectory {
        guard access(last.path, W_OK | X_OK) == 0 else { return unusable(path, SystemError.lastCode) }
        guard FileSystem.hasRoom(last.path) else { return unusable(path, ENOSPC) }
      }
      return .fine(subject, "\(path), created at the first trigger")
    case .some(let code): return unusable(path, code)
    }
  }

  /// - Parameter code: The C `errno`.
  private static func unusable(_ path: String, _ code: Int32) -> Finding {
    .problem(
      subject, "\(path) cannot be used: \(PathHelp().problem(code, PathWalk(to: path)))",
      help: StateHelp.help(code, path: path))
  }

  /// Returns the finding on the ledger, which is read as a trigger would read it.
  private static func ledger(_ path: String) -> Finding {
    do throws(LedgerFault) {
      let report = try AuditReport(
        Ledger(path: path, clock: SystemClock()), filter: AuditFilter(), limits: AuditedLimits())
      if let pause = report.pause {
        let directory = ShellWord.quoted(FilePath.parent(pause.path))
        return .note(
          subject, "all triggers are paused",
          help: "run: sequence-mcp \(ResumeCommand.name) \(Option.stateDirectory.name) \(directory)")
      }
      // Without a ledger nothing was read, so the finding must not claim that it can be.
      let hasLedger = FilePath.exists(FilePath.join(path, "ledger.jsonl"))
      return .fine(
        subject,
        path + (hasLedger ? ", its ledger can be read" : ", which has no ledger until the first trigger"))
    } catch {
      return .problem(subject, error.description, help: error.help)
    }
  }

  private static let subject = "state directory"
}
