import Config
import Platform
import Rules
import Safeguards
import Secrets

extension DoctorCheck {
  /// Checks that nobody else can replace the configuration, a secret or the ledger. The configuration and the secrets are also
  /// judged when they are read; this check reports the result, and judges the state directory. It also judges the ledger, before
  /// the first access takes the others' permission away.
  static let permissions = DoctorCheck("permissions") { input in
    guard let loaded = input.loaded, !loaded.isUnreadable else { return [] }
    let ledger = FilePath.join(input.state.path(isSandbox: input.configuration?.sandbox == true), Ledger.name)
    let paths =
      [input.place.path, input.state.real] + (FilePath.exists(ledger) ? [ledger] : [])
      + loaded.secretPlaces.compactMap(\.reference.path)
    var seen: Set<String> = []
    var findings: [Finding] = []
    for path in paths {
      for fault in PathTrust().judge(path).faults where seen.insert(fault.step.path).inserted {
        let subject = fault.step.status.kind == .directory ? "the directory \(fault.step.path)" : fault.step.path
        let problem = PathHelp().problem(fault, subject: subject)
        findings.append(.problem("\(problem); it leads to \(path)", help: PathHelp().help(fault)))
      }
    }
    return findings.isEmpty
      ? [.fine("nobody else can replace the configuration, a secret or the ledger")] : findings
  }
}
