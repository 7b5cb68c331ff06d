package import JSON

/// A rule as listed by the Platform API.
package struct PlatformRuleSummary: Sendable, Hashable {
  package let id: String
  /// nil if the owner set none; not unique.
  package let name: String?
  package let description: String?
  package let isEnabled: Bool
  /// Whether this version of the API supports the rule.
  package let isSupported: Bool
  package let isDeleted: Bool

  /// Returns nil if the data has no id, because the rule could not be used.
  init?(_ data: AnswerValue) {
    guard let id = data["id"]?.id else { return nil }
    self.id = id
    name = data["name"]?.text
    description = data["description"]?.text
    isEnabled = data["status"]?.word != "DISABLED"
    isSupported = data["isSupported"]?.sent.boolValue != false
    isDeleted = ![nil, .null].contains(data["deletedAt"]?.sent)
  }
}

/// A rule with its steps. Only the first step whose conditions hold runs.
package struct PlatformRule: Sendable, Hashable {
  package let summary: PlatformRuleSummary
  /// `MANUAL`, `SCHEDULED`, `ON_FUNDS_TRANSFERRED`, or another value.
  package let triggerType: String?
  package let steps: [Step]

  init?(_ data: AnswerValue) {
    guard let summary = PlatformRuleSummary(data) else { return nil }
    self.summary = summary
    triggerType = data["trigger"]?["type"]?.text
    steps = (data["steps"]?.objects ?? []).map(Step.init)
  }

  /// A condition and what is done if it holds (Sequence API docs, read 2026-11).
  package struct Step: Sendable, Hashable {
    /// nil if the step always runs.
    package let condition: Condition?
    package let actions: [Action]

    init(_ data: AnswerValue) {
      condition = data["conditions"].flatMap { $0.sent == .null ? nil : Condition($0) }
      actions = (data["actions"]?.objects ?? []).map(Action.init)
    }
  }

  /// The condition under which a step runs.
  package indirect enum Condition: Sendable, Hashable {
    /// `BALANCE GREATER_THAN 50000`, in Sequence's terms and in cents.
    /// - `accountID`: the account whose balance is tested; nil means the trigger's account.
    case test(fact: String, comparison: String, value: String, accountID: String?)
    case any([Condition])
    case all([Condition])
    /// An undocumented form.
    case other

    init(_ value: AnswerValue) {
      self =
        if let test = value["condition"], test.sent.objectValue != nil {
          .test(
            fact: test["fact"]?.text ?? "", comparison: test["operator"]?.text ?? "",
            value: test["valueFact"]?.text ?? test["value"]?.number?.text ?? "",
            accountID: test["params"]?["accountId"]?.id)
        } else if let parts = value["any"]?.elements {
          .any(parts.map(Condition.init))
        } else if let parts = value["all"]?.elements {
          .all(parts.map(Condition.init))
        } else {
          .other
        }
    }
  }

  /// One transfer that a step makes (Sequence API docs, read 2026-11).
  package struct Action: Sendable, Hashable {
    /// How the amount of an action is calculated.
    package enum Kind: Sendable, Hashable {
      /// Moves that sum regardless of the amount that the rule is run on; nil if it is not an amount of money.
      case fixed(cents: Int64?)
      /// - `value`: 0 to 100, in its original digits.
      case percentage(value: JSONNumber?, target: PercentageTarget)
      case topUp
      case roundDown
      case nextPaymentMinimum
      case totalAmountDue
      case lastStatementBalance
      case percentageOfLiability(value: JSONNumber?)
      /// An undocumented value.
      case other(String)
    }

    /// The amount that a percentage is taken of.
    package enum PercentageTarget: Sendable, Hashable {
      case incomingAmount, sourceAccount
      case other(String)
    }

    /// Sequence's own cap on an action.
    package struct Cap: Sendable, Hashable {
      /// `PER_TRANSFER`, `PER_WEEK`, `PER_MONTH`, `PER_YEAR`, or another value.
      package let period: String
      package let cents: Int64?
    }

    package let kind: Kind
    package let source: Transfer.Party?
    package let destination: Transfer.Party?
    package let cap: Cap?

    init(_ data: AnswerValue) {
      kind = Action.kind(data)
      source = Transfer.Party(data["source"])
      destination = Transfer.Party(data["destination"])
      cap = data["limit"].flatMap { limit in
        limit.sent.objectValue == nil
          ? nil : Cap(period: limit["period"]?.text ?? "", cents: limit["amountInCents"]?.amount)
      }
    }

    private static func kind(_ data: AnswerValue) -> Kind {
      let percentage = data["percentageValue"]?.number
      switch data["type"]?.word ?? "" {
      case "FIXED": return .fixed(cents: data["amountInCents"]?.amount)
      case "PERCENTAGE":
        switch data["percentageTarget"]?.word ?? "" {
        case "INCOMING_AMOUNT": return .percentage(value: percentage, target: .incomingAmount)
        case "SOURCE_ACCOUNT": return .percentage(value: percentage, target: .sourceAccount)
        default: return .percentage(value: percentage, target: .other(data["percentageTarget"]?.text ?? ""))
        }
      case "TOP_UP": return .topUp
      case "ROUND_DOWN": return .roundDown
      case "NEXT_PAYMENT_MINIMUM": return .nextPaymentMinimum
      case "TOTAL_AMOUNT_DUE": return .totalAmountDue
      case "LAST_STATEMENT_BALANCE": return .lastStatementBalance
      case "PERCENTAGE_LIABILITY_BALANCE": return .percentageOfLiability(value: percentage)
      default: return .other(data["type"]?.text ?? "")
      }
    }
  }
}
