import JSON
import Rules
import Safeguards
import Secrets
import SequenceAPI

/// One trigger that a call asks for, with validated arguments and a rendered payload.
struct TriggerPlan: Sendable {
  /// A stored secret, or one that the caller passed to `trigger_rule`.
  enum Credential: Sendable {
    case reference(SecretReference)
    case passed(Secret)
  }

  /// The settings for the additional steps through the Platform API; nil for the Remote API, which has none.
  struct PlatformTerms: Sendable, Equatable {
    /// Whether each live run is simulated first.
    let simulates: Bool
    /// How long a call waits for the end of its run.
    let followSeconds: Int
    /// Whether a limit on money or a question above an amount is in force.
    let countsAmounts: Bool
    /// Whether such a limit or question has no amount but that of the simulation.
    let needsAmounts: Bool
  }

  /// The name of the rule as shown to the person.
  let title: String
  /// The arguments as the caller sent them, so that the call can be planned again after a reload.
  let arguments: JSONObject
  let secret: Credential
  var confirmation: ConfirmationPolicy
  var platform: PlatformTerms?
  /// The earlier attempt that it repeats; nil if there is none, and before the safeguards' forecast.
  var repetition: Repetition?
  /// The result of the simulation; nil before it, and if there is none.
  var simulation: Simulation?
  /// The amount that was known before the simulation.
  var askedAmount: Money?
  var intent: TriggerIntent
  /// Until when it may be sent: five minutes after the person's yes, or after the beginning of a call that nobody was asked
  /// about. nil until it begins.
  var notAfter: ClockMoment?

  /// Takes from the safeguards' forecast what the call repeats, and the earlier call that the person must know about.
  mutating func apply(_ forecast: Forecast) {
    switch forecast {
    case .go(let repetition, let earlier):
      intent.earlier = earlier
      self.repetition = repetition
      guard let repetition else { return }
      // The person sees the body that will be sent, with the time and the random values of the earlier attempt.
      intent.payload = repetition.payload
      intent.repeatedKey = repetition.idempotencyKey
      intent.shown = repetition.shown
    case .refused(_, let repeatedKey): intent.repeatedKey = repeatedKey
    case .duplicate: break
    }
  }

  /// Whether limits or questions depend on the amount that a simulation reports.
  var needsAmounts: Bool { platform?.needsAmounts == true }

  /// How long a run may be sent after it was simulated: what it moves may change meanwhile.
  private static let simulationMilliseconds: Int64 = 120_000

  /// Until when the run itself may be sent.
  var runNotAfter: ClockMoment? {
    guard let simulation else { return notAfter }
    let end = simulation.madeAt.adding(milliseconds: Self.simulationMilliseconds)
    return notAfter?.earlier(end) ?? end
  }

  /// The simulated run, for the details of a failure.
  var runDetails: JSONObject { simulation.map { ["run": .object($0.run)] } ?? [:] }

  /// The name of the secret, for messages about its absence.
  var secretName: String { platform == nil ? "the rule's API secret" : "the API key" }
}

/// Everything that a configuration determines about one call: its content, destination, secret and restrictions. A call that
/// began under an earlier configuration is sent only if its terms are unchanged.
struct TriggerTerms: Sendable, Equatable {
  let tool: String
  let ruleID: String
  let api: SequenceAPIName
  /// The additional steps through the Platform API.
  let platform: TriggerPlan.PlatformTerms?
  /// The base URL and the trigger path.
  let address: String
  /// The rendered body as bytes (see `hasSameBytes`), with its times and random values pinned.
  let body: [UInt8]
  let amount: Money?
  /// nil for a secret that the caller passed.
  let secret: SecretReference?
  let confirmation: ConfirmationPolicy
  let limits: Limits
  let globalLimits: Limits
  let dedupeWindowSeconds: Int

  init(_ plan: TriggerPlan, over client: SequenceClient) {
    let intent = plan.intent
    tool = intent.tool
    ruleID = intent.ruleID
    api = intent.api
    platform = plan.platform
    address = client.triggerAddress(intent.api)
    body = JSONWriter.write(intent.identity)
    amount = intent.amount
    secret =
      switch plan.secret {
      case .reference(let reference): reference
      case .passed: nil
      }
    confirmation = plan.confirmation
    limits = intent.limits
    globalLimits = intent.globalLimits
    dedupeWindowSeconds = intent.dedupeWindowSeconds
  }

  /// The terms that an approval at the terminal is bound to, besides the call itself: the address and the secret's reference.
  var boundToApprovals: JSONValue {
    [.string(address), .string(secret.map { String(describing: $0) } ?? "passed by the caller")]
  }
}
