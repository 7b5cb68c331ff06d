import Platform
import Rules

extension DoctorCheck {
  /// Checks how a person can be asked, here and in the bare environment in which each client starts this program.
  static let questions = DoctorCheck(subject: "questions") { input in
    guard let configuration = input.configuration, !configuration.asking.isEmpty else { return [] }
    var findings: [Finding] = []
    if configuration.asking.contains(where: { $0.ask.contains(.terminal) }) {
      findings.append(.fine("'sequence-mcp approve' works in any of your terminals"))
    }
    guard configuration.mayOpenWindow else { return findings }
    findings.append(here(input, isLast: configuration.asking.contains { $0.ask.last == .dialog }))
    // An entry that starts the program elsewhere, or with another configuration, may not ask in a window.
    return findings + input.ownServers.filter(\.entry.launcher.isEmpty).map { client($0, input) }
  }

  /// - Parameter isLast: Whether no other channel is left after the window.
  private static func here(_ input: DoctorInput, isLast: Bool) -> Finding {
    switch Window(Desktop.current(environment: input.console.environment)) {
    case .opened(let program): return .fine("\(program) can open a window here")
    case .untried: return .note("opening a window here was not tried")
    case .refused(let reason, let obstacle):
      let channel = isLast ? "to be asked without one, end the rule's 'ask' with terminal" : nil
      return .note("no window can be opened here: \(reason)", help: obstacle.flatMap(installation) ?? channel)
    }
  }

  private static func client(_ server: LaunchedServer, _ input: DoctorInput) -> Finding {
    let who = "\(server.title) as '\(server.entry.key)'"
    if server.entry.arguments.contains(ServeCommand.noDialog.name) {
      return .note("\(who): windows are disabled by \(ServeCommand.noDialog.name)")
    }
    switch Window(Desktop.of(server.entry.bareEnvironment(input.console.environment))) {
    case .opened: return .fine("\(who): a window can be opened")
    case .untried: return .note("\(who): opening a window was not tried")
    case .refused(let reason, let obstacle):
      let options = input.entryOptions() + server.entry.flags
      let command = "in a terminal on the desktop, \(server.rewriting(with: options))"
      return .note(
        "\(who): no window can be opened: \(reason)",
        help: obstacle.flatMap(installation) ?? (obstacle == .noDisplay ? command : nil))
    }
  }

  private static func installation(_ obstacle: Desktop.Obstacle) -> String? {
    guard case .notInstalled(let program) = obstacle else { return nil }
    return program.installCommand.map { "run: sudo \($0)" }
  }
}

/// Whether a window can be opened on a desktop.
private enum Window {
  case opened(by: String)
  case untried
  /// - Parameter obstacle: Nil if only the display does not answer.
  case refused(reason: String, Desktop.Obstacle?)

  init(_ desktop: Desktop) {
    do throws(Desktop.Obstacle) {
      let opener = try desktop.opener()
      switch DisplayServer.answers(opener.environment) {
      case true?: self = .opened(by: opener.program.path)
      case false?:
        let name = opener.environment["DISPLAY"] ?? opener.environment["WAYLAND_DISPLAY"] ?? ""
        let shown = VisibleText.escaped(name, limit: 100)
        self = .refused(reason: "the display '\(shown)' does not answer", nil)
      case nil: self = .untried
      }
    } catch {
      self = .refused(reason: error.reason, error)
    }
  }
}
