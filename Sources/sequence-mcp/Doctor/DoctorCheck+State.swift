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
    guard let configuration = patient.configuration else { return [] }
    let folder = StateFolder.path(configuration, patient.console, isSandbox: false)
    var existing = folder
    while !FilePath.exists(existing), existing != FilePath.parent(existing) { existing = FilePath.parent(existing) }
    var status = stat()
    guard stat(existing, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      return [.problem("state folder", "\(existing) is no folder", remedy: "move it away, or set state_dir")]
    }
    guard access(existing, R_OK | W_OK | X_OK) == 0 else {
      return [.problem("state folder", "\(existing) may not be written", remedy: "make it yours, or set state_dir")]
    }
    if existing != folder { return [.fine("state folder", "\(folder), made at the first trigger")] }
    return [ledger(folder)]
  }

  /// The ledger, read as a trigger would read it.
  private static func ledger(_ folder: String) -> Finding {
    do throws(LedgerFault) {
      let report = try AuditReport(
        Ledger(path: folder, clock: SystemClock()), filter: AuditFilter(), limits: AuditedLimits())
      if let pause = report.pause {
        return .note("state folder", "all triggers are paused", remedy: "delete \(pause.path) to end the pause")
      }
      return .fine("state folder", "\(folder), its ledger can be read")
    } catch {
      return .problem("state folder", error.description, remedy: error.remedy)
    }
  }
}
