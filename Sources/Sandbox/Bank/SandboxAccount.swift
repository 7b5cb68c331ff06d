package import JSON

/// An account as `POST /accounts` lists it (Sequence API docs, read 2026-11).
package struct SandboxAccount: Sendable, Hashable {
  package let id: String
  package let name: String
  /// `Pod`, `Income Source`, `Account`, `Liability` and more to come.
  package let type: String
  /// nil where Sequence does not know it.
  package var balanceCents: Int?
  package let balanceError: String?

  package init(id: String, name: String, type: String, balanceCents: Int?, balanceError: String? = nil) {
    self.id = id
    self.name = name
    self.type = type
    self.balanceCents = balanceCents
    self.balanceError = balanceError
  }

  /// The account in the API's own shape.
  package var json: JSONValue {
    [
      "id": .string(id), "name": .string(name), "type": .string(type),
      "balance": [
        "amountInDollars": balanceCents.map { .number(SandboxAccount.dollars(cents: $0)) } ?? .null,
        "error": balanceError.map { .string($0) } ?? .null,
      ],
    ]
  }

  /// Dollars as the real service writes them: `12500`, `640.2`, `25342.77`.
  static func dollars(cents: Int) -> JSONNumber {
    let (whole, part) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
    let fraction = part == 0 ? "" : part % 10 == 0 ? ".\(part / 10)" : part < 10 ? ".0\(part)" : ".\(part)"
    return JSONNumber("\(cents < 0 ? "-" : "")\(whole)\(fraction)") ?? JSONNumber(cents / 100)
  }
}
