package import JSON
import Platform

/// An account as `POST /accounts` lists it (Sequence API docs, read 2026-11).
package struct SandboxAccount: Sendable, Hashable {
  package let id: String
  package let name: String
  /// `Pod`, `Income Source`, `Account`, `Liability`, or another type.
  package let type: String
  /// nil if Sequence does not know the balance.
  package var balanceCents: Int?
  var balanceError: String?

  /// The account in the format of the API.
  package var json: JSONValue {
    [
      "id": .string(id), "name": .string(name), "type": .string(type),
      "balance": [
        "amountInDollars": balanceCents.map { .number(SandboxAccount.dollars(cents: $0)) } ?? .null,
        "error": balanceError.map { .string($0) } ?? .null,
      ],
    ]
  }

  /// Returns dollars in the real service's format: `12500`, `640.2`, `25342.77`.
  static func dollars(cents: Int) -> JSONNumber {
    let (whole, part) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
    let fraction = part == 0 ? "" : part % 10 == 0 ? ".\(part / 10)" : part < 10 ? ".0\(part)" : ".\(part)"
    return JSONNumber("\(cents < 0 ? "-" : "")\(whole)\(fraction)") ?? JSONNumber(cents / 100)
  }
}

extension [SandboxAccount] {
  /// Returns the index of the pod that a rule's name names, otherwise of `Savings`; nil if there is neither.
  func pod(namedBy ruleName: String) -> Int? {
    let name = ruleName.lowercased()
    return firstIndex { $0.type == "Pod" && name.contains(part: $0.name.lowercased()) }
      ?? firstIndex { $0.type == "Pod" && $0.name == "Savings" }
  }
}

/// The household's accounts in the Platform API, with bank numbers that a client must not pass on.
extension SandboxAccount {
  /// Always the same for the same account.
  var platformID: String { PlatformID.of("account \(id)") }

  /// The account's type and, for an outside account, its kind.
  var platformType: (type: String, external: String?) {
    switch type {
    case "Pod": ("POD", nil)
    case "Income Source": ("INCOME_SOURCE", nil)
    case "Liability": ("EXTERNAL_ACCOUNT", "LIABILITY")
    case "Investment": ("EXTERNAL_ACCOUNT", "INVESTMENT")
    default: ("EXTERNAL_ACCOUNT", "DEPOSITORY")
    }
  }

  private static let created = JSONValue.string("2026-01-12T10:00:00.000Z")
  /// Made-up numbers; a test checks that sequence-mcp passes neither on.
  package static let routingNumber = "021000021"
  package static let accountNumber = "000123456789"

  /// The account as a list shows it, or as it is shown alone, with its bank numbers and its balance.
  /// - Parameter nowMilliseconds: Nil for a list.
  func platformJSON(nowMilliseconds: Int64? = nil) -> JSONObject {
    let bank = platformType.external == nil ? nil : "Example Bank"
    // A manually tracked loan is linked to one pod; the answer repeats the bank numbers.
    let loan = SandboxAccount.head(
      id: PlatformID.of("loan \(id)"), name: "Car Loan", type: ("EXTERNAL_ACCOUNT", "LIABILITY"), bank: nil)
    let isWhole = nowMilliseconds != nil
    let linked = name == "Bills" ? JSONValue.object(JSONObject(loan + (isWhole ? details(.null) : []))) : .null
    let head = SandboxAccount.head(id: platformID, name: name, type: platformType, bank: bank)
    return JSONObject(head + [("linkedAccount", linked)] + (nowMilliseconds.map { details(balance(at: $0)) } ?? []))
  }

  private static func head(
    id: String, name: String, type: (type: String, external: String?), bank: String?
  ) -> [(String, JSONValue)] {
    [
      ("id", .string(id)), ("name", .string(name)), ("type", .string(type.type)), ("description", .null),
      ("externalAccountType", type.external.map { .string($0) } ?? .null), ("beneficiaryName", "Sandbox Household"),
      ("institutionName", bank.map { .string($0) } ?? .null), ("canBeSource", .bool(type.external != "LIABILITY")),
      ("canBeDestination", true), ("createdAt", created), ("updatedAt", created), ("deletedAt", .null),
    ]
  }

  private func details(_ balance: JSONValue) -> [(String, JSONValue)] {
    [
      ("routingNumber", .string(Self.routingNumber)), ("bankAccountNumber", .string(Self.accountNumber)),
      ("balance", balance), ("savingsTargetInCents", .null),
    ]
  }

  private func balance(at milliseconds: Int64) -> JSONValue {
    let cents = balanceCents.map { JSONValue($0) } ?? .null
    return [
      "balanceInCents": cents, "availableBalanceInCents": cents, "lastStatementBalanceInCents": nil,
      "lastStatementDate": nil, "nextPaymentMinimumInCents": nil, "nextPaymentDueDate": nil,
      "balanceLastUpdatedAt": .string(Timestamp.rfc3339(milliseconds: milliseconds)),
      "error": balanceError == nil ? .null : "CONNECTION_BROKEN", "interestRatePercentage": nil,
      "originalLoanAmountInCents": nil,
    ]
  }
}
