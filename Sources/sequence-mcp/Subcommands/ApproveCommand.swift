import Catalog
import Config
import Platform
import Safeguards
import SequenceAPI

/// `approve`: lets a call through once that was refused for want of confirmation.
enum ApproveCommand: Subcommand {
  static let name = "approve"
  static let summary = "let a call through once that waits for your approval"
  static let operands = "CODE"
  static let operandCount = 1...1
  static let details = """
    Shows the call that waits under the code in full and asks for a yes at the terminal; nothing else can say it. The
    identical call then goes through once, within five minutes. Only run it for a code that you expected.
    """
  static let examples = ["approve K7QM-3XZP"]

  static let sandbox = Option.flag("--sandbox", "a call of 'serve --sandbox'")
  static let options = [Option.config, Option.stateDirectory, sandbox]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let code = arguments.operands[0]
    guard ApprovalCode.normalized(code) != nil else {
      throw .usage(
        "'\(code)' is no code; one looks like K7QM-3XZP, and stands in the answer to the call that was refused")
    }
    let state = try ConfigurationInput.load(arguments, console).state
    let isSandbox = arguments.has(sandbox)
    let approvals = approvals(state, isSandbox: isSandbox)
    guard let pending = try opened({ () throws(LedgerFault) in try approvals.pending(code: code) }) else {
      let others = Self.approvals(state, isSandbox: !isSandbox)
      throw notFound(isInOther: (try? others.pending(code: code)) != nil, isSandbox: isSandbox)
    }
    if pending.isApproved { return alreadyApproved(pending, console) }
    // It must not expire while it is being read.
    let held = try opened { () throws(LedgerFault) in try approvals.hold(code: pending.code) }
    defer { held?.release() }
    // An option that says yes would let a model with a shell answer for the person (CONFIG.md, Confirmation).
    guard let answer = Terminal.confirm(message(of: pending) + "\n\nLet exactly this call through once?") else {
      throw .unusable("there is no terminal to ask you at; run this yourself, in a terminal window of your own")
    }
    guard answer else {
      console.out("Not approved. The call stays refused.")
      return .judgedBad
    }
    guard try opened({ () throws(LedgerFault) in try approvals.approve(code: pending.code) }) else {
      // Another terminal may have said so meanwhile.
      let now = try opened { () throws(LedgerFault) in try approvals.pending(code: pending.code) }
      if let now, now.isApproved { return alreadyApproved(now, console) }
      throw notFound(isInOther: false, isSandbox: isSandbox)
    }
    console.out("Approved. The identical call goes through once, within five minutes.")
    return .success
  }

  private static func alreadyApproved(_ approval: PendingApproval, _ console: Console) -> ExitCode {
    let time = Timestamp.localTime(milliseconds: approval.expiresAtMilliseconds)
    console.out("Already approved. The identical call goes through once, until \(time).")
    return .success
  }

  private static func opened<Value>(_ body: () throws(LedgerFault) -> Value) throws(CommandError) -> Value {
    do throws(LedgerFault) {
      return try body()
    } catch {
      throw .unusable("the state folder cannot be used: \(error)")
    }
  }

  private static func approvals(_ state: StatePlace, isSandbox: Bool) -> Approvals {
    TriggerGuard(ledger: Ledger(path: state.path(isSandbox: isSandbox), clock: SystemClock())).approvals
  }

  /// - Parameter isInOther: whether the code waits in the other of the two ledgers.
  private static func notFound(isInOther: Bool, isSandbox: Bool) -> CommandError {
    let message =
      switch (isInOther, isSandbox) {
      case (true, false): "the call that waits under this code is one of the sandbox: add '--sandbox'"
      case (true, true): "the call that waits under this code is none of the sandbox: leave '--sandbox' out"
      case (false, _):
        "no call waits under this code; codes run out after 15 minutes and hold once, and the command must have the options"
          + " that the refused call's answer names"
      }
    return CommandError(message: message, exitCode: .judgedBad)
  }

  private static func message(of pending: PendingApproval) -> String {
    ConfirmationText.message(
      title: pending.title ?? pending.tool, ruleID: pending.ruleID, amount: pending.amount?.description,
      arguments: pending.arguments, payload: pending.payload, transfers: pending.transfers)
  }
}
