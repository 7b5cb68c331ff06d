package import JSON

/// What `POST /accounts` answered, reshaped but not judged: unknown types and odd ids are data.
package struct AccountList: Sendable {
  package var accounts: [Account]
  /// `data.errors`, passed on.
  package var errors: [String]

  package init(accounts: [Account], errors: [String]) {
    self.accounts = accounts
    self.errors = errors
  }
}

/// One account. An id that is no string stays what it is.
package struct Account: Sendable {
  package var id: JSONValue
  package var name: JSONValue
  package var type: JSONValue
  /// In the exact digits of the answer; null where unknown.
  package var balanceDollars: JSONValue
  package var balanceError: JSONValue

  package init(id: JSONValue, name: JSONValue, type: JSONValue, balanceDollars: JSONValue, balanceError: JSONValue) {
    self.id = id
    self.name = name
    self.type = type
    self.balanceDollars = balanceDollars
    self.balanceError = balanceError
  }
}
