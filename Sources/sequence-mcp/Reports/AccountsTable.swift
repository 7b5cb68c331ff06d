import JSON
import Platform
import Rules

/// The accounts of a `get_accounts` result as a table for people.
enum AccountsTable {
  static func render(_ accounts: [JSONValue], _ console: Console) -> String {
    let rows = accounts.map { [text($0["name"]), text($0["type"]), balance($0)] }
    return TextTable(rows: [["ACCOUNT", "TYPE", "BALANCE"]] + rows, rightAligned: [2]).text(console)
  }

  /// Why balances are unknown, a line each.
  static func notes(on accounts: [JSONValue]) -> [String] {
    accounts.compactMap { account in
      account["balance_error"]?.stringValue.map { text(account["name"]) + ": " + VisibleText.line($0) }
    }
  }

  /// The errors that the notes do not tell already: Sequence reports an unreadable balance at the account and once more
  /// among the errors, where the account's name comes first.
  static func otherErrors(_ errors: [JSONValue], _ accounts: [JSONValue]) -> [JSONValue] {
    var others = errors
    for account in accounts where account["balance_error"]?.stringValue != nil {
      guard let name = account["name"]?.stringValue, !name.isEmpty else { continue }
      let told = others.firstIndex { $0.stringValue?.hasPrefix(name + ":") == true }
      if let told { others.remove(at: told) }
    }
    return others
  }

  private static func text(_ value: JSONValue?) -> String { VisibleText.line(value?.stringValue ?? "", limit: 64) }

  private static func balance(_ account: JSONValue) -> String {
    account["balance_dollars"]?.numberValue.map(DollarText.of) ?? "unknown"
  }
}
