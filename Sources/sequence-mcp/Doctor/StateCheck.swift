import CSystem
import Platform
import Safeguards

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
    if let code = walk.failure?.code, code != ENOENT || walk.danglingLink != nil { return unusable(path, code) }
    let isThere = walk.failure == nil
    if isThere, walk.end?.status.kind != .directory {
      return .problem("\(path) is not a directory", help: "move it away, or set state_dir")
    }
    // The directory itself, or the one in which it will be created.
    if let directory = isThere ? path : walk.lastDirectory?.path {
      guard access(directory, (isThere ? R_OK : 0) | W_OK | X_OK) == 0 else {
        return unusable(path, SystemError.lastCode)
      }
      guard FileSystem.hasRoom(directory) else { return unusable(path, ENOSPC) }
    }
    guard isThere else {
      if let fault = PathTrust().faults(on: walk).first.map({ LedgerFault.untrusted($0, path: path) }) {
        return .problem(fault.description, help: fault.help)
      }
      return .fine("\(path), created at the first trigger")
    }
    let files = [Ledger.name, LedgerLock.name].map { FilePath.join(path, $0) }
    let refused = files.first { FilePath.exists($0) && access($0, R_OK | W_OK) != 0 }
    return refused.map { unusable($0, EACCES) } ?? .fine(path)
  }

  /// - Parameter code: The C `errno`.
  private static func unusable(_ path: String, _ code: Int32) -> Finding {
    .problem(
      "\(path) cannot be used: \(PathHelp().problem(code, PathWalk(to: path)))",
      help: StateHelp.help(code, path: path))
  }

  /// Returns the finding on the ledger, which is read as a trigger would read it.
  private static func ledger(_ path: String) -> Finding {
    do throws(LedgerFault) {
      let report = try AuditReport(Ledger(path: path, clock: SystemClock()))
      if let pause = report.pause {
        return .note("all triggers are paused", help: "run: " + ResumeCommand.line(for: FilePath.parent(pause.path)))
      }
      // Without a ledger nothing was read, so the finding must not claim that it can be.
      let hasLedger = FilePath.exists(FilePath.join(path, Ledger.name))
      return .fine(
        path + (hasLedger ? ", its ledger can be read" : ", which has no ledger until the first trigger"))
    } catch {
      return .problem(error.description, help: error.help)
    }
  }
}
