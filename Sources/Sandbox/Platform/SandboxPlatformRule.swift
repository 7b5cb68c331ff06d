package import JSON

/// A rule as the Platform API shows and runs it.
package struct SandboxPlatformRule: Sendable {
  package var id: String
  package var name: String?
  package var description: String?
  package var isEnabled = true
  /// Whether this version of the API can express it.
  package var isSupported = true
  /// `MANUAL`, `SCHEDULED` or `ON_FUNDS_TRANSFERRED`.
  package var triggerType = "MANUAL"
  /// The account whose balance it works on unless an amount is given.
  package var source: String
  package var steps: [Step]
  package var behavior = Behavior()

  package init(id: String, name: String?, source: String = "Checking", steps: [Step]) {
    self.id = id
    self.name = name
    self.source = source
    self.steps = steps
  }

  /// A rule of one step that always runs.
  package init(id: String, name: String?, source: String = "Checking", actions: [Action]) {
    self.init(id: id, name: name, source: source, steps: [Step(actions: actions)])
  }

  package struct Step: Sendable {
    /// In the API's own shape; nil runs always.
    package var condition: JSONValue?
    package var actions: [Action]

    package init(condition: JSONValue? = nil, actions: [Action]) {
      self.condition = condition
      self.actions = actions
    }
  }

  package struct Action: Sendable {
    package enum Kind: Sendable {
      case fixed(cents: Int)
      /// - Parameter ofIncoming: of the amount of the run; else of the source's balance.
      case percentage(Int, ofIncoming: Bool = true)
      case topUp(toCents: Int)
      case roundDown(cents: Int)
      case nextPaymentMinimum, totalAmountDue, lastStatementBalance
      case percentageOfLiability(Int)
    }

    package var kind: Kind
    /// The accounts' names; one that nobody has here is an outside account.
    package var from: String
    package var to: String
    package var movesUpTo: Bool
    package var capPerTransferCents: Int?
    /// Whether a person must approve its transfers in Sequence.
    package var needsApproval = false

    package init(
      _ kind: Kind, from: String = "Checking", to: String, movesUpTo: Bool = false, capPerTransferCents: Int? = nil
    ) {
      self.kind = kind
      self.from = from
      self.to = to
      self.movesUpTo = movesUpTo
      self.capPerTransferCents = capPerTransferCents
    }
  }

  /// How its runs differ from those that end at once and say what they are.
  package struct Behavior: Sendable {
    /// How often a fresh run is not found.
    package var hiddenLooks = 0
    /// How often it is then still in progress, with nothing made.
    package var busyLooks = 0
    /// Whether it stays in progress, to be tried again later.
    package var retriesLater = false
    /// Whether its runs do not say whether they were simulated.
    package var omitsMode = false

    package init() {}
  }
}
