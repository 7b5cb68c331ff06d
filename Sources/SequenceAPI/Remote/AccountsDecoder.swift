import JSON

/// Reads the answer of `POST /accounts` (Sequence API docs, read 2026-11). What is odd in one account is data; only an
/// answer that holds no list of accounts is an error.
enum AccountsDecoder {
  /// - Throws: `Fault`, in words for the user.
  static func decode(_ answer: JSONValue) throws(Fault) -> AccountList {
    guard case .object(let data)? = answer["data"] else { throw Fault(missing: "data", found: answer["data"]) }
    guard case .array(let elements)? = data["accounts"] else {
      throw Fault(missing: "data.accounts", found: data["accounts"])
    }
    var list = AccountList(accounts: [], errors: errors(data["errors"]))
    for (index, element) in elements.enumerated() {
      guard let object = element.objectValue else {
        list.errors.append("entry \(index + 1) of the accounts is no object and was left out")
        continue
      }
      list.accounts.append(account(object))
    }
    return list
  }

  /// Which part of the answer is not what it should be.
  struct Fault: Error, Equatable {
    let message: String

    init(missing path: String, found: JSONValue?) {
      message = "its '\(path)' is \(found.map { "of type " + $0.typeName } ?? "missing")"
    }
  }

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

  /// The amount is a number in its own digits or null; whatever else stands there is told in the error.
  private static func balance(_ value: JSONValue) -> (amount: JSONValue, error: JSONValue) {
    guard let object = value.objectValue else { return amount(value, error: .null) }
    let error = object["error"] ?? .null
    return amount(object["amountInDollars"] ?? .null, error: error == .null ? .null : .string(text(error)))
  }

  private static func amount(_ value: JSONValue, error: JSONValue) -> (amount: JSONValue, error: JSONValue) {
    switch value {
    case .number, .null: return (value, error)
    case .string(let digits):
      if let number = JSONNumber(digits) { return (.number(number), error) }
      fallthrough
    case .bool, .array, .object:
      return (.null, error == .null ? .string("the balance is no number: \(text(value))") : error)
    }
  }
}
