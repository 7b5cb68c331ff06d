import JSON
import Platform
import Rules
import Safeguards
import SourceYAML

/// `status`: the current state, on one screen.
enum StatusCommand: Subcommand {
  static let name = "status"
  static let summary = "show the current state: pause, configuration, limits, approvals, clients"
  static let details = """
    Shows whether triggers are paused; whether the configuration is valid, and which servers use it, and since when; each
    rule with its caps, what is used and left of them, who is asked, and its last call; which calls wait for your approval
    or have an unknown outcome; and which clients launch this program. Unfinished runs of the Platform API are read again;
    nothing else is changed. Exit code 1 means that the configuration is not valid, 3 that it cannot be read or that the
    ledger cannot be used.
    """
  static let examples = ["status", "status --json"]

  static let options = [Option.config, Option.stateDirectory, .json, ServeCommand.sandbox, .utc]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let status = try OwnerStatus(arguments, console)
    if arguments.has(.json) {
      console.out(JSONWriter.indentedText(status.json))
    } else {
      let screen = StatusScreen(
        status: status, arguments: arguments, console: console, time: TimeText(arguments),
        now: SystemClock().wallMilliseconds())
      console.out(screen.text)
    }
    let exitCode: ExitCode = status.isValid ? .success : .failure
    return status.ledgerFault == nil && !status.input.isUnreadable && !status.input.isStateUnknown
      ? exitCode : .unusable
  }
}

/// The screen that `status` shows to the owner.
private struct StatusScreen {
  let status: OwnerStatus
  let arguments: ParsedArguments
  let console: Console
  let time: TimeText
  let now: Int64

