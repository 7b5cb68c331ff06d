import Config
import Platform
import Rules

extension DoctorCheck {
  /// Checks how a person can be asked, here and in the bare environment in which each client starts this program.
  static let questions = DoctorCheck { input in
    guard let configuration = input.configuration, !configuration.asking.isEmpty else { return [] }
    var findings: [Finding] = []
    let asking = configuration.asking
    if asking.contains(where: { $0.ask.contains(.terminal) }) {
      findings.append(.fine("questions", "'sequence-mcp approve' works in any of your terminals"))
    }
    guard configuration.mayOpenWindow else { return findings }
    let isWindowLast = asking.contains { $0.ask.last == .dialog }
    findings.append(
      here(
        Desktop.current(environment: input.console.environment),
        without: isWindowLast ? "to be asked without one, end the rule's 'ask' with terminal" : nil))
    return findings + LaunchedServer.survey(input.console).servers.compactMap { client($0, input) }
  }

  /// - Parameter help: The help if no window can be opened and no other channel is left.
  private static func here(_ desktop: Desktop, without help: String?) -> Finding {
    do throws(Desktop.Obstacle) {
      let opener = try desktop.opener()
      switch DisplayServer.answers(opener.environment) {
      case true?: return .fine("questions", "a window can be opened from here, by \(opener.program.path)")
      case false?:
        return .note(
          "questions", "no window can be opened from here: \(noAnswer(opener.environment))", help: help)
      case nil: return .note("questions", "a window from here, by \(opener.program.path), was not tried")
      }
    } catch {
      return .note(
        "questions", "no window can be opened from here: \(error.reason)", help: installation(error) ?? help)
    }
  }

  /// - Returns: nil for an entry that starts the program elsewhere.
  private static func client(_ server: LaunchedServer, _ input: DoctorInput) -> Finding? {
    guard server.entry.launcher.isEmpty else { return nil }
    let who = "\(server.client.title) as '\(server.entry.key)'"
    if server.entry.arguments.contains(ServeCommand.noDialog.name) {
      return .note("questions", "\(who): windows are switched off by \(ServeCommand.noDialog.name)")
    }
    let desktop = Desktop.of(server.bareEnvironment(input.console))
    do throws(Desktop.Obstacle) {
      let opener = try desktop.opener()
      switch DisplayServer.answers(opener.environment) {
      case true?: return .fine("questions", "\(who): a window can be opened")
      case false?:
        return .note("questions", "\(who): no window can be opened: \(noAnswer(opener.environment))")
      case nil: return .note("questions", "\(who): a window was not tried")
      }
    } catch {
      var words = ["sequence-mcp", ClientConfigCommand.name, server.client.name]
      if server.client.isWritten { words.append(ClientConfigCommand.install.name) }
      if server.entry.key != ServerEntry.defaultKey { words += [ClientConfigCommand.key.name, server.entry.key] }
      return .note(
        "questions", "\(who): no window can be opened: \(error.reason)",
        help: installation(error)
          ?? (error == .noDisplay ? "in a terminal on the desktop, run: \(ShellWord.line(words))" : nil))
    }
  }

  private static func noAnswer(_ environment: [String: String]) -> String {
    let name = environment["DISPLAY"] ?? environment["WAYLAND_DISPLAY"] ?? ""
    return "the display '\(VisibleText.escaped(name, limit: 100))' does not answer"
  }

  private static func installation(_ obstacle: Desktop.Obstacle) -> String? {
    guard case .notInstalled(let program) = obstacle else { return nil }
    return program.installCommand.map { "run: sudo \($0)" }
  }
}

extension Configuration {
  /// The policies of the tools for which this program itself asks a person.
  fileprivate var asking: [ConfirmationPolicy] {
    let policies = rules.filter(\.isEnabled).map(\.confirm) + [tools.triggerRule?.confirm].compactMap { $0 }
    return policies.filter(\.asksPerson)
  }

  /// Whether some call may ask in a window.
  var mayOpenWindow: Bool { asking.contains { $0.ask.contains(.dialog) } }
}

extension ConfirmationPolicy {
  /// Whether this program itself may ask a person.
  fileprivate var asksPerson: Bool {
    switch when {
    case .always, .above: true
    case .client, .never: false
    }
  }
}
