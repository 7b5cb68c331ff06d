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
    Shows the call that waits under the code in full and asks for a yes. The identical call then goes through once, within
    five minutes. Only run it for a code that you expected.
    """
  static let examples = ["approve K7QM-3XZP"]

  static let yes = Option.flag("--yes", "do not ask")
  static let sandbox = Option.flag("--sandbox", "a call of 'serve --sandbox'")
  static let options = [Option.config, yes, sandbox]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let input = try ConfigurationInput.load(arguments, console)
    let folder = StateFolder.path(input.configuration, console, isSandbox: arguments.has(sandbox))
    let approvals = TriggerGuard(ledger: Ledger(path: folder, clock: SystemClock())).approvals
    guard let pending = try opened({ () throws(LedgerFault) in try approvals.pending(code: arguments.operands[0]) })
    else { throw notFound }
    console.note(message(of: pending))
    if !arguments.has(yes) {
      guard let answer = Terminal.confirm("Let exactly this call through once?") else {
        throw .usage("there is no terminal to ask at; pass --yes if you are sure")
      }
      guard answer else {
        console.out("Not approved. The call stays refused.")
        return .judgedBad
      }
    }
    guard try opened({ () throws(LedgerFault) in try approvals.approve(code: pending.code) }) else { throw notFound }
    console.out("Approved. The identical call goes through once, within five minutes.")
    return .success
  }

  private static func opened<Value>(_ body: () throws(LedgerFault) -> Value) throws(CommandError) -> Value {
    do throws(LedgerFault) {
      return try body()
    } catch {
      throw .unusable("the state folder cannot be used: \(error)")
    }
  }

  private static var notFound: CommandError {
    CommandError(
      message: "no call waits under this code; codes run out after 15 minutes and hold once", exitCode: .judgedBad)
  }

  private static func message(of pending: PendingApproval) -> String {
    ConfirmationText.message(
      title: pending.title ?? pending.tool, ruleID: pending.ruleID, amount: pending.amount?.description,
      arguments: pending.arguments, payload: pending.payload)
  }
}
