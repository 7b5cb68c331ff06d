package import JSON

/// The answer to `POST /accounts`, reshaped but not validated: unknown types and unusual ids are passed on.
package struct AccountList: Sendable {
  package internal(set) var accounts: [Account] = []
  /// `data.errors`, passed on unchanged.
  package internal(set) var errors: [String] = []
  /// Whether asking again at once would give the same: no account lacks its balance for a reason that may pass.
  package internal(set) var isComplete = true

  package init() {}
}

/// One account. An id that is not a string is kept unchanged.
package struct Account: Sendable {
  package let id: JSONValue
  package let name: JSONValue
  package let type: JSONValue
  /// In the exact digits of the answer; null if unknown.
  package let balanceDollars: JSONValue
  package let balanceError: JSONValue
  /// When the bank last reported the balance (RFC 3339); null if unknown. Only the Platform API reports it.
  package internal(set) var balanceUpdatedAt: JSONValue = .null
}

extension AccountList {
  /// Reads the answer (Sequence API docs, read 2026-11). Anything unusual within one account is passed on; only an answer
  /// without a list of accounts is an error.
  /// - Throws: `Fault`, with a message for the user.
  init(answer: AnswerValue) throws(AnswerValue.Fault) {
    let code = answer["code"]
    let isSuccess =
      code.map { $0.sent == .null || TriggerOutcome.TrustedResponses.acceptedCodes.contains($0.word) } ?? true
    // The faults of single accounts are in `data.errors`.
    guard isSuccess, !answer.reportsFailure else { throw AnswerValue.Fault(message: "it reports a failure") }
    let elements = try answer.list("accounts")
    if let errors = answer["data"]?["errors"], errors.sent != .null {
      self.errors = (errors.elements ?? [errors]).map(\.shown)
    }
    for (index, element) in elements.enumerated() {
      if element.sent.objectValue == nil {
        errors.append("entry \(index + 1) of the accounts is not an object and was left out")
      } else {
        accounts.append(AccountList.account(element))
      }
    }
  }

  /// The maximum length of a balance, in bytes.
  private static let longestNumber = 40

  private static func account(_ element: AnswerValue) -> Account {
    let balance = element["balance"]
    let isObject = balance?.sent.objectValue != nil
    let amount = isObject ? balance?["amountInDollars"] : balance
    let error = isObject ? balance?["error"].flatMap { $0.sent == .null ? nil : $0.shown } : nil
    let dollars = amount.flatMap(dollars)
    // Any other value is reported in the error.
    let fault = dollars != nil || amount == nil || amount?.sent == .null ? nil : amount
    let message =
      error
      ?? fault.map { "the balance \(number($0) == nil ? "is not a number" : "is too large to show"): \($0.shown)" }
    return Account(
      id: element["id"]?.json ?? .null, name: element["name"]?.json ?? .null, type: element["type"]?.json ?? .null,
      balanceDollars: dollars.map { .number($0) } ?? .null, balanceError: message.map { .string($0) } ?? .null)
  }

  private static func number(_ amount: AnswerValue) -> JSONNumber? {
    amount.number ?? amount.text.flatMap { JSONNumber($0) }
  }

  /// Returns the amount in its original digits; nil if it is none. Some clients refuse a whole answer for a number that does
  /// not fit 64 bits of floating point.
  private static func dollars(_ amount: AnswerValue) -> JSONNumber? {
    guard let number = number(amount) else { return nil }
    let isUsual = number.text.utf8.count <= longestNumber && Double(number.text).map { abs($0) < 1e15 } == true
    return isUsual ? number : nil
  }
}
