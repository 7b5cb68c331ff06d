import Config
import Platform
import Safeguards

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension DoctorCheck {
  /// The ledger can be read and written: without it nothing is triggered.
  static let state = DoctorCheck { patient in
    [directory(patient.state.real)] + older(patient)
  }

  private static func directory(_ path: String) -> Finding {
    let walk = PathWalk(to: path)
    if let end = walk.end, end.status.kind == .directory, access(path, R_OK | W_OK | X_OK) == 0 { return ledger(path) }
    guard let last = walk.lastDirectory else { return unusable(path, walk, EIO) }
    switch walk.failure?.code {
    case nil:
      return walk.end?.status.kind == .directory
        ? unusable(path, walk, errno)
        : .problem("state directory", "\(path) is not a directory", remedy: "move it away, or set state_dir")
    case ENOENT:
      return access(last.path, W_OK | X_OK) == 0
        ? .fine("state directory", "\(path), made at the first trigger") : unusable(last.path, walk, errno)
    case .some(let code): return unusable(path, walk, code)
    }
  }

  /// - Parameter code: the C `errno`.
  private static func unusable(_ path: String, _ walk: PathWalk, _ code: Int32) -> Finding {
    switch code {
    case EROFS:
      return .problem(
        "state directory", "\(path) is on a file system that is mounted read-only",
        remedy: "set state_dir to a directory that can be written")
    case EACCES, EPERM:
      // The root directory is nobody's to give away, and neither is a system directory that only root may write in.
      guard let last = walk.lastDirectory, last.status.owner != 0 || last.path.hasPrefix(FilePath.parent(walk.path))
      else { break }
      return .problem(
        "state directory", "\(path) cannot be used: \(PathHelp().problem(code, PathWalk(to: last.path)))",
        remedy: (PathHelp().help(code, PathWalk(to: last.path)) ?? "make it yours") + "; or set state_dir")
    default: break
    }
    return .problem(
      "state directory", "\(path) cannot be used: \(SystemError(code: code, attempt: "").reason)",
      remedy: "set state_dir to a directory of your own on a local disk")
  }

  /// The ledger, read as a trigger would read it.
  private static func ledger(_ path: String) -> Finding {
    do throws(LedgerFault) {
      let report = try AuditReport(
        Ledger(path: path, clock: SystemClock()), filter: AuditFilter(), limits: AuditedLimits())
      if let pause = report.pause {
        return .note("state directory", "all triggers are paused", remedy: "delete \(pause.path) to end the pause")
      }
      return .fine("state directory", "\(path), its ledger can be read")
    } catch {
      return .problem("state directory", error.description, remedy: error.remedy)
    }
  }

  /// State directories that the environment may have named to an earlier version or another program: what is in them counts
  /// for nothing.
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
          "\(FilePath.join(path, name)) counts for nothing; the state directory is \(patient.state.real)",
          remedy: "move it there if it should count, or delete it")
      }
    }
  }
}
