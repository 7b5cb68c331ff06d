import JSON
import Platform
import Rules

/// A tool's result for the person who called it at a terminal. Text from Sequence is cleaned, since it could control the
/// terminal; the JSON output contains all of it.
struct CallReport {
  /// The CallToolResult.
  let result: JSONValue
  /// Those of the run, for the commands in the report.
  var arguments = ParsedArguments()
  /// The time at which it is shown, in wall-clock milliseconds.
  var now = SystemClock().wallMilliseconds()

  /// Null if the server refused the call before any tool received it.
  private var content: JSONValue { result["structuredContent"] ?? .null }

  func text(_ console: Console) -> String {
    if result["isError"] == true { return failure(console).joined(separator: "\n") }
    if let accounts = content["accounts"]?.arrayValue { return accountsText(accounts, console) }
    if let limits = content["limits"]?.arrayValue { return limitsText(limits, console) }
    if member("status") != nil { return success(console).joined(separator: "\n") }
    if let run = RunReport(content["run"]) { return ([sender].compactMap { $0 } + run.lines).joined(separator: "\n") }
    return plainTexts
  }

  /// The call that a run belongs to.
  private var sender: String? {
    member("tool").map { tool in
      let time = member("sent_at").flatMap(Timestamp.milliseconds(rfc3339:))
      return tool + (time.map { ", sent " + TimeText(isUTC: false).of(milliseconds: $0) } ?? "")
    }
  }

  private func failure(_ console: Console) -> [String] {
    let call = FailedCall(content: content, arguments: arguments)
    var lines = [console.styled(headline, .yellow) + ": " + (call.message ?? plainTexts)]
    if let status = content["status_code"]?.numberValue {
      lines.append("Sequence answered with status \(status.text).")
    }
    lines += RunReport(content["run"])?.lines ?? []
    if let help = call.help { lines.append("What to do: " + help) }
    return lines + notes
  }

  /// The status and the code. The status of a trigger comes first: `rejected` did not run, `unknown` may have. A duplicate has
  /// the earlier call's outcome.
  private var headline: String {
    let status = member("status").map { status in
      member("first_status").map { "\(status) of a call that was \($0)" } ?? status
    }
    return [status, member("code") ?? "ERROR"].compactMap { $0 }.joined(separator: ": ")
  }

  private func accountsText(_ accounts: [JSONValue], _ console: Console) -> String {
    let table = accounts.isEmpty ? "No accounts." : AccountsTable.render(accounts, console)
    let unread = AccountsTable.otherErrors(content["errors"]?.arrayValue ?? [], accounts).map {
      "Sequence could not read: " + VisibleText.line($0.stringValue ?? JSONWriter.text($0), limit: 2000)
    }
    return ([table] + cut(accounts, of: "total_accounts") + AccountsTable.notes(on: accounts) + unread).joined(
      separator: "\n")
  }

  private func limitsText(_ limits: [JSONValue], _ console: Console) -> String {
    func amount(_ key: String, _ limit: JSONValue) -> String {
      limit[key + "_text"]?.shown(limit: 64) ?? limit[key]?.shown(limit: 64) ?? limit[key]?.numberValue?.text ?? "-"
    }
    let rows = limits.map { limit in
      [
        limit["tool"]?.shown(limit: 64) ?? "all rules", limit["limit"]?.shown(limit: 64) ?? "", amount("used", limit),
        amount("left", limit), amount("cap", limit),
        limit["frees_at"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:)).map {
          TimeText(isUTC: false).brief(milliseconds: $0, now: now)
        } ?? "-",
      ]
    }
    let table = TextTable(
      rows: [["SCOPE", "LIMIT", "USED", "LEFT", "CAP", "FREES"]] + rows, rightAligned: [2, 3, 4])
    let pause = content["paused"]?.boolValue == true ? ["All triggers are paused."] : []
    return (pause + [rows.isEmpty ? "No limits." : table.text(console)] + cut(limits, of: "total_limits")).joined(
      separator: "\n")
  }

  /// Returns the note about a list that lacks some of its items.
  private func cut(_ shown: [JSONValue], of total: String) -> [String] {
    (content[total]?.numberValue?.intValue ?? 0) > shown.count ? [member("note")].compactMap { $0 } : []
  }

  private func success(_ console: Console) -> [String] {
    let status = member("status") ?? ""
    let message = words(ofSuccess: status) ?? member("message") ?? ""
    // Nothing was done, so nothing is green; the message says that it was a dry run.
    if status == "dry_run" {
      let request = content["would_send"].map { ["", requestText($0)] } ?? []
      return [message] + request + notes
    }
    // Green is for what this call did. A duplicate did nothing, although its message is the first call's.
    let headline = status == "duplicate" ? status : console.styled(status, .green)
    let details = [("request_id", "request id"), ("idempotency_key", "idempotency key")].compactMap { key, title in
      member(key).map {
        "\(title): \(key == "idempotency_key" ? ShortIDs([$0], isWide: arguments.has(.wide)).of($0) : $0)"
      }
    }
    let notes = status == "duplicate" && !notes.isEmpty ? [Self.repetition] : notes
    let run = RunReport(content["run"])?.lines ?? []
    return [message.isEmpty ? headline : headline + ": " + message] + run + details + notes
  }

  /// Returns the message in words for the owner; nil if the result's message suits the owner and the model alike.
  private func words(ofSuccess status: String) -> String? {
    guard content["run"]?.objectValue != nil else { return nil }
    switch status {
    case "simulated": return "Sequence simulated this run; nothing was moved."
    // The Platform API returns no message for it.
    case "accepted", "duplicate": return member("code") == nil ? "Sequence accepted the run." : nil
    default: return nil
    }
  }

  private static var repetition: String {
    "The same call was accepted before and was not sent again. To repeat it on purpose, add \(newKey)."
  }

  /// An argument that makes an identical call a new one. Each time it is another key, so that it has not been used before.
  static var newKey: String { "\(IdempotencyKey.argumentName)=again-\(UUIDText.random().prefix(8))" }

  /// Returns a dry run's request in HTTP syntax.
  private func requestText(_ request: JSONValue) -> String {
    let first = [request["method"], request["url"]].compactMap { $0?.stringValue }.joined(separator: " ")
    let headers = (request["headers"]?.objectValue?.members ?? []).map { "\($0.key): \($0.value.stringValue ?? "")" }
    return ([first] + headers + ["", JSONWriter.indentedText(request["body"] ?? [:])]).joined(separator: "\n")
  }

  private var notes: [String] { (content["notes"]?.arrayValue ?? []).compactMap(\.stringValue) }

  /// The texts that every result has, for a result that has nothing else.
  private var plainTexts: String {
    let texts = (result["content"]?.arrayValue ?? []).compactMap { $0["text"]?.shown(limit: 2000) }
    return texts.isEmpty ? "The answer does not say what happened to the call." : texts.joined(separator: "\n")
  }

  private func member(_ key: String) -> String? { content[key]?.shown(limit: 2000) }
}

