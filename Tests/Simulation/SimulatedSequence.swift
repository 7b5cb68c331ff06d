import JSON
import Rules

/// Sequence itself, as its documentation describes it: it runs a trigger at most once per key, remembers keys for 24 hours, and
/// answers.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class SimulatedSequence: @unchecked Sendable {
  private struct Seen {
    let body: [UInt8]
    let at: Int64
    let requestID: String
  }

  private var seen: [String: Seen] = [:]
  private var count = 0
  private let plant: Plant?

  init(plant: Plant?) { self.plant = plant }

  /// A request that arrived.
  struct Request {
    let key: String
    let rule: String
    let body: JSONValue
    var isPlatform = false
    var isSimulation: Bool { isPlatform && body["simulation"]?.boolValue == true }
  }

  struct Answer {
    var status: Int
    var headers: [(String, String)] = []
    var body: JSONValue
  }

  static let surelyNotRun: [(status: Int, code: String)] = [
    (400, "INVALID_REQUEST"), (400, "INVALID_PARAMETERS"), (401, "INVALID_API_SECRET"), (401, "UNAUTHORIZED"),
    (403, "ACCESS_DENIED"), (403, "RULE_DEACTIVATED"), (403, "MAXIMUM_AMOUNT_EXCEEDED"), (404, "RULE_NOT_FOUND"),
    (422, "INVALID_RULE"), (429, "TOO_MANY_REQUESTS"), (429, "RATE_LIMIT_EXCEEDED"),
  ]

  /// Receives a request, and runs it or not.
  /// - Parameter ran: Called before the answer.
  func receive(_ request: Request, now: Int64, _ dice: inout Dice, ran: () -> Void) -> Answer {
    let body = JSONWriter.write(request.body)
    if let known = seen[request.key], now - known.at < (plant == .keysForgottenSoon ? 43_200_000 : 86_400_000) {
      guard known.body == body else {
        return SimulatedSequence.failure(409, "IDEMPOTENCY_KEY_MISMATCH")
      }
      // The rate limit does not consider keys.
      if dice.chance(20) { return SimulatedSequence.refusal(&dice) }
      return SimulatedSequence.accepted(known.requestID)
    }
    let roll = dice.below(100)
    if roll < 15 { return SimulatedSequence.refusal(&dice) }
    if roll < 20 { return SimulatedSequence.failure(dice.pick([500, 502, 503]), "UNEXPECTED_ERROR") }
    count += 1
    let id = "req_\(count)"
    seen[request.key] = Seen(body: body, at: now, requestID: id)
    ran()
    if roll < 25 { return SimulatedSequence.failure(dice.pick([500, 503]), "UNEXPECTED_ERROR") }
    if roll < 28 { return SimulatedSequence.failure(409, "RULE_EXECUTION_IN_PROGRESS") }
    return SimulatedSequence.accepted(id)
  }

  static func accepted(_ id: String) -> Answer {
    Answer(status: 200, body: ["code": "OK", "message": "Rule triggered", "data": ["requestId": .string(id)]])
  }

  static func failure(_ status: Int, _ code: String, _ message: String = "no") -> Answer {
    Answer(status: status, body: ["code": .string(code), "message": .string(message)])
  }

  private static func refusal(_ dice: inout Dice) -> Answer {
    let (status, code) = dice.pick(surelyNotRun)
    var answer = failure(status, code)
    if status == 429, dice.chance(70) { answer.headers = [("retry-after", dice.pick(["0", "1", "5", "20"]))] }
    return answer
  }
}
