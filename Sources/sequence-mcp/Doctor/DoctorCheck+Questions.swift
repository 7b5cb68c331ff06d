import Config
import Platform
import Rules

extension DoctorCheck {
  /// How a person can be asked, here and in the bare environment in which each client starts this program.
  static let questions = DoctorCheck { patient in
    guard let configuration = patient.configuration, !configuration.asking.isEmpty else { return [] }
    var findings: [Finding] = []
    if configuration.asking.contains(where: { $0.ask.contains(.terminal) }) {
      findings.append(.fine("questions", "'sequence-mcp approve' works in any terminal of yours"))
    }
    guard configuration.mayOpenWindow else { return findings }
    findings.append(here(Desktop.current(environment: patient.console.environment)))
    return findings + LaunchedServer.survey(patient.console).servers.compactMap { client($0, patient) }
  }

  private static func here(_ desktop: Desktop) -> Finding {
    do throws(Desktop.Obstacle) {
      return .fine("questions", "a window can be opened from here, by \(try desktop.opener().program.path)")
    } catch {
      return .note(
        "questions", "no window can be opened from here: \(error.reason)",
        remedy: remedy(error) ?? "'sequence-mcp approve' works in any terminal")
    }
  }

  /// - Returns: nil for an entry that starts the program elsewhere.
  private static func client(_ server: LaunchedServer, _ patient: Patient) -> Finding? {
    guard server.entry.launcher.isEmpty else { return nil }
    let who = "\(server.client.title) as '\(server.entry.key)'"
    if server.entry.arguments.contains(ServeCommand.noDialog.name) {
      return .note("questions", "\(who): windows are switched off by \(ServeCommand.noDialog.name)")
    }
    let desktop = Desktop.of(server.bareEnvironment(patient.console))
    do throws(Desktop.Obstacle) {
      _ = try desktop.opener()
      return .fine("questions", "\(who): a window can be opened")
    } catch {
      var words = ["sequence-mcp", ClientConfigCommand.name, server.client.name]
      if server.client.isWritten { words.append(ClientConfigCommand.install.name) }
      if server.entry.key != ServerEntry.defaultKey { words += [ClientConfigCommand.key.name, server.entry.key] }
      return .note(
        "questions", "\(who): no window can be opened: \(error.reason)",
        remedy: remedy(error) ?? "in a terminal of the desktop, run: \(ShellWord.line(words))")
    }
  }

  private static func remedy(_ obstacle: Desktop.Obstacle) -> String? {
    switch obstacle {
    case .notInstalled(let program): program.installCommand.map { "run: sudo \($0)" }
    case .isRoot, .isRemote, .isAnotherUser: "'sequence-mcp approve' works in any terminal"
    case .noDisplay: nil
    }
  }
}

extension Configuration {
  /// How this program asks a person itself, for each tool that it asks about.
  fileprivate var asking: [ConfirmationPolicy] {
    let policies = rules.filter(\.isEnabled).map(\.confirm) + [tools.triggerRule?.confirm].compactMap { $0 }
    return policies.filter(\.asksPerson)
  }

  /// Whether some call may be asked about in a window.
  var mayOpenWindow: Bool { asking.contains { $0.ask.contains(.dialog) } }
}

extension ConfirmationPolicy {
  /// Whether this program may ask a person itself.
  fileprivate var asksPerson: Bool {
    switch when {
    case .always, .above: true
    case .client, .never: false
    }
  }
}
