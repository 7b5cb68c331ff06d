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
  /// The part of the answer that is not as expected.
  struct Fault: Error, Equatable {
    let message: String

    fileprivate init(missing path: String, found: JSONValue?) {
      message = "its '\(path)' is \(found.map { "of type " + $0.typeName } ?? "missing")"
    }
  }

  /// Reads the answer (Sequence API docs, read 2026-11). Anything unusual within one account is passed on; only an answer
  /// without a list of accounts is an error.
  /// - Throws: `Fault`, with a message for the user.
  init(answer: JSONObject) throws(Fault) {
    guard case .object(let data)? = answer["data"] else { throw Fault(missing: "data", found: answer["data"]) }
    guard case .array(let elements)? = data["accounts"] else {
      throw Fault(missing: "data.accounts", found: data["accounts"])
    }
    errors = AccountList.errors(data["errors"])
    for (index, element) in elements.enumerated() {
      guard let object = element.objectValue else {
        errors.append("entry \(index + 1) of the accounts is not an object and was left out")
        continue
      }
      accounts.append(AccountList.account(object))
    }
  }

  /// The maximum length of a balance, in bytes.
  private static let longestNumber = 40

  private static func errors(_ value: JSONValue?) -> [String] {
    switch value {
    case nil, .null: []
    case .array(let elements): elements.map(text)
    case .some(let other): [text(other)]
    }
  }

  private static func text(_ value: JSONValue) -> String { value.stringValue ?? JSONWriter.text(value) }

  private static func account(_ object: JSONObject) -> Account {
    let (amount, fault) = balance(object["balance"] ?? .null)
    return Account(
      id: object["id"] ?? .null, name: object["name"] ?? .null, type: object["type"] ?? .null, balanceDollars: amount,
      balanceError: fault)
  }

  /// Returns the amount as a number in its original digits, or null. Any other value is reported in the error.
  private static func balance(_ value: JSONValue) -> (amount: JSONValue, error: JSONValue) {
    guard let object = value.objectValue else { return amount(value, error: .null) }
    let error = object["error"] ?? .null
    return amount(object["amountInDollars"] ?? .null, error: error == .null ? .null : .string(text(error)))
  }

  /// Whether it may be a balance. Some clients refuse a whole answer for a number that does not fit 64 bits of floating point.
  private static func isUsual(_ number: JSONNumber) -> Bool {
    number.text.utf8.count <= longestNumber && Double(number.text).map { abs($0) < 1e15 } == true
  }

  private static func amount(_ value: JSONValue, error: JSONValue) -> (amount: JSONValue, error: JSONValue) {
    switch value {
    case .null: return (value, error)
    case .number(let number) where isUsual(number): return (value, error)
    case .string(let digits):
      if let number = JSONNumber(digits), isUsual(number) { return (.number(number), error) }
      fallthrough
    case .number, .bool, .array, .object:
      return (.null, error == .null ? .string("the balance is not a number: \(text(value))") : error)
    }
  }
}
