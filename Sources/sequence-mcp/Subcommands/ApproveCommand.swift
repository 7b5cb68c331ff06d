import Catalog
import Platform
import Rules
import Safeguards

/// `approve`: lets a call that was refused for lack of confirmation go through once.
enum ApproveCommand: Subcommand {
  static let name = "approve"
  static let summary = "approve a call that is waiting for you"
  static let operands = "[CODE]"
  static let operandCount = 0...1
  static let operandsComplete: CompletionList? = .codes
  static let details = """
    Shows the call with this code in full and asks for a yes at the terminal; there is no other way to approve it. The
    identical call then goes through once, within five minutes. Without a code it lists the waiting calls and asks which
    one. Only approve what you expected. The answer n deletes the code; Enter leaves it waiting. For a call that you approved
    and that was not made again yet, it asks whether to take that back.

    It looks in the state directories of all running servers, of all configurations that clients on this machine launch, and
    of the sandbox. --config or --state-dir narrows that to one.
    """
  static let examples = ["approve", "approve K7QM-3XZP"]

  static let sandbox = Option.flag("--sandbox", "only calls of the sandbox")
  static let options = [Option.config, Option.stateDirectory, sandbox]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let code = arguments.operands.first
    if let code, ApprovalCode.normalized(code) == nil {
      throw .usage(
        "'\(code)' is not a code; a code looks like K7QM-3XZP and is in the answer to the refused call")
    }
    let desk = try ApprovalDesk(arguments, console)
    if let code {
      if let call = try desk.find(code) { return try approve(call, console) }
      console.error(ApprovalDesk.notFound.message)
      console.say(unreached: desk.unreached)
      return ApprovalDesk.notFound.exitCode
    }
    let (waiting, faults) = desk.waiting()
    for fault in faults { console.error(fault.message) }
    let reading: ExitCode = faults.isEmpty ? .success : .unusable
    guard let chosen = waiting.isEmpty ? nil : try choose(among: waiting, console) else {
      let place = !faults.isEmpty ? " in the other state directories." : desk.unreached.isEmpty ? "." : " here."
      console.out(waiting.isEmpty ? "No call is waiting for your approval" + place : "Nothing was approved.")
      console.say(unreached: desk.unreached)
      return max(reading, waiting.isEmpty ? .success : .failure)
    }
    return max(try approve(chosen, console), reading)
  }

  /// Shows the waiting calls and lets the person choose one by its number.
  private static func choose(
    among waiting: [ApprovalDesk.Call], _ console: Console
  ) throws(CommandError) -> ApprovalDesk.Call? {
    let rows = waiting.enumerated().map { index, call -> [String] in
      let pending = call.pending
      return [
        "\(index + 1)", pending.code, VisibleText.line(pending.title ?? pending.tool, limit: 40),
        pending.amount.map { DollarText.of($0) } ?? "", pending.clientName.map(Clients.title(ofSender:)) ?? "",
        Timestamp.localTime(milliseconds: pending.createdAtMilliseconds) + (call.isSandbox ? ", sandbox" : ""),
      ]
    }
    console.out(TextTable.render([["NO", "CODE", "RULE", "AMOUNT", "CLIENT", "SINCE"]] + rows, console))
    while true {
      let answer = try Terminal.line("Which one? Its number, or Enter for none: ")
      if answer.isEmpty { return nil }
      if let number = Int(answer), waiting.indices.contains(number - 1) { return waiting[number - 1] }
      console.note("  write a number from 1 to \(waiting.count), or press Enter")
    }
  }

  private static func approve(_ call: ApprovalDesk.Call, _ console: Console) throws(CommandError) -> ExitCode {
    let (pending, approvals) = (call.pending, call.approvals)
    if pending.isApproved { return try alreadyApproved(call, console) }
    // The call must not expire while the person reads it.
    let held = try CommandError.opening(approvals.hold(code: pending.code))
    defer { held?.unlock() }
    let pause = (try? PauseFile.find(in: call.directory)) ?? nil
    let resume = pause.map { ResumeCommand.line(for: FilePath.parent($0.path)) }
    if let resume { console.say("All triggers are paused: this call, too, is refused until you run\n  \(resume)\n") }
    let message = ConfirmationText(of: pending).message(isSandbox: call.isSandbox)
    // There is no option to say yes: a model with a shell could then answer for the person.
    let question = "Let exactly this call through once: \(ConfirmationText(of: pending).subject)?"
    switch try Terminal.answer(question, about: message, width: console.width) {
    case .no:
      try withdraw(call)
      console.say("Not approved, and its code is gone. If the client asks again, the call gets a new one.")
      return .failure
    case .neither:
      let time = Timestamp.localTime(milliseconds: pending.expiresAtMilliseconds)
      console.say(
        "Not approved. The call stays refused, and its code can still be approved until \(time); "
          + "answer n to delete the code.")
      return .failure
    case .yes: break
    }
    guard try CommandError.opening(approvals.approve(code: pending.code)) else {
      // Another terminal may have approved it meanwhile.
      var call = call
      guard let now = try CommandError.opening(approvals.pending(code: pending.code)), now.isApproved else {
        throw ApprovalDesk.notFound
      }
      call.pending = now
      return try alreadyApproved(call, console)
    }
    console.say("Approved. The identical call goes through once, within five minutes.")
    let client = pending.clientName.map(Clients.title(ofSender:)) ?? "the client"
    console.say((resume == nil ? "Now" : "First end the pause, then") + " tell \(client) to try again.")
    return .success
  }

  /// Says until when the approval can be used. At a terminal, the person can take it back.
  private static func alreadyApproved(
    _ call: ApprovalDesk.Call, _ console: Console
  ) throws(CommandError) -> ExitCode {
    let time = Timestamp.localTime(milliseconds: call.pending.expiresAtMilliseconds)
    console.say("Already approved. The identical call goes through once, until \(time).")
    let question = "Take it back: \(ConfirmationText(of: call.pending).subject)?"
    guard (try? Terminal.confirm(question)) == true else { return .success }
    try withdraw(call)
    console.say("Taken back. If the client asks again, the call gets a new code.")
    return .success
  }

  private static func withdraw(_ call: ApprovalDesk.Call) throws(CommandError) {
    guard try CommandError.opening(call.approvals.withdraw(code: call.pending.code)) else {
      throw ApprovalDesk.notFound
    }
  }
}

