import Config
import Rules
import JSON
import Platform
import Safeguards

/// `audit`: the ledger as a table, with sums against the limits.
enum AuditCommand: Subcommand {
  static let name = "audit"
  static let summary = "show what was triggered, with sums against the limits"
  static let details = """
    Reads the ledger: every trigger with its time, amount, outcome and idempotency key, then what is used of each limit of
    the configuration. It writes nothing, except that '--prune' deletes, after asking, files of older lines that no limit
    needs any more.
    """
  static let examples = ["audit --since 7d", "audit --rule move_to_savings --outcome unknown --json"]

  static let since = Option.value(
    "--since", "WHEN", "only from then on: 2026-11-22, a time in RFC 3339, or 30m, 12h, 7d")
  static let rule = Option.value("--rule", "ALIAS", "only this tool")
  static let outcome = Option.choice(
    "--outcome", AuditOutcome.allCases.map(\.rawValue), "only triggers that ended so")
  static let prune = Option.value(
    "--prune", "BEFORE", "delete ledger files whose lines are all older than that, and than 31 days")
  static let json = Option.flag("--json", "print JSON")
  static let sandbox = Option.flag("--sandbox", "the ledger of 'serve --sandbox'")
  static let options = [Option.config, Option.stateDirectory, since, rule, outcome, prune, json, sandbox]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let input = try ConfigurationInput.load(arguments, console)
    let clock = SystemClock()
    var filter = AuditFilter()
    filter.sinceMilliseconds = try time(arguments[since], now: clock.wallMilliseconds())
    filter.tool = arguments[rule]
    if let outcome = arguments[outcome].flatMap(AuditOutcome.init) { filter.outcomes = [outcome] }
    let folder = input.state.path(isSandbox: arguments.has(sandbox))
    if let before = try time(arguments[prune], now: clock.wallMilliseconds()) {
      return try delete(before: before, Ledger(path: folder, clock: clock, notice: { console.note($0) }), console)
    }
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

  private static func time(_ text: String?, now: Int64) throws(CommandError) -> Int64? {
    guard let text else { return nil }
    guard let time = AuditSince.milliseconds(text, now: now) else {
      throw .usage("invalid time '\(text)'; use a date (2026-11-22), an RFC 3339 time or an age (30m, 12h, 7d)")
    }
    return time
  }

  private static func delete(before: Int64, _ ledger: Ledger, _ console: Console) throws(CommandError) -> ExitCode {
    let archives = try opened { () throws(LedgerFault) in try Pruning.archives(of: ledger, before: before) }
    guard !archives.isEmpty else {
      console.out("There is nothing to delete: no ledger file is that old.")
      return .success
    }
    let names = archives.map { "  \($0.name)" }.joined(separator: "\n")
    let question =
      "Delete these files of older calls for good?\n\(names)\n\nNo limit needs them; 'audit' will not show them any more."
    guard let answer = Terminal.confirm(question) else {
      throw .unusable("there is no terminal to ask you at; run this yourself, in a terminal window of your own")
    }
    guard answer else {
      console.out("Nothing was deleted.")
      return .judgedBad
    }
    let count = try opened { () throws(LedgerFault) in try Pruning.delete(archives, of: ledger) }
    console.out("Deleted \(count) of \(archives.count) files.")
    return .success
  }

  private static func opened<Value>(_ body: () throws(LedgerFault) -> Value) throws(CommandError) -> Value {
    do throws(LedgerFault) {
      return try body()
    } catch {
      throw .unusable("the ledger cannot be read: \(error)")
    }
  }
}
