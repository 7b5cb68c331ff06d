import JSON
import Rules
import Safeguards

/// The true state of runs over the Platform API.
extension ReferenceModel {
  /// Returns what was shown before the first attempt under a key, which is the most that a run transfers.
  func simulation(before key: String, _ call: SimulatedCall) -> SimulatedPlatform.Run? {
    byName[key]?.simulation ?? call.simulated
  }

  // MARK: The question

  /// Checks that a question to the person contains the simulated transfers.
  func asks(_ call: SimulatedCall, _ message: String) {
    keepQuestion(call)
    guard call.tool == "sweep" else { return }
    call.shown = call.simulated
    for transfer in call.simulated?.transfers ?? [] where !transfer.fails {
      let amount = DollarText.of(Money(cents: transfer.cents))
      if !message.contains(transfer.destination) || !message.contains(amount) {
        report(.questionHidesTransfers, "\(call) asks without '\(transfer.destination) \(amount)'")
      }
    }
  }

  /// Checks that a yes covers what is sent. A simulation older than 30 s is made again, and must not move more than was shown.
  func checkShown(_ call: SimulatedCall) {
    guard let shown = call.shown, let last = call.simulated else { return }
    // The new one may be one that another call made shortly before, without getting its answer.
    let age = call.confirmedAt - last.createdAt
    if age > 45_000 {
      report(.yesToOtherTransfers, "\(call) was sent on a simulation made \(age) ms before the yes")
    }
    // A question comes before any of them has failed.
    let seen = shown.transfers.reduce(0) { $0 + $1.cents }
    if last.shownCents > seen {
      report(.yesToOtherTransfers, "\(call) transfers \(last.shownCents) cents, the person saw \(seen)")
    }
  }

  // MARK: Order of writes

  /// Checks that what is known of a request is on the disk before a server reads its run.
  func reads(_ call: SimulatedCall, _ path: String, _ world: World) {
    guard world.statistics.diskErrors == 0, path.contains("/executions/"),
      let id = path.split(separator: "/").last.map(String.init), let run = world.platform.run(id), !run.isSimulation,
      call.keys.contains(run.key),
      let line = ReferenceModel.line(ofOutcome: run.key, world.disk)?.prefix(while: { $0 != 0x0A })
    else { return }
    if !Array(line).holds(#""execution_id":"\#(id)""#) {
      report(.followedBeforeWritten, "\(call) looks at \(id), which the ledger does not know")
    }
  }

  // MARK: What counts

  /// What a live run must count by at least: what it moves. The program knows it from the simulation. What the key may not read
  /// does not count where an amount was asked for; where none was, or it could not be read for another reason, nothing may be
  /// sent.
  func counted(_ movedCents: Int64, _ key: Key, _ call: SimulatedCall) -> Int64 {
    if call.triggeredTool == "sweep" { return movedCents }
    return min(movedCents, max(key.shownCents, call.cents(countsFee: false)))
  }

  // MARK: Simulations

  /// Checks and records that a server is about to send a simulation.
  func simulates(_ call: SimulatedCall, _ key: Key, isNew: Bool, _ moment: Moment, _ world: World) {
    key.simulatedCents = max(key.simulatedCents, call.cents(countsFee: false))
    guard isNew else { return }
    let lost = keys.last { other in
      other.isLost && !other.isTold && other.rule == key.rule && other.body == key.body && other.callsInFlight == 0
        && isKeyFresh(other, moment) && ReferenceModel.isLost(other.name, world.disk)
    }
    guard let lost else { return }
    report(.simulatedAnew, "\(call) sent \(key.name), and \(lost.name) had no answer")
  }

  /// Checks that Sequence simulates a request. It may move money all the same, which must be within the caps and counts until
  /// the call has its answer.
  func simulates(_ sent: SimulatedSequence.Request, _ call: SimulatedCall, _ run: SimulatedPlatform.Run) {
    guard run.isLive, let key = byName[sent.key], key.ran == nil else { return }
    key.cents = key.simulatedCents
    checkCaps(key)
    // Nobody remembers what a process sent before it died.
    guard key.callsInFlight > 0 else {
      key.cents = 0
      return
    }
    key.ran = machine.moment
    for later in keys where later.ran != nil && later.order > key.order {
      if !later.isSimulation || later.callsInFlight > 0 { checkCaps(later) }
    }
  }

