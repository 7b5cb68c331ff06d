import Config
import CSystem
import Platform
import Rules
import Safeguards

extension DoctorCheck {
  /// Checks that the ledger can be read and written; without it nothing is triggered.
  static let state = DoctorCheck { patient in
    [StateCheck.directory(patient.state.real)] + sandboxLedger(patient) + older(patient)
  }

  /// Checks the sandbox's own ledger, if there is one.
  private static func sandboxLedger(_ patient: Patient) -> [Finding] {
    guard patient.configuration?.sandbox == true, !FilePath.isAbsent(patient.state.sandbox) else { return [] }
    return [StateCheck.directory(patient.state.sandbox)].filter { $0.status == .problem }
  }

  /// Reports state directories that the environment may have named to an earlier version or another program. Ledgers and pauses
  /// in them have no effect.
  private static func older(_ patient: Patient) -> [Finding] {
    let console = patient.console
    let named = console.environment["XDG_STATE_HOME"].flatMap {
      $0.hasPrefix("/") ? FilePath.join($0, "sequence-mcp") : nil
    }
    let others = [named, StatePlace.standard(in: console.homeDirectory), StatePlace.standard(in: console.accountHome)]
    let real = FilePath.resolvingLinks(patient.state.real)
    var seen: Set<String> = [real]
    return others.compactMap { $0 }.flatMap { path -> [Finding] in
      guard seen.insert(FilePath.resolvingLinks(path)).inserted else { return [] }
      return ["ledger.jsonl", "paused"].filter { FilePath.exists(FilePath.join(path, $0)) }.map { name in
        .note(
          "state directory",
          "\(FilePath.join(path, name)) has no effect; the state directory is \(patient.state.real)",
          help: "move it there if it should count, or delete it")
      }
    }
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
        let files = ["ledger.jsonl", "ledger.lock"].map { FilePath.join(path, $0) }
        let refused = files.first { FilePath.exists($0) && access($0, R_OK | W_OK) != 0 }
        return refused.map { unusable($0, EACCES) } ?? .fine(subject, path)
      }
      return .problem(subject, "\(path) is not a directory", help: "move it away, or set state_dir")
    case .some(ENOENT):
      if walk.danglingLink != nil { return unusable(path, ENOENT) }
      guard let last = walk.lastDirectory, access(last.path, W_OK | X_OK) != 0 else {
        return .fine(subject, "\(path), created at the first trigger")
      }
      return unusable(path, SystemError.lastCode)
    case .some(let code): return unusable(path, code)
    }
  }

  /// - Parameter code: the C `errno`.
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
