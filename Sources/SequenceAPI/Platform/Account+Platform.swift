import JSON
import Platform
import Rules

extension Account {
  /// Reads an account of the Platform API. The full routing and account numbers, which the answer contains twice (again inside
  /// `linkedAccount`), are dropped by not being read.
  /// - Returns: nil if the data has no id, because the account could not be queried.
  init?(platform data: AnswerValue) {
    guard let id = data["id"]?.id else { return nil }
    let balance = data["balance"]
    let amount = balance?["balanceInCents"].flatMap { $0.sent == .null ? nil : $0 }
    let cents = amount?.cents.flatMap { $0 == AnswerValue.tooLarge ? nil : $0 }
    let fault = cents == nil ? amount.map { VisibleText.line($0.shown, limit: 80) } : nil
    let error = balance?["error"].flatMap(Account.words) ?? fault.map { "the balance is not a number of cents: \($0)" }
    self.init(
      id: .string(id), name: data["name"]?.text.map { .string($0) } ?? .null, type: .string(Account.type(data)),
      balanceDollars: error == nil ? cents.map { .number(Account.dollars($0)) } ?? .null : .null,
      balanceError: error.map { .string($0) } ?? .null,
      balanceUpdatedAt: balance?["balanceLastUpdatedAt"]?.text.map { .string($0) } ?? .null)
  }

  /// Returns the words of an error: a text, or the code and the message of an object, whose other members may be anything; nil
  /// for a value that says that there is none.
  private static func words(of error: AnswerValue) -> String? {
    let words = [error, error["code"], error["message"]].compactMap { $0?.text }
    if !words.isEmpty { return words.joined(separator: ": ") }
    let isNone = [.null, "", .bool(false), .array([]), .object([:])].contains(error.sent)
    return isNone ? nil : "Sequence reports an error"
  }

  /// Returns the account without its balance, which could not be read.
  func lackingBalance(_ error: SequenceAPIError) -> Account {
    Account(
      id: id, name: name, type: type, balanceDollars: .null, balanceError: .string("\(error.code): \(error.message)"),
      balanceUpdatedAt: balanceUpdatedAt)
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
  private static func dollars(_ cents: Int64) -> JSONNumber {
    let amount = Money(cents: Int64(clamping: cents.magnitude))
    // The text consists of digits, a decimal point and possibly a sign, so it is always a valid JSON number.
    return JSONNumber("\(cents < 0 ? "-" : "")\(amount)") ?? JSONNumber(0)
  }
}
