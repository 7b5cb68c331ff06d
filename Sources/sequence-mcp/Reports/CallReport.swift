import JSON
import SequenceAPI

/// A tool's result for the person who called it at a terminal. What Sequence wrote is cleaned, since it could drive the
/// terminal otherwise; the JSON has it all.
struct CallReport {
  private let content: JSONValue

  /// - Parameter content: the result's structured content.
  init(_ content: JSONValue) { self.content = content }

  func text(_ console: Console) -> String {
    if content["error"] == true { return failure(console).joined(separator: "\n") }
    if let accounts = content["accounts"]?.arrayValue { return accountsText(accounts, console) }
    return success(console).joined(separator: "\n")
  }

  private func failure(_ console: Console) -> [String] {
    var lines = [console.styled(member("code") ?? "ERROR", .yellow) + ": " + (member("message") ?? "")]
    if let status = content["status_code"]?.numberValue {
      lines.append("Sequence answered with status \(status.text).")
    }
    if let hint = member("hint") { lines.append("What to do: " + hint) }
    return lines + notes
  }

  private func accountsText(_ accounts: [JSONValue], _ console: Console) -> String {
    let table = accounts.isEmpty ? "No accounts." : AccountsTable.render(accounts, console)
    let errors = content["errors"]?.arrayValue ?? []
    let unread = errors.map { "Sequence could not read: " + clean($0.stringValue ?? JSONWriter.text($0)) }
    return ([table] + AccountsTable.notes(on: accounts) + unread).joined(separator: "\n")
  }

  private func success(_ console: Console) -> [String] {
    let message = member("message") ?? ""
    var lines: [String] = []
    if let request = content["would_send"] {
      lines = [message, "", requestText(request)]
    } else {
      let status = console.styled(member("status") ?? "done", .green)
      lines = [message.isEmpty ? status : status + ": " + message]
      lines += [("request_id", "request id"), ("idempotency_key", "idempotency key")].compactMap { key, title in
        member(key).map { "\(title): \($0)" }
      }
    }
    return lines + notes
  }

  /// A dry run's request as HTTP writes it.
  private func requestText(_ request: JSONValue) -> String {
    let first = [request["method"], request["url"]].compactMap { $0?.stringValue }.joined(separator: " ")
    let headers = (request["headers"]?.objectValue?.members ?? []).map { "\($0.key): \($0.value.stringValue ?? "")" }
    return ([first] + headers + ["", JSONWriter.indentedText(request["body"] ?? [:])]).joined(separator: "\n")
  }

  private var notes: [String] { (content["notes"]?.arrayValue ?? []).compactMap(\.stringValue) }

  private func member(_ key: String) -> String? { content[key]?.stringValue.map(clean) }

  private func clean(_ text: String) -> String { UntrustedText.clean(text, limit: 2000) }
}
