import CSystem
import JSON
import Platform
import Rules
import Safeguards

/// `audit`: the ledger and the refused calls, with totals against the limits.
enum AuditCommand: Subcommand {
  static let name = "audit"
  static let summary = "show what was triggered and refused, with totals against the limits"
  static let details = """
    Reads the ledger and the refused calls: each with its time, amount, outcome, client and idempotency key, then how much of
    each limit of the configuration is used. '--format html' writes one page to open or print, '--format csv' is for
    spreadsheets. Unfinished runs of the Platform API are read again first. Nothing else is written, except that
    '--prune' deletes, after asking, old ledger files that no limit needs. With an invalid configuration, it shows the calls
    without the limits; the exit code is then 1.
    """
  static let examples = [
    "audit --since today", "audit --rule move_to_savings --outcome unknown --json", "audit --format html > calls.html",
  ]

  static let since = Option.value(
    "--since", "WHEN", "only calls since then: today, yesterday, 2026-11-22, an RFC 3339 time, or 30m, 12h, 7d",
    suggestions: ["today", "yesterday"])
  static let rule = Option.value("--rule", "ALIAS", "only this tool", completes: .aliases)
  static let client = Option.value(
    "--client", "NAME", "only calls by this client, by the name it sends", completes: .callers)
  static let outcome = Option.choice(
    "--outcome", AuditOutcome.allCases.map(\.rawValue), "only calls with this outcome")
  static let format = Option.choice(
    "--format", AuditFormat.allCases.map(\.rawValue), "the output format (default: table)")
  static let prune = Option.value(
    "--prune", "BEFORE", "delete ledger files in which every line is older than BEFORE and older than 31 days")
  static let options = [
    Option.config, Option.stateDirectory, since, rule, client, outcome, format, .json, prune, ServeCommand.sandbox,
    .utc, .wide,
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let format = try arguments.format(Self.format) ?? AuditFormat.table
    for option in [since, rule, client, outcome, Self.format, .json]
    where arguments.has(prune) && arguments.has(option) {
      throw .usage("'\(option.name)' does not work with '\(prune.name)', which shows no calls")
    }
    let input = try ConfigurationInput.ofAnyFile(arguments, console)
    if let fault = input.stateFault(arguments, console) { throw fault }
    let now = SystemClock().wallMilliseconds()
    var filter = AuditFilter()
    filter.sinceMilliseconds = try time(since, arguments, now: now)
    (filter.tool, filter.client) = (arguments[rule], arguments[client])
    if let outcome = arguments[outcome].flatMap(AuditOutcome.init) { filter.outcomes = [outcome] }
    let ledger = Ledger(path: input.stateDirectory, clock: SystemClock(), notice: { console.note($0) })
    if let before = try time(prune, arguments, now: now) { return try delete(before: before, ledger, console) }
    OpenRunRefresh.run(input, TriggerGuard(ledger: ledger), console)
    let report = try CommandError.opening(
      AuditReport(ledger, filter: filter, limitsOf: reported(input.configuration, filter)))
    let isValid = input.faulty == nil
    if !isValid {
      console.error(
        "the configuration is not valid, so its limits are missing here; '\(arguments.next(ValidateConfigCommand.self))' shows "
          + "what is wrong")
    }
    try check(filter, report, input.configuration)
    print(report, format, input, arguments, now: now, console)
    return isValid ? .success : .failure
  }

  private static func print(
    _ report: AuditReport, _ format: AuditFormat, _ input: ConfigurationInput, _ arguments: ParsedArguments, now: Int64,
    _ console: Console
  ) {
    let (time, isSandbox, isValid) = (TimeText(arguments), input.usesSandbox, input.faulty == nil)
    switch format {
    case .json:
      var json = report.json.objectValue ?? JSONObject()
      json["account"] = .string(input.account)
      json["config_valid"] = .bool(isValid)
      console.out(JSONWriter.indentedText(.object(json)))
    case .csv:
      if let missing = report.missingRefusals { console.note(missing) }
      console.outRaw(AuditCSV.text(report, account: input.account))
    case .html:
      let page = AuditPage(
        report: report, time: time, isSandbox: isSandbox, now: now, filter: shown(arguments), hasLimits: isValid)
      console.outRaw(page.text)
    case .table:
      let table = AuditTable(
        report: report, console: console, time: time, isWide: arguments.has(.wide), isSandbox: isSandbox, now: now,
        settling: arguments.next(SettleCommand.self))
      console.outRaw(table.text)
    }
  }

  /// Returns the options that leave calls out, in words: `rule move_to_savings, since today`; nil if there are none.
  private static func shown(_ arguments: ParsedArguments) -> String? {
    let words = [rule, client, outcome, since].compactMap { option in
      arguments[option].map { "\(option.name.dropFirst(2)) \($0)" }
    }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }

