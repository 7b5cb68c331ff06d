import JSON

/// Sequence's Platform API, as its documentation describes it: runs a rule at most once for a key, simulates runs, and tells
/// later what became of them. What a simulation shows is what the live run of the same call then tries to transfer. In half of
/// the schedules it is a bank that lies about some of its runs.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class SimulatedPlatform: @unchecked Sendable {
  struct Transfer {
    let id: String
    let destination: String
    let cents: Int64
    /// Whether it ends without moving anything.
    var fails = false
  }

  enum Fate {
    case executed, partlyFailed, failed, nothingMoved, conditionsNotMet
  }

  struct Run {
    let id: String
    let key: String
    let rule: String
    let isSimulation: Bool
    /// Whether it moves money, and reports that it does, even if a simulation was requested.
    let isLive: Bool
    let fate: Fate
    let transfers: [Transfer]
    let createdAt: Int64
    let endsAt: Int64
    /// What most answers about it say that is not so.
    let lie: Lie?
    /// The id that its acceptance names.
    let saidID: String

    /// The sum of the transfers that do not fail.
    var shownCents: Int64 { transfers.reduce(0) { $0 + ($1.fails ? 0 : $1.cents) } }
    /// The same of those with these ids.
    func shownCents(of ids: Set<String>) -> Int64 {
      transfers.reduce(0) { $0 + ($1.fails || !ids.contains($1.id) ? 0 : $1.cents) }
    }
    /// The amount that it has moved in the end.
    var movedCents: Int64 { isLive ? shownCents : 0 }
  }

  static let path = "/platform/v1"
  /// Splits the requested amount.
  static let wages = "6d0f7a1c-3b52-4f0e-8f5a-2f4f0d9d7b11"
  /// Moves the balance of the source account.
  static let sweep = "0c9b8a7d-6e5f-4a3b-9c2d-1e0f9a8b7c6d"
  /// The time in milliseconds after which every run has ended.
  static let longestRun: Int64 = 3 * 86_400_000 + 3_600_000

  /// Whether the key may read transfers.
  let readsTransfers: Bool
  /// Whether the rule of `wages` also has an action that ignores the amount.
  private let hasFixedAction: Bool
  private let plant: Plant?
  private let lies: [Lie]
  /// Whether it runs half of what it is to simulate.
  var runsSimulations = false
  /// Whether it tells nothing but the truth from now on.
  var isHonest = false
  /// Whether the simulation under that key is in doubt, for `Plant.doubtfulBelieved`.
  var isDoubted: (String) -> Bool = { _ in false }
  private var runs: [Run] = []
  private var byKey: [String: (body: [UInt8], run: Int)] = [:]

  init(_ dice: inout Dice, plant: Plant?) {
    readsTransfers = dice.chance(85)
    hasFixedAction = dice.chance(30)
    lies = dice.chance(50) ? (0...dice.below(3)).map { _ in dice.pick(Lie.allCases) } : []
    self.plant = plant
  }

  var hasRun: Bool { !runs.isEmpty }

  func run(_ id: String) -> Run? { runs.first { $0.id == id } }
  func run(key: String) -> Run? { byKey[key].map { runs[$0.run] } }

  // MARK: Triggers

  /// Receives a trigger, and runs it or not.
  /// - Parameters:
  ///   - simulated: What was shown of the call.
  ///   - isKnown: Whether the program knows the run of that id.
  ///   - ran: Told before the answer.
  func receive(
    _ request: SimulatedSequence.Request, simulated: Run?, now: Int64, _ dice: inout Dice, isKnown: (String) -> Bool,
    ran: (Run) -> Void
  ) -> SimulatedSequence.Answer {
    let body = JSONWriter.write(request.body)
    if let known = byKey[request.key], now - runs[known.run].createdAt < 86_400_000 {
      guard known.body == body else { return SimulatedPlatform.failure(400, "IDEMPOTENCY_KEY_MISMATCH") }
      if dice.chance(20) { return SimulatedPlatform.failure(429, "RATE_LIMIT_EXCEEDED") }
      return SimulatedPlatform.accepted(runs[known.run].saidID)
    }
    let roll = dice.below(100)
    if roll < 10 {
      let (status, code) = dice.pick(SimulatedSequence.surelyNotRun)
      return SimulatedPlatform.failure(status, code)
    }
    if roll < 14 { return SimulatedPlatform.failure(dice.pick([500, 502, 503]), "UNEXPECTED_ERROR") }
    let run = make(request, simulated: simulated, now: now, &dice, isKnown: isKnown)
    byKey[request.key] = (body, runs.count)
    runs.append(run)
    ran(run)
    if roll < 18 { return SimulatedPlatform.failure(dice.pick([500, 503]), "UNEXPECTED_ERROR") }
    if roll < 20 { return SimulatedPlatform.failure(409, "RULE_EXECUTION_IN_PROGRESS") }
    return SimulatedPlatform.accepted(run.saidID)
  }

  private func make(
    _ request: SimulatedSequence.Request, simulated: Run?, now: Int64, _ dice: inout Dice, isKnown: (String) -> Bool
  ) -> Run {
    let isLive = !request.isSimulation || dice.below(runsSimulations ? 2 : lies.isEmpty ? 200 : 12) == 0
    let fate: Fate = dice.pick(
      weighted: request.isSimulation
        ? [(84, .executed), (5, .partlyFailed), (3, .failed), (4, .nothingMoved), (4, .conditionsNotMet)]
        : [(60, .executed), (12, .partlyFailed), (8, .failed), (10, .nothingMoved), (10, .conditionsNotMet)])
    var transfers = simulated?.transfers ?? plan(request, &dice)
    for index in transfers.indices {
      transfers[index] = Transfer(
        id: SimulatedPlatform.uuid(1000 * (runs.count + 1) + index), destination: transfers[index].destination,
        cents: transfers[index].cents, fails: fate == .failed || fate == .partlyFailed && index == 0)
    }
    if fate == .nothingMoved || fate == .conditionsNotMet { transfers = [] }
    let lasting: Int64 =
      request.isSimulation
      ? dice.pick([0, 0, 0, 400, 3000, 20_000])
      : dice.pick([0, 1000, 5000, 60_000, 3_600_000, 3_600_000, 259_200_000])
    var lie = lies.isEmpty || dice.chance(40) ? nil : dice.pick(lies)
    // These would be the same in all answers.
    if lie == .otherMode, request.isSimulation, isLive { lie = nil }
    if lie == .failsInSimulation, isLive { lie = nil }
    if lie == .hidesTransfers, !readsTransfers { lie = nil }
    if request.isSimulation, isLive == (plant?.lie == .hidesTransfers) { lie = plant?.lie ?? lie }
    let id = SimulatedPlatform.uuid(runs.count + 1)
    let earlier = lie == .knownExecutionID ? runs.last { $0.rule == request.rule && isKnown($0.id) } : nil
    return Run(
      id: id, key: request.key, rule: request.rule, isSimulation: request.isSimulation, isLive: isLive, fate: fate,
      transfers: transfers, createdAt: now, endsAt: now + lasting, lie: lie, saidID: earlier?.id ?? id)
  }

  private func plan(_ request: SimulatedSequence.Request, _ dice: inout Dice) -> [Transfer] {
    func transfer(_ destination: String, _ cents: Int64) -> Transfer {
      Transfer(id: "", destination: destination, cents: cents)
    }
    guard let asked = request.body["executeAmount"]?.numberValue?.intValue else {
      return [transfer("Savings", dice.pick([2000, 5000, 8000]))]
    }
    let half = Int64(asked) / 2
    return [transfer("Savings", half), transfer("Taxes", Int64(asked) - half)]
      + (hasFixedAction ? [transfer("Fees", dice.pick([1000, 9000]))] : [])
  }

  // MARK: Reading

  /// Answers a `GET`.
  /// - Parameter path: Relative to the base.
  /// - Returns: the answer, and whether it is the truth.
  func answer(
    _ path: String, now: Int64, _ dice: inout Dice
  ) -> (answer: SimulatedSequence.Answer, isTrue: Bool) {
    let parts = path.split(separator: "/").map(String.init)
    if parts.count == 4, parts[0] == "rules", let run = run(parts[3]) {
      // A new run may not be found for a moment.
      if now - run.createdAt < 1000, dice.chance(30) {
        return (SimulatedPlatform.failure(404, "RULE_EXECUTION_NOT_FOUND"), true)
      }
      return answer(about: run, now: now, &dice)
    }
    guard parts.count == 2, parts[0] == "transfers", readsTransfers,
      let run = runs.first(where: { $0.transfers.contains { $0.id == parts[1] } }),
      let transfer = run.transfers.first(where: { $0.id == parts[1] })
    else { return (SimulatedPlatform.failure(403, "ACCESS_DENIED"), true) }
    let truth = told(transfer, of: run, now: now)
    guard let lie = lie(about: run, &dice) else { return said(truth, truth, of: transfer.id) }
    let others = runs.flatMap { run in run.transfers.map { (transfer: $0, run: run) } }
      .filter { $0.transfer.id != transfer.id }
    let other = others.isEmpty ? nil : dice.pick(others)
    let isLast = run.transfers.count > 1 && run.transfers.last?.id == transfer.id
    let otherTold = other.map { told($0.transfer, of: $0.run, now: now) }
    guard var data = lie.ofTransfer(truth, isLast: isLast, other: otherTold, &dice) else {
      let (status, code) = dice.pick([
        (404, "TRANSFER_NOT_FOUND"), (500, "UNEXPECTED_ERROR"), (403, "FORBIDDEN"), (200, "NONE"),
      ])
      if plant == .unreadDenied || plant == .hiddenDenied {
        return (SimulatedPlatform.failure(403, "ACCESS_DENIED"), false)
      }
      return (SimulatedPlatform.failure(status, code), false)
    }
    if lie == .transfersOfOtherMode { data["executionMode"] = run.isSimulation ? "LIVE" : "SIMULATION" }
    return said(data, truth, of: transfer.id)
  }

  private func answer(
    about run: Run, now: Int64, _ dice: inout Dice
  ) -> (answer: SimulatedSequence.Answer, isTrue: Bool) {
    let truth = told(run, now: now)
    guard let lie = lie(about: run, &dice) else { return said(truth, truth, of: run.id) }
    let others = runs.filter { $0.id != run.id }
    let other = others.isEmpty ? nil : dice.pick(others)
    let end = told(run, now: max(now, run.endsAt))
    guard var data = lie.ofRun(truth, end: end, other: other.map { told($0, now: now) }) else {
      let (status, code) = dice.pick([
        (403, "ACCESS_DENIED"), (404, "RULE_EXECUTION_NOT_FOUND"), (500, "UNEXPECTED_ERROR"), (200, "NONE"),
      ])
      return (SimulatedPlatform.failure(status, code), false)
    }
    if lie == .transfersOfOtherMode || lie == .hidesTransfers {
      data["executionMode"] = run.isSimulation ? "SIMULATION" : "LIVE"
    }
    return said(data, truth, of: run.id)
  }

  private func said(
    _ data: JSONObject, _ truth: JSONObject, of id: String
  ) -> (answer: SimulatedSequence.Answer, isTrue: Bool) {
    let isTrue = data == truth
    let data = plant?.believed(data, isTrue: isTrue, asked: id) ?? data
    return (SimulatedSequence.Answer(status: 200, body: ["data": .object(data)]), isTrue)
  }

  /// What an answer about a run says that is not so; nil for the truth.
  private func lie(about run: Run, _ dice: inout Dice) -> Lie? {
    guard !isHonest, let lie = run.lie, dice.chance(75) else { return nil }
    return lie
  }

  private func mode(_ run: Run) -> JSONValue {
    let isBelieved = plant == .simulationsBelieved || plant == .doubtfulBelieved && isDoubted(run.key)
    return run.isLive && !(run.isSimulation && isBelieved) ? "LIVE" : "SIMULATION"
  }

  private func told(_ run: Run, now: Int64) -> JSONObject {
    let hasEnded = now >= run.endsAt
    let isEarly = plant == .runsCountedEarly && !run.isSimulation && !hasEnded && run.transfers.count > 1
    let transfers = isEarly ? Array(run.transfers.suffix(1)) : run.transfers
    let failed = transfers.count(where: \.fails)
    let isOver = hasEnded || isEarly
    let status: JSONValue =
      switch run.fate {
      case _ where !isOver: "IN_PROGRESS"
      case .executed, .nothingMoved, .conditionsNotMet: "EXECUTED"
      case .partlyFailed: isEarly ? "EXECUTED" : "PARTIAL"
      case .failed: "FAILED"
      }
    let attempted = run.fate == .nothingMoved ? 2 : transfers.count
    return [
      "id": .string(run.id), "ruleId": .string(run.rule), "executionMode": mode(run), "status": status,
      "conditionsNotMet": .bool(run.fate == .conditionsNotMet && isOver), "transfersAttempted": JSONValue(attempted),
      "transfersCompleted": JSONValue(isOver ? transfers.count - failed : 0),
      "transfersFailed": JSONValue(isOver ? failed : 0), "transfersPending": JSONValue(isOver ? 0 : transfers.count),
      "transferIds": .array(transfers.map { .string($0.id) }),
    ]
  }

  private func told(_ transfer: Transfer, of run: Run, now: Int64) -> JSONObject {
    let isOver = now >= run.endsAt || plant == .runsCountedEarly && !run.isSimulation
    return [
      "id": .string(transfer.id), "amountInCents": JSONValue(Int(transfer.cents)), "executionMode": mode(run),
      "status": isOver ? (transfer.fails ? "ERROR" : "COMPLETE") : "PENDING", "ruleExecutionId": .string(run.id),
      "source": ["id": "acc_1", "name": "Checking"],
      "destination": ["id": .string("acc_" + transfer.destination), "name": .string(transfer.destination)],
    ]
  }

  // MARK: Answers

  private static func accepted(_ id: String) -> SimulatedSequence.Answer {
    SimulatedSequence.Answer(
      status: 202, body: ["message": "queued", "requestId": "req_p", "data": ["executionId": .string(id)]])
  }

  private static func failure(_ status: Int, _ code: String) -> SimulatedSequence.Answer {
    SimulatedSequence.Answer(status: status, body: ["error": ["code": .string(code), "message": "no"]])
  }

  private static func uuid(_ number: Int) -> String {
    let digits = String(number)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.utf8.count) + digits
  }
}
