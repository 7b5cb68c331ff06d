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
  package let balanceError: String?

  package init(id: String, name: String, type: String, balanceCents: Int?, balanceError: String? = nil) {
    self.id = id
    self.name = name
    self.type = type
    self.balanceCents = balanceCents
    self.balanceError = balanceError
  }

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

  var platformSummary: JSONObject { JSONObject(summary(isWhole: false)) }

  func platformJSON(nowMilliseconds: Int64) -> JSONObject {
    JSONObject(
      summary(isWhole: true) + details(balance(updated: Timestamp.rfc3339(milliseconds: nowMilliseconds))))
  }

  /// - Parameter isWhole: Whether a linked account is shown with its bank numbers.
  private func summary(isWhole: Bool) -> [(String, JSONValue)] {
    let isOutside = platformType.external != nil
    return [
      ("id", .string(platformID)), ("name", .string(name)), ("type", .string(platformType.type)),
      ("description", .null), ("externalAccountType", platformType.external.map { .string($0) } ?? .null),
      ("beneficiaryName", "Sandbox Household"), ("institutionName", isOutside ? "Example Bank" : .null),
      ("canBeSource", .bool(platformType.external != "LIABILITY")), ("canBeDestination", true),
      ("linkedAccount", loan(isWhole: isWhole)),
    ] + Self.dates
  }

  private static let dates: [(String, JSONValue)] = [
    ("createdAt", created), ("updatedAt", created), ("deletedAt", .null),
  ]

  private func details(_ balance: JSONValue) -> [(String, JSONValue)] {
    [
      ("routingNumber", .string(Self.routingNumber)), ("bankAccountNumber", .string(Self.accountNumber)),
      ("balance", balance), ("savingsTargetInCents", .null),
    ]
  }

  private func balance(updated: String) -> JSONValue {
    [
      "balanceInCents": balanceCents.map { JSONValue($0) } ?? .null,
      "availableBalanceInCents": balanceCents.map { JSONValue($0) } ?? .null, "lastStatementBalanceInCents": nil,
      "lastStatementDate": nil, "nextPaymentMinimumInCents": nil, "nextPaymentDueDate": nil,
      "balanceLastUpdatedAt": .string(updated),
      "error": balanceError == nil ? .null : "CONNECTION_BROKEN", "interestRatePercentage": nil,
      "originalLoanAmountInCents": nil,
    ]
  }

  /// The manually tracked loan that is linked to one pod, whose bank numbers the answer repeats; null for the others.
  private func loan(isWhole: Bool) -> JSONValue {
    guard name == "Bills" else { return .null }
    let summary: [(String, JSONValue)] = [
      ("id", .string(PlatformID.of("loan \(id)"))), ("name", "Car Loan"), ("type", "EXTERNAL_ACCOUNT"),
      ("description", .null), ("externalAccountType", "LIABILITY"), ("beneficiaryName", "Sandbox Household"),
      ("institutionName", .null), ("canBeSource", false), ("canBeDestination", true),
    ]
    return .object(JSONObject(summary + Self.dates + (isWhole ? details(.null) : [])))
  }
}