  /// Returns the configuration with the limits to report. With a tool in the filter, these are its own and those over all
  /// rules.
  private static func reported(_ configuration: Configuration, _ filter: AuditFilter) -> Configuration {
    var configuration = configuration
    if let tool = filter.tool {
      configuration.rules.removeAll { $0.alias != tool }
      if tool != GenericTool.triggerRule.name { configuration.tools.triggerRule?.limits = Limits() }
    }
    return configuration
  }

  /// Refuses a name that does not exist, since its empty list would look as if nothing had happened.
  private static func check(
    _ filter: AuditFilter, _ report: AuditReport, _ configuration: Configuration
  ) throws(CommandError) {
    let tools = configuration.rules.map(\.alias) + [GenericTool.triggerRule.name]
    func holds(_ names: [String], _ name: String) -> Bool { names.contains { $0.hasSameBytes(as: name) } }
    if let tool = filter.tool, !holds(tools, tool), !holds(report.tools, tool) {
      throw .unknown("rule", tool, among: Set(tools).union(report.tools).sorted(), none: "none is recorded")
    }
    if let client = filter.client, !holds(report.clients, client) {
      throw .unknown("client", client, among: report.clients, none: "none is recorded")
    }
  }

  private static func time(
    _ option: Option, _ arguments: ParsedArguments, now: Int64
  ) throws(CommandError) -> Int64? {
    guard let text = arguments[option] else { return nil }
    guard let time = SinceTime.milliseconds(text, now: now, isUTC: arguments.has(.utc)) else {
      throw .usage(
        "invalid time '\(text)'; use today, yesterday, a date (2026-11-22), an RFC 3339 time or an age (30m, 12h, 7d)")
    }
    return time
  }

  private static func delete(before: Int64, _ ledger: Ledger, _ console: Console) throws(CommandError) -> ExitCode {
    let archives = try CommandError.opening(Pruning.archives(of: ledger, before: before))
    guard !archives.isEmpty else {
      console.out("There is nothing to delete: no ledger file is that old.")
      return .success
    }
    let names = archives.map { "  \($0)" }.joined(separator: "\n")
    let question =
      "Delete these files of older calls for good?\n\(names)\n\nNo limit needs them; 'audit' will no longer show them."
    guard try Terminal.confirm(question) else {
      console.out("Nothing was deleted.")
      return .failure
    }
    let count = try CommandError.opening(Pruning.delete(archives, of: ledger))
    console.out("Deleted \(count) of \(archives.count) files.")
    return .success
  }
}

/// The output formats of `audit`.
private enum AuditFormat: String, CaseIterable {
  case table, json, csv, html
}

/// Parser for the `WHEN` of `audit --since WHEN`.
enum SinceTime {
  /// Parses a moment: RFC 3339 (`2026-11-22T10:00:00Z`), a date (`2026-11-22`, from its first moment), an age (`90m`, `24h`,
  /// `7d`, `2w`), or `today` and `yesterday`, from their first moment.
  /// - Parameter isUTC: Whether days are those of UTC, not of the local time zone.
  /// - Returns: wall-clock milliseconds, or nil if the text is something else.
  static func milliseconds(_ text: String, now: Int64, isUTC: Bool = false) -> Int64? {
    func firstMoment(ofDayOf milliseconds: Int64) -> Int64? {
      let date =
        isUTC
        ? String(Timestamp.rfc3339(milliseconds: milliseconds).prefix(10))
        : Timestamp.localDate(milliseconds: milliseconds)
      return startOfDay(date, isUTC: isUTC)
    }
    return switch text {
    case "today": firstMoment(ofDayOf: now)
    // Half a day before its end: no change of daylight saving time moves that into another day.
    case "yesterday": firstMoment(ofDayOf: now).flatMap { firstMoment(ofDayOf: $0 - 43_200_000) }
    default:
      Timestamp.milliseconds(rfc3339: text) ?? startOfDay(text, isUTC: isUTC)
        ?? DurationText.parse(text, takesWeeks: true).map { now - Int64($0) * 1000 }
    }
  }

  private static func startOfDay(_ text: String, isUTC: Bool) -> Int64? {
    let utc = text + "T00:00:00Z"
    guard text.utf8.count == 10, let midnight = Timestamp.milliseconds(rfc3339: utc) else { return nil }
    if isUTC { return midnight }
    var seconds = time_t(midnight / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    // Midnight of that date in the local time zone; the system determines whether daylight saving time applies.
    parts.tm_isdst = -1
    return Int64(mktime(&parts)) * 1000
  }
}