/// A run of the Platform API as a result reports it (`run`), for the person at a terminal.
struct RunReport {
  private let run: JSONValue

  /// - Returns: nil if the result contains none.
  init?(_ run: JSONValue?) {
    guard let run, run.objectValue != nil else { return nil }
    self.run = run
  }

  /// The outcome, then the transfers; for a run that was only simulated, the simulated transfers.
  var lines: [String] {
    let moved = amount("moved")
    let pending = amount("pending")
    let words =
      [text(run["simulated_outcome"] ?? run["outcome"])]
      + [moved.map { "\($0) moved" }, pending.map { "\($0) pending" }].compactMap { $0 }
    let transfers = run["transfers"]?.arrayValue ?? []
    let isSimulation = moved == nil && transfers.isEmpty
    let shown = isSimulation ? run["simulated"]?.arrayValue ?? [] : transfers
    return [(isSimulation ? "simulated: " : "run: ") + words.joined(separator: ", ")]
      + shown.prefix(Self.transferLimit).map { line($0, isSimulation: isSimulation) }
      + (shown.count > Self.transferLimit ? ["  and \(shown.count - Self.transferLimit) more"] : [])
  }

  private static let transferLimit = 40

  /// `  Checking -> Bills $50.00, complete`
  private func line(_ transfer: JSONValue, isSimulation: Bool) -> String {
    let transferred = TransferText.line(
      from: text(transfer["from"]), to: text(transfer["to"]), amount: transfer["amount_text"]?.shown())
    let rest = (isSimulation ? ["error_code"] : ["status", "error_code"]).compactMap { transfer[$0]?.shown() }.map {
      ", " + $0
    }
    return "  " + transferred + rest.joined()
  }

  private func text(_ value: JSONValue?) -> String { value?.shown(limit: 80) ?? "?" }

  private func amount(_ key: String) -> String? { run[key]?.numberValue.map { DollarText.of($0) } }
}

/// The accounts of a `get_accounts` result as a table for people.
enum AccountsTable {
  static func render(_ accounts: [JSONValue], _ console: Console) -> String {
    let rows = accounts.map { account in
      let balance = account["balance_dollars"]?.numberValue.map(DollarText.of) ?? "unknown"
      return [text(account["name"]), text(account["type"]), balance]
    }
    return TextTable(rows: [["ACCOUNT", "TYPE", "BALANCE"]] + rows, rightAligned: [2]).text(console)
  }

  /// Returns the reasons for unknown balances, one a line.
  static func notes(on accounts: [JSONValue]) -> [String] {
    accounts.compactMap { account in
      account["balance_error"]?.shown().map { text(account["name"]) + ": " + $0 }
    }
  }

  /// Returns the errors that the notes do not already report. Sequence reports an unreadable balance twice: at the account, and
  /// among the errors, where it begins with the account's name.
  static func otherErrors(_ errors: [JSONValue], _ accounts: [JSONValue]) -> [JSONValue] {
    var others = errors
    for account in accounts where account["balance_error"]?.stringValue != nil {
      guard let name = account["name"]?.stringValue, !name.isEmpty else { continue }
      if let repeated = others.firstIndex(where: { $0.stringValue?.hasPrefix(name + ":") == true }) {
        others.remove(at: repeated)
      }
    }
    return others
  }

  private static func text(_ value: JSONValue?) -> String { value?.shown(limit: 64) ?? "" }
}

extension JSONValue {
  /// Returns a text on one line, cleaned of what could control a terminal; nil for another value.
  func shown(limit: Int = 200) -> String? { stringValue.map { VisibleText.line($0, limit: limit) } }
}

/// A transfer as one line of text, wherever an owner reads it.
enum TransferText {
  /// `Checking -> Bills $50.00`
  /// - Parameter amount: Formatted for people; nil if it is not known.
  static func line(from: String, to: String, amount: String?) -> String {
    "\(from) -> \(to) \(amount ?? "(amount not known)")"
  }
}