/// All calls that wait for the owner's approval, in all state directories.
private struct ApprovalDesk {
  struct Call {
    var pending: PendingApproval
    let approvals: Approvals
    let directory: String
    let isSandbox: Bool
  }

  private let desks: [(approvals: Approvals, directory: String, isSandbox: Bool)]
  /// Why directories may be missing among them.
  private let faults: [CommandError]
  /// The clients' entries whose calls are elsewhere, each with what approves them.
  let unreached: [String]

  init(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) {
    // A configuration that is invalid now must not hide its calls from the owner.
    let input = try ConfigurationInput.ofAnyFile(arguments, console)
    try input.requireOwnState(ApproveCommand.self, arguments.operands, arguments)
    var faults = [input.stateFault(arguments, console)].compactMap { $0 }
    let survey = ClientSurvey(console)
    var places = [input.state]
    let isNarrow = arguments.has(.config) || arguments.has(.stateDirectory)
    if isNarrow {
      if let fault = faults.first { throw fault }
    } else {
      places += survey.used.compactMap { paths in
        try? StateLocation(option: paths.state, configurationPath: paths.configuration, console)
      }
      // A server that no client's settings name, such as one under a service manager, is in the register of the account.
      let registered = RegisteredServers(in: [StateLocation.standard(console)])
      faults += registered.faults().map { .unusable($0) }
      places += registered.servers.compactMap { server in
        try? StateLocation(option: server.stateDirectory, configurationPath: server.configurationPath, console)
      }
    }
    self.faults = faults
    unreached = survey.unreached(
      by: places.map(\.real), [ApproveCommand.name] + arguments.operands, asks: true)
    let onlySandbox = arguments.has(ApproveCommand.sandbox)
    let directories = places.flatMap { place -> [(String, Bool)] in
      // Those of configurations that no client launches are there, too.
      let sandboxes = [place.sandbox] + (isNarrow ? [] : PauseFile.sandboxDirectories(in: place.real).dropFirst())
      return (onlySandbox ? [] : [(place.real, false)]) + sandboxes.map { ($0, true) }
    }
    desks = distinct(directories, by: \.0)
      .map { (TriggerGuard(ledger: Ledger(path: $0, clock: SystemClock())).approvals, $0, $1) }
  }

  /// Returns the waiting calls, oldest first, and why some directories could not be read.
  func waiting() -> (calls: [Call], faults: [CommandError]) {
    let (calls, faults) = calls { approvals throws(LedgerFault) in try approvals.waiting() }
    return (calls.sorted { $0.pending.createdAtMilliseconds < $1.pending.createdAtMilliseconds }, faults)
  }

  /// - Returns: nil if no call waits under the code.
  func find(_ code: String) throws(CommandError) -> Call? {
    let (calls, faults) = calls { approvals throws(LedgerFault) in
      [try approvals.pending(code: code)].compactMap { $0 }
    }
    if calls.isEmpty, let fault = faults.first { throw fault }
    return calls.first
  }

  private func calls(
    _ read: (Approvals) throws(LedgerFault) -> [PendingApproval]
  ) -> (calls: [Call], faults: [CommandError]) {
    var (calls, faults): ([Call], [CommandError]) = ([], faults)
    for (approvals, directory, isSandbox) in desks {
      do throws(CommandError) {
        calls += try CommandError.opening(read(approvals)).map {
          Call(pending: $0, approvals: approvals, directory: directory, isSandbox: isSandbox)
        }
      } catch {
        // A directory and the sandbox in it may be refused for the same reason.
        if !faults.contains(where: { $0.message == error.message }) { faults.append(error) }
      }
    }
    return (calls, faults)
  }

  static let notFound = CommandError.failure(
    """
    no call is waiting under this code; a code expires after 15 minutes, works once, and ends if the same call is sent \
    without it. If its server has ended, add the --config or --state-dir that it used
    """)
}
