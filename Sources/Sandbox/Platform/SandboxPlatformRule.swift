import JSON

/// A rule as the Platform API shows and runs it.
package struct SandboxPlatformRule: Sendable {
  package var id: String
  package var name: String?
  package var isEnabled = true
  package var isDeleted = false
  /// Whether this version of the API supports the rule.
  package var isSupported = true
  /// `MANUAL`, `SCHEDULED` or `ON_FUNDS_TRANSFERRED`.
  package var triggerType = "MANUAL"
  /// The account whose balance the rule works on unless an amount is given.
  var source = "Checking"
  package var steps: [Step]
  var behavior = Behavior()

  /// Actions that are carried out together.
  package struct Step: Sendable {
    /// The step runs only if the balance of the rule's source is greater, in cents; nil if it always runs.
    var onlyAboveCents: Int?
    package var actions: [Action]
  }

  /// One transfer that a step makes.
  package struct Action: Sendable {
    /// How the amount of an action is calculated.
    package enum Kind: Sendable {
      case fixed(cents: Int)
      /// - Parameter ofIncoming: Whether it is a percentage of the run's amount; otherwise of the source's balance.
      case percentage(Int, ofIncoming: Bool = true)
      case topUp(toCents: Int)
    }

    package var kind: Kind
    /// The accounts' names. A name that is not in the household is an outside account.
    package var from = "Checking"
    package var to: String
    var movesUpTo = false
    var capPerTransferCents: Int?
    /// Whether a person must approve its transfers in Sequence.
    var needsApproval = false
  }

  /// How its runs differ from regular runs, which end at once and report their mode.
  struct Behavior: Sendable {
    /// How many reads of a new run do not find it.
    var hiddenReads = 0
    /// How many further reads find it in progress, without transfers.
    var busyReads = 0
    /// Whether the run stays in progress, with a later retry.
    var retriesLater = false
    /// Whether its runs omit whether they were simulated.
    var omitsMode = false
  }
}

extension SandboxPlatformRule {
  /// Creates a rule with one step that always runs.
  init(id: String, name: String?, actions: [Action]) {
    self.init(id: id, name: name, steps: [Step(actions: actions)])
  }

  private static let created = "2026-01-12T10:00:00.000Z"

  var summary: JSONObject { JSONObject(head + [("isSupported", .bool(isSupported))] + dates) }

  func json(_ accounts: [SandboxAccount]) -> JSONObject {
    let account = JSONValue.string(PlatformTransfer.Party(source, accounts).id)
    let trigger: JSONValue =
      triggerType == "SCHEDULED"
      ? ["type": "SCHEDULED", "scheduleType": "MONTHLY", "startDate": .string(Self.created), "accountId": account]
      : ["type": .string(triggerType), "accountId": account]
    let steps = steps.map { step -> JSONValue in
      let condition = step.onlyAboveCents.map { cents -> JSONValue in
        [
          "condition": [
            "fact": "BALANCE", "operator": "GREATER_THAN", "value": JSONValue(cents), "valueFact": nil, "params": nil,
          ]
        ]
      }
      return ["conditions": condition ?? .null, "actions": .array(step.actions.map { .object($0.json(accounts)) })]
    }
    return JSONObject(head + [("trigger", trigger), ("steps", .array(steps))] + dates)
  }

  private var head: [(String, JSONValue)] {
    [
      ("id", .string(id)), ("name", name.map { .string($0) } ?? .null),
      ("description", .null), ("status", isEnabled ? "ENABLED" : "DISABLED"),
    ]
  }

  private var dates: [(String, JSONValue)] {
    [
      ("createdAt", .string(Self.created)), ("updatedAt", .string(Self.created)),
      ("deletedAt", isDeleted ? .string(Self.created) : .null),
    ]
  }
}

extension SandboxPlatformRule.Action {
  func json(_ accounts: [SandboxAccount]) -> JSONObject {
    let limit = capPerTransferCents.map { ["period": "PER_TRANSFER", "amountInCents": JSONValue($0)] as JSONValue }
    return JSONObject(
      kindJSON + [
        ("source", PlatformTransfer.Party(from, accounts).node),
        ("destination", PlatformTransfer.Party(to, accounts).node), ("groupIndex", 0),
        ("upToEnabled", .bool(movesUpTo)), ("isDirectDeposit", false), ("limit", limit ?? .null),
        ("achDescription", .null),
      ])
  }

  private var kindJSON: [(String, JSONValue)] {
    switch kind {
    case .fixed(let cents): [("type", "FIXED"), ("amountInCents", JSONValue(cents))]
    case .percentage(let value, let ofIncoming):
      [
        ("type", "PERCENTAGE"), ("percentageValue", JSONValue(value)),
        ("percentageTarget", ofIncoming ? "INCOMING_AMOUNT" : "SOURCE_ACCOUNT"),
      ]
    case .topUp(let cents):
      [
        ("type", "TOP_UP"), ("amountInCents", JSONValue(cents)), ("nextPaymentMinimumAccount", .null),
        ("currentBalanceAccount", .null), ("lastStatementBalanceAccount", .null),
      ]
    }
  }

  /// Returns the resulting transfer, or nil if its amount is zero and it is never made.
  /// - Parameter amount: The amount that the rule is run on; nil means the source's balance.
  func transfer(of rule: SandboxPlatformRule, amount: Int?, _ accounts: [SandboxAccount]) -> PlatformTransfer? {
    func balance(_ name: String) -> Int { accounts.first { $0.name == name }?.balanceCents ?? 0 }
    let base = amount ?? balance(from)
    var cents: Int
    switch kind {
    case .fixed(let fixed): cents = fixed
    case .percentage(let value, _): cents = base * value / 100
    case .topUp(let target): cents = max(0, target - balance(to))
    }
    if let capPerTransferCents { cents = min(cents, capPerTransferCents) }
    if movesUpTo { cents = min(cents, balance(from)) }
    guard cents > 0 else { return nil }
    return PlatformTransfer(
      cents: cents, from: PlatformTransfer.Party(from, accounts), to: PlatformTransfer.Party(to, accounts),
      needsApproval: needsApproval)
  }
}
