import Config
import JSON
import Platform
import Safeguards

/// `audit`: the ledger as a table, with sums against the limits.
enum AuditCommand: Subcommand {
  static let name = "audit"
  static let summary = "show what was triggered, with sums against the limits"
  static let details = """
    Reads the ledger: every trigger with its time, amount, outcome and idempotency key, then what is used of each limit of
    the configuration. It writes nothing.
    """
  static let examples = ["audit --since 7d", "audit --rule move_to_savings --outcome unknown --json"]

  static let since = Option.value(
    "--since", "WHEN", "only from then on: 2026-11-22, a time in RFC 3339, or 30m, 12h, 7d")
  static let rule = Option.value("--rule", "ALIAS", "only this tool")
  static let outcome = Option.choice(
    "--outcome", AuditOutcome.allCases.map(\.rawValue), "only triggers that ended so")
  static let json = Option.flag("--json", "print JSON")
  static let sandbox = Option.flag("--sandbox", "the ledger of 'serve --sandbox'")
  static let options = [Option.config, Option.stateDirectory, since, rule, outcome, json, sandbox]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let input = try ConfigurationInput.load(arguments, console)
    let clock = SystemClock()
    var filter = AuditFilter()
    if let text = arguments[since] {
      guard let start = AuditSince.milliseconds(text, now: clock.wallMilliseconds()) else {
        throw .usage("'\(text)' is no time; write 2026-11-22, 2026-11-22T08:00:00Z, or 30m, 12h, 7d for so long ago")
      }
      filter.sinceMilliseconds = start
    }
    filter.tool = arguments[rule]
    if let outcome = arguments[outcome].flatMap(AuditOutcome.init) { filter.outcomes = [outcome] }
    let folder = input.state.path(isSandbox: arguments.has(sandbox))
    do throws(LedgerFault) {
      let report = try AuditReport(
        Ledger(path: folder, clock: clock, notice: { console.note($0) }), filter: filter,
        limits: AuditedLimits(input.configuration))
      console.outRaw(arguments.has(json) ? JSONWriter.indentedText(report.json) + "\n" : report.table)
      return .success
    } catch {
      throw .unusable("the ledger cannot be read: \(error)")
    }
  }
}
