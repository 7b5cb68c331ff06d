import Config
import Platform
import Rules
import SourceYAML

extension DoctorCheck {
  /// Checks that the configuration is found and valid.
  static let configuration = DoctorCheck("configuration") { input in
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
      let text = errors.count == 1 ? "\(path): \(first)" : "\(path) has \(errors.count) errors, the first: \(first)"
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
}
