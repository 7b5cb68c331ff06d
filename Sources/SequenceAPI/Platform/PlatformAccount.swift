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
  init?(_ data: JSONObject) {
    guard let id = PlatformResponseDecoder.id(data["id"]) else { return nil }
    self.id = id
    name = PlatformResponseDecoder.text(data["name"])
    type = PlatformAccount.type(data)
    let balance = data["balance"]
    let sent = balance?["balanceInCents"] ?? .null
    let cents = PlatformResponseDecoder.cents(sent).flatMap { $0 == PlatformResponseDecoder.tooLarge ? nil : $0 }
    let shown = VisibleText.line(sent.stringValue ?? JSONWriter.text(sent), limit: 80)
    let fault = sent == .null || cents != nil ? nil : "the balance is not a number of cents: \(shown)"
    balanceCents = cents
    balanceError = PlatformResponseDecoder.text(balance?["error"]) ?? fault
    balanceUpdatedAt = PlatformResponseDecoder.text(balance?["balanceLastUpdatedAt"])
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
  private static func type(_ data: JSONObject) -> String {
    switch (data["type"]?.stringValue ?? "", data["externalAccountType"]?.stringValue) {
    case ("POD", _): "Pod"
    case ("INCOME_SOURCE", _): "Income Source"
    case ("EXTERNAL_ACCOUNT", "LIABILITY"?): "Liability"
    case ("EXTERNAL_ACCOUNT", "INVESTMENT"?): "Investment"
    case ("EXTERNAL_ACCOUNT", nil), ("EXTERNAL_ACCOUNT", "DEPOSITORY"?): "Account"
    case ("EXTERNAL_ACCOUNT", let word?): word
    case (let word, _): word
    }
  }

  /// Returns cents as dollars with two decimal places, exactly.
  static func dollars(_ cents: Int64) -> JSONNumber {
    let amount = Money(cents: Int64(clamping: cents.magnitude))
    // The text consists of digits, a decimal point and possibly a sign, so it is always a valid JSON number.
    return JSONNumber("\(cents < 0 ? "-" : "")\(amount)") ?? JSONNumber(0)
  }
}