  var text: String {
    let sections = [overview, rules, waiting, clients].filter { !$0.isEmpty }
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func field(_ name: String, _ text: String, _ style: TerminalStyle? = nil) -> [String] {
    console.row(name, 15, VisibleText.escaped(text), heading: .bold, style)
  }

  private func entry(_ name: String, _ text: String) -> [String] { console.row("  " + name, 20, text) }

  /// Returns a command to paste, which stays on one line.
  private func command(_ command: any Subcommand.Type, _ words: String...) -> [String] {
    [String(repeating: " ", count: 15) + arguments.next(command, words)]
  }

  // MARK: Overview

  private var overview: [String] {
    var lines = triggers
    lines += field(
      "Account",
      status.input.usesSandbox
        ? "the sandbox: no money moves" : status.input.isUnreadable ? "not known" : "your real account")
    lines += configuration
    if status.unusableSecrets > 0 {
      lines += field("Secrets", "\(status.unusableSecrets) cannot be used; what is wrong is shown by:", .yellow)
      lines += command(SecretCommand.self, "check")
    }
    lines += field(
      "Ledger", status.input.isStateUnknown ? "not known" : console.shown(path: status.input.stateDirectory))
    for server in status.servers { lines += field("Server", described(server)) }
    if status.servers.isEmpty {
      lines += field("Server", status.mayMissServers ? "not known" : "none runs with this configuration")
    }
    for server in status.otherServers {
      let path = server.configurationPath.map { console.shown(path: $0) } ?? "no configuration"
      lines += field("Other server", "\(described(server)), with \(path)")
    }
    for fault in status.faults { lines += field("Not checked", fault, .yellow) }
    return lines
  }

  private var triggers: [String] {
    switch status.triggers {
    case .goOut where !status.unstopped.isEmpty && (status.pause != nil || status.ledgerFault != nil):
      let here = status.ledgerFault.map { "refused here, since the ledger \($0)" } ?? "PAUSED here"
      return field("Triggers", "\(here), but not for servers with another state directory", .red)
        + field("", "to pause those:")
        + distinct(status.unstopped.map(\.stateDirectory), by: \.self).map {
          String(repeating: " ", count: 15) + PauseCommand.line(Option.stateDirectory.words($0))
        } + pause("")
    case .refused:
      let reason = status.ledgerFault.map { "the ledger \($0)" } ?? "the configuration is not valid"
      return field("Triggers", "REFUSED: \(reason)", .red) + pause("")
    case .paused: return pause("Triggers")
    case .none: return field("Triggers", "none: the configuration is read-only")
    case .goOut where !status.isValid || status.configuration?.server.readOnly == true:
      return field("Triggers", "allowed, by the earlier configuration that a running server still uses", .yellow)
    case .goOut where status.simulationBlock == .unproven:
      return field("Triggers", "allowed, but not through the Platform API: a simulation may have moved money", .yellow)
        + field("", "to settle it:") + command(SettleCommand.self)
    case .goOut where status.simulationBlock == .unread:
      return field("Triggers", "allowed, but not through the Platform API: a simulation could not be read", .yellow)
        + field("", "it is retried at most every 5 minutes; to settle it yourself:")
        + command(SettleCommand.self)
    case .goOut: return field("Triggers", "allowed", .green)
    }
  }

  private func pause(_ name: String) -> [String] {
    guard let pause = status.pause else { return [] }
    return field(name, "PAUSED" + (pause.text.isEmpty ? "" : ": \(pause.text)"), .yellow)
      + field("", "end it with:") + command(ResumeCommand.self)
  }

  private var configuration: [String] {
    guard let path = status.input.path else { return field("Configuration", "none: only the generic tools are served") }
    let warnings = status.warningCount.counted("warning")
    let place = console.shown(path: path)
    guard status.isValid else {
      var lines = field("Configuration", "\(place) is NOT VALID: \(status.errorCount.counted("error"))", .red)
      if let first = status.firstError {
        let line = first.range.map { "line \($0.start.line): " } ?? ""
        lines += field("", line + VisibleText.line(first.message, limit: 300))
        // An unreadable file has nothing more to show.
        if first.range == nil, let help = first.help {
          return lines + field("", VisibleText.line(help, limit: 300))
        }
      }
      return lines + field("", "show all with:") + command(ValidateConfigCommand.self)
    }
    return field("Configuration", place + " is valid" + (status.warningCount > 0 ? ", with \(warnings)" : ""))
  }

  private func described(_ server: RunningServer) -> String {
    let client = server.clientName.map { VisibleText.line($0, limit: 60) } ?? "a client that has not sent its name"
    var text = "\(client), process \(server.processID), since \(brief(server.startedMilliseconds))"
    if server.servedSinceMilliseconds != server.startedMilliseconds {
      text += ", this configuration since \(brief(server.servedSinceMilliseconds))"
    }
    if server.isOutdated {
      text +=
        server.configurationPath == nil
        ? ", which still works without the file" : ", which still uses an earlier version of the file"
    }
    if server.isFaulty {
      text +=
        ", with only 'configuration_error': " + (status.isValid ? "restart that client" : "the file was not valid")
    }
    if status.isElsewhere(server) { text += ", with the state directory \(console.shown(path: server.stateDirectory))" }
    let mode = ServerMode(
      isSandbox: server.isSandbox, isReadOnly: server.isReadOnly, isDryRun: server.isDryRun)
    return ([text] + mode.marks).joined(separator: ", ")
  }

  // MARK: The rules

  private var rules: [String] {
    var lines = (status.configuration?.rules ?? []).flatMap {
      tool($0.alias, $0.isEnabled ? "" : "  disabled", $0.limits, $0.confirm)
    }
    // The generic tool is shown if the owner set limits for it.
    if let settings = status.configuration?.tools.triggerRule, settings.limits != Limits() {
      lines += tool(GenericTool.triggerRule.name, "", settings.limits, settings.confirm)
    }
    let shared = used(nil, status.configuration?.limits ?? Limits())
    return lines + (shared.isEmpty ? [] : [console.styled("All rules together", .bold)] + shared)
  }

  private func tool(_ name: String, _ mark: String, _ limits: Limits, _ confirm: ConfirmationPolicy) -> [String] {
    var lines = [console.styled(name, .bold) + mark] + used(name, limits)
    lines += entry("asks", RuleText.asks(confirm))
    if !status.isLedgerRead {
      lines += entry("last call", "not known")
    } else if let call = status.lastCalls[name] {
      let amount = call.amount.map { ", \(DollarText.of($0))" } ?? ""
      lines += entry("last call", "\(brief(call.timeMilliseconds))\(amount), \(call.outcome.rawValue)")
      if let run = call.run { lines += entry("its run", run.text) }
    } else {
      lines += entry("last call", "none in 31 days")
    }
    return lines
  }

  /// Returns the limits of a tool, or of all rules together; the caps alone if the ledger does not tell how much of them is
  /// used.
  private func used(_ tool: String?, _ limits: Limits) -> [String] {
    status.isLedgerRead
      ? status.limits.filter { $0.tool == tool }.flatMap { entry($0.name, described($0)) }
      : limits.caps.flatMap { entry($0.kind.rawValue, "\($0.kind.text($0.cap)), what is left is not known") }
  }

  private func described(_ limit: LimitStatus) -> String {
    let frees = limit.freesAtMilliseconds.map { ", frees \(brief($0))" } ?? ""
    guard limit.isUsedUp else { return limit.capText + frees }
    return "\(limit.usedText) used, \(limit.leftText) left of \(limit.capText)" + frees
  }

  private func brief(_ milliseconds: Int64) -> String { time.brief(milliseconds: milliseconds, now: now) }

  // MARK: Approvals and clients

  private var waiting: [String] {
    func list(_ approvals: [PendingApproval], below head: String) -> [String] {
      if approvals.isEmpty { return [] }
      return [console.styled(head, .bold)]
        + approvals.map { approval in
          let amount = approval.amount.map { ", \(DollarText.of($0))" } ?? ""
          return "  \(approval.code)  \(VisibleText.line(approval.tool, limit: 64))\(amount),"
            + " until \(brief(approval.expiresAtMilliseconds))"
        }
    }
    var lines = list(status.waiting, below: "Waiting for you: \(arguments.next(ApproveCommand.self))")
    lines += list(
      status.approved, below: "Approved, not used yet; to take it back: \(arguments.next(ApproveCommand.self)) CODE")
    if status.unsettled > 0 {
      let what = status.unsettled.counted("call has", "calls have")
      lines.append(console.styled("\(what) an unknown outcome: \(arguments.next(SettleCommand.self))", .yellow))
    }
    return lines
  }

  private var clients: [String] {
    if status.clients.isEmpty {
      return TextWrap.lines(
        "No client here launches this program: 'sequence-mcp client-config' lists those that can.", width: console.width
      )
    }
    let stateDirectory = Option.stateDirectory.name
    func shown(_ path: String) -> String { console.shown(path: ServerEntry.shown(path: path)) }
    return [console.styled("Clients that launch it", .bold)]
      + status.clients.flatMap { server -> [String] in
        let flags =
          server.entry.flags.map { " \($0)" }.joined()
          + (server.entry.value(of: stateDirectory).map { " \(stateDirectory) \(shown($0))" } ?? "")
          + (server.entry.switchedOffBy == nil ? "" : ", disabled there")
        let head = "  \(server.title), '\(VisibleText.escaped(server.entry.key))'\(flags): "
        let launcher = "through " + server.entry.shownLauncher
        return [head + (server.paths.map { shown($0.configuration) } ?? launcher)]
      }
  }
}