  /// Records that a simulation is no longer being made. From now on it counts only if it is in doubt.
  private func isOver(_ key: Key) {
    if key.callsInFlight == 0, !key.isLost, !key.isTold, !doubtful.contains(key.name) { forget(key) }
  }

  /// Whether the last outcome that is recorded of a simulation is that it had no answer.
  static func isLost(_ key: String, _ disk: SimulatedDisk) -> Bool {
    guard let line = line(ofOutcome: key, disk)?.prefix(while: { $0 != 0x0A }) else { return false }
    return line.contains(subsequence: #""status":"unknown""#) && !line.contains(subsequence: #""execution_id":"#)
      && !line.contains(subsequence: #""unproven":true"#)
  }

  /// Records that a simulation counts from here on, if it is a live run.
  private func count(_ key: Key, _ cents: Int64, _ world: World) {
    guard world.platform.run(key: key.name)?.isLive == true else { return }
    if key.ran == nil {
      sendCount += 1
      key.order = sendCount
      key.ran = machine.moment
    } else if cents > key.cents {
      sendCount += 1
      key.centsBefore.append((key.cents, sendCount))
    }
    key.last = machine.moment
    key.isSettled = true
    key.cents = cents
  }

  /// Records that a simulation counts for nothing again.
  func forget(_ key: Key) { (key.isLost, key.ran, key.cents, key.centsBefore) = (false, nil, 0, []) }

  /// Records that a server stopped while a call was simulated.
  func stops(_ call: SimulatedCall, simulation key: Key, _ world: World) {
    defer { isOver(key) }
    if ReferenceModel.isLost(key.name, world.disk) { loses(key, world) } else { lookForRun(call, key, world) }
  }

  private func loses(_ key: Key, _ world: World) {
    guard !key.isTold else { return }
    key.isLost = true
    // Where no amount was asked for, nobody knows what it moves, so nothing may be sent that might exceed a cap with it.
    let isKnown = key.rule != ConfigurationChoice.canonical(SimulatedPlatform.sweep)
    count(key, isKnown ? key.simulatedCents : world.platform.run(key: key.name)?.movedCents ?? 0, world)
  }

  /// Checks the answer to a call that requested a simulation.
  func answers(_ call: SimulatedCall, simulation key: Key, _ status: String?, _ code: String, _ world: World) {
    key.callsInFlight -= 1
    defer { isOver(key) }
    let recorded = ReferenceModel.outcome(of: key.name, world.disk)
    if recorded == "simulated" {
      if let run = world.platform.run(key: key.name), run.isLive, isDetectable(run, call) {
        report(.simulatedThoughItRan, "\(call) takes \(key.name) for a simulation")
      }
      return forget(key)
    }
    if ["SIMULATION_NOT_PROVEN", "SIMULATION_UNREAD"].contains(code) { return lookForRun(call, key, world) }
    // What the caller was told counts, unless it could not be written.
    let isUnknown = world.statistics.diskErrors == 0 && status == "unknown"
    if isUnknown || ReferenceModel.isLost(key.name, world.disk) { loses(key, world) }
  }

  /// Records that a simulation counts whose run is known and not proven to be simulated.
  private func lookForRun(_ call: SimulatedCall, _ key: Key, _ world: World) {
    guard let run = world.platform.run(key: key.name),
      let line = ReferenceModel.line(ofOutcome: key.name, world.disk)?.prefix(while: { $0 != 0x0A }),
      line.contains(subsequence: #""status":"unknown""#), line.contains(subsequence: #""execution_id":"#)
    else { return }
    doubtful.insert(key.name)
    key.isLost = false
    count(key, counted(run.movedCents, key, call), world)
  }

  /// Whether a simulation stops its base URL by the last outcome that is recorded.
  static func isUnproven(_ key: String, _ disk: SimulatedDisk) -> Bool {
    line(ofOutcome: key, disk)?.prefix(while: { $0 != 0x0A }).contains(subsequence: #""unproven":true"#) == true
  }

  /// Checks what has become of the simulations that could not be read or said to be real runs. Only the first may be taken for
  /// simulations later, and only if they are.
  func checkDoubtful(_ world: World) {
    for key in doubtful.sorted() {
      let codes = ReferenceModel.codes(ofOutcomes: key, world.disk)
      if let own = codes.firstIndex(of: "SIMULATION_NOT_PROVEN"), codes[own...].contains("SIMULATED") {
        report(.doubtForgotten, "\(key) said that it was a real run, and was taken for a simulation later")
      }
      guard ReferenceModel.outcome(of: key, world.disk) == "simulated", let run = world.platform.run(key: key),
        run.isLive, !run.transfers.isEmpty, run.lie != .transfersOfOtherMode || run.transfers.contains(where: wasSeen)
      else { continue }
      report(.simulatedThoughItRan, "\(key) could not be read, and was taken for a simulation later")
    }
  }

  private func wasSeen(_ transfer: SimulatedPlatform.Transfer) -> Bool { seenTransfers.contains(transfer.id) }

  /// Whether the answers about a run of money that was to be simulated give it away: in two cases only its transfers do, and in
  /// one of them that none can be read.
  private func isDetectable(_ run: SimulatedPlatform.Run, _ call: SimulatedCall) -> Bool {
    guard run.isSimulation else { return true }
    return switch run.lie {
    case .transfersOfOtherMode: run.transfers.contains { call.seenTransfers.contains($0.id) }
    case .hidesTransfers: !run.transfers.isEmpty
    default: true
    }
  }

  // MARK: Words

  /// Nobody is told that nothing was moved, or less than was, of what moves money.
  func checkWords(_ call: SimulatedCall, _ content: JSONObject, _ world: World) {
    func moving(_ run: SimulatedPlatform.Run?) -> SimulatedPlatform.Run? {
      run.flatMap { $0.movedCents > 0 && isDetectable($0, call) ? $0 : nil }
    }
    if content["message"]?.stringValue?.contains("othing was moved") == true {
      for run in call.keys.compactMap({ moving(world.platform.run(key: $0)) }) {
        report(.movedUntold, "\(call) is told that nothing was moved, and \(run.id) moves \(run.movedCents) cents")
      }
    }
    guard let told = content["run"], let id = told["execution_id"]?.stringValue,
      let run = moving(world.platform.run(key: call.keys.last ?? "") ?? world.platform.run(id))
    else { return }
    let outcome = told["outcome"]?.stringValue ?? ""
    let isOpen = told["next_attempt_at"] != nil
    if ["nothing_moved", "conditions_not_met"].contains(outcome) || outcome == "failed" && !isOpen {
      report(.movedUntold, "\(call) is told '\(outcome)' of \(run.id), which moves \(run.movedCents) cents")
    }
    guard let moved = told["moved"]?.numberValue?.text, moved != Money(cents: run.movedCents).description else {
      return
    }
    // While it goes on, some transfers are read before its end and some after it; a duplicate tells what was known then.
    let none = Money(cents: 0).description
    if ["running", "settling"].contains(outcome) || told["pending"]?.numberValue?.text != none { return }
    let mayBeNone = isOpen || machine.now < run.endsAt
    if moved != none || !mayBeNone {
      report(.movedUntold, "\(call) is told that \(run.id) moved \(moved) (\(outcome)) and not \(run.movedCents) cents")
    }
  }

  // MARK: The owner's word

  /// Returns what really happened to a key's request.
  func truth(of key: String, _ world: World) -> OwnerStatement {
    if let run = world.platform.run(key: key), run.isLive { return .ran(amount: Money(cents: run.movedCents)) }
    return byName[key]?.ran == nil ? .didNotRun : .ran(amount: nil)
  }

  func isTold(_ name: String, _ word: OwnerStatement) {
    doubtful.remove(name)
    guard let key = byName[name] else { return }
    key.isTold = true
    key.isSettled = false
    key.isUndelivered = false
    switch word {
    case .ran(let amount):
      key.told = "accepted"
      if let amount, key.ran != nil { key.ownersWord = (amount.cents, sendCount) }
    case .didNotRun: key.told = "rejected"
    }
  }

  // MARK: The end

  /// Checks that every run is known as it really was.
  func compareRuns(_ world: World, _ known: (String) -> KnownRun?) {
    for key in byName.values.sorted(by: { $0.name < $1.name }) where key.isPlatform && !key.isTold {
      guard let run = world.platform.run(key: key.name), !run.isSimulation, let known = known(run.id) else { continue }
      let moved = known.run?["moved"]?.numberValue?.text
      let truth = Money(cents: run.movedCents).description
      if !known.isFinal || moved != truth {
        report(.runCountedWrong, "\(run.id) moved \(truth), the ledger says \(moved ?? "nothing")")
      }
    }
  }
}

extension Sequence<UInt8> {
  fileprivate func contains(subsequence text: String) -> Bool { Array(self).holds(text) }
}
