import Config
import Platform
import Rules
import Safeguards
import Secrets
import SourceYAML

extension DoctorCheck {
  /// Checks that the configuration is found and valid.
  static let configuration = DoctorCheck(subject: "configuration") { input in
    let path = input.place.path
    guard let loaded = input.loaded else {
      let help = "'\(input.arguments.next(InitCommand.self))' creates one"
      return [.note("none at \(path), so there are only the generic tools", help: help)]
    }
    let validation = "'sequence-mcp validate-config \(ShellWord.quoted(path))' shows"
    guard let configuration = loaded.configuration else {
      let errors = loaded.diagnostics.filter { $0.severity == .error }
      if loaded.isUnreadable, let error = errors.first {
        let shown = path.isEmpty ? "no path" : path
        let isMissing = !path.isEmpty && FilePath.isAbsent(path) && NamedPath.unexpanded(path) == nil
        let creation = isMissing ? "to create it, run: \(input.arguments.next(InitCommand.self))" : nil
        let helps = [error.help, creation].compactMap { $0 }
        let help = helps.isEmpty ? nil : helps.joined(separator: "; ")
        return [.problem("\(shown): \(error.message)", help: help)]
      }
      let first = errors.first.map { $0.message + ($0.help.map { ", \($0)" } ?? "") } ?? ""
      let text =
        errors.count == 1 ? "\(path): \(first)" : "\(path) has \(errors.count.counted("error")), the first: \(first)"
      return [.problem(text, help: validation + " where")]
    }
    let rules = configuration.rules.count { $0.isEnabled }
    let warnings = loaded.diagnostics.count { $0.severity == .warning }
    let text = "\(path), \(rules.counted("rule"))"
    let account = configuration.sandboxNote.map { [Finding.note($0).about("account")] } ?? []
    guard warnings > 0 else { return [.fine(text)] + account }
    return account + [
      .note(text + ", " + warnings.counted("warning"), help: validation + " them")
    ]
  }

  /// Checks that nobody else can replace the configuration, a secret or the ledger. The configuration and the secrets are also
  /// judged when they are read; this check reports the result, and judges the state directory. It also judges the ledger,
  /// before the first access takes the others' permission away.
  static let permissions = DoctorCheck(subject: "permissions") { input in
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
