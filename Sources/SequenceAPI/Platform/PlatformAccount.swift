import JSON
import Platform
import Rules

/// An account of the Platform API. Only these fields are read from an answer. The full routing and account numbers, which the
/// answer contains twice (again inside `linkedAccount`), are dropped by not being read.
struct PlatformAccount: Sendable, Hashable {
  let id: String
  let name: String?
  let type: String
  /// In cents; nil if unknown.
  let balanceCents: Int64?
  /// Why the balance is unknown: Sequence's code for it, or what it sent instead of a number of cents.
  let balanceError: String?
  /// RFC 3339.
  let balanceUpdatedAt: String?

  /// Returns nil if the data has no id, because the account could not be queried.
  init?(_ data: AnswerValue) {
    guard let id = data["id"]?.id else { return nil }
    self.id = id
    name = data["name"]?.text
    type = PlatformAccount.type(data)
    let balance = data["balance"]
    let amount = balance?["balanceInCents"].flatMap { $0.sent == .null ? nil : $0 }
    let cents = amount?.cents.flatMap { $0 == AnswerValue.tooLarge ? nil : $0 }
    let fault = cents == nil ? amount.map { VisibleText.line($0.shown, limit: 80) } : nil
    balanceCents = cents
    balanceError = balance?["error"]?.text ?? fault.map { "the balance is not a number of cents: \($0)" }
    balanceUpdatedAt = balance?["balanceLastUpdatedAt"]?.text
  }

  /// Returns the account as `get_accounts` shows it.
  /// - Parameter fault: The reason its balance could not be read.
  func account(fault: String? = nil) -> Account {
    let error = fault ?? balanceError
    return Account(
      id: .string(id), name: name.map { .string($0) } ?? .null, type: .string(type),
      balanceDollars: error == nil ? balanceCents.map { .number(PlatformAccount.dollars($0)) } ?? .null : .null,
      balanceError: error.map { .string($0) } ?? .null,
      balanceUpdatedAt: balanceUpdatedAt.map { .string($0) } ?? .null)
  }

  /// Returns the Remote API's name for the account type.
  private static func type(_ data: AnswerValue) -> String {
    switch (data["type"]?.word ?? "", data["externalAccountType"]?.sent.stringValue) {
    case ("POD", _): "Pod"
    case ("INCOME_SOURCE", _): "Income Source"
    case ("EXTERNAL_ACCOUNT", "LIABILITY"?): "Liability"
    case ("EXTERNAL_ACCOUNT", "INVESTMENT"?): "Investment"
    case ("EXTERNAL_ACCOUNT", nil), ("EXTERNAL_ACCOUNT", "DEPOSITORY"?): "Account"
    case ("EXTERNAL_ACCOUNT", _?): data["externalAccountType"]?.text ?? ""
    case (_, _): data["type"]?.text ?? ""
    }
  }

  /// Returns cents as dollars with two decimal places, exactly.
  static func dollars(_ cents: Int64) -> JSONNumber {
    let amount = Money(cents: Int64(clamping: cents.magnitude))
    // The text consists of digits, a decimal point and possibly a sign, so it is always a valid JSON number.
    return JSONNumber("\(cents < 0 ? "-" : "")\(amount)") ?? JSONNumber(0)
  }
}
