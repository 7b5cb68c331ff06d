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
    if call.confirmedAt - shown.createdAt > 45_000, last.createdAt < call.confirmedAt {
      report(
        .yesToOtherTransfers,
        "\(call) was sent on a simulation made \(call.confirmedAt - shown.createdAt) ms before the yes"
      )
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

  /// What a live run must count by at least: what it moves. The program knows it from the simulation, as far as its transfers could be
  /// read. What it could not read does not count where an amount was asked for; where none was, nothing may be sent.
  func counted(_ movedCents: Int64, _ key: Key, _ call: SimulatedCall) -> Int64 {
    if call.triggeredTool == "sweep" { return movedCents }
    return min(movedCents, max(key.shownCents, call.cents(countsFee: false)))
  }

  // MARK: Simulations

  /// Checks the answer to a call that requested a simulation.
  func answers(_ call: SimulatedCall, simulation key: Key, _ code: String, _ world: World) {
    key.callsInFlight -= 1
    guard let run = world.platform.run(key: key.name) else { return }
    if run.isLive, isDetectable(run, call), ReferenceModel.outcome(of: key.name, world.disk) == "simulated" {
      report(.simulatedThoughItRan, "\(call) takes \(key.name) for a simulation")
    }
    guard ["SIMULATION_NOT_PROVEN", "SIMULATION_UNREAD"].contains(code),
      let line = ReferenceModel.line(ofOutcome: key.name, world.disk)?.prefix(while: { $0 != 0x0A }),
      line.contains(subsequence: #""execution_id":"#)
    else { return }
    doubtful.insert(key.name)
    guard run.isLive else { return }
    // From here on it counts.
    sendCount += 1
    key.order = sendCount
    key.ran = machine.moment
    key.last = machine.moment
    key.isSettled = true
    key.cents = counted(run.movedCents, key, call)
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
        run.isLive, !run.transfers.isEmpty
      else { continue }
      report(.simulatedThoughItRan, "\(key) could not be read, and was taken for a simulation later")
    }
  }

  /// Whether the answers about a run of money that was to be simulated give it away: in one case only its transfers do.
  private func isDetectable(_ run: SimulatedPlatform.Run, _ call: SimulatedCall) -> Bool {
    !run.isSimulation || run.lie != .transfersOfOtherMode
      || run.transfers.contains { call.seenTransfers.contains($0.id) }
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
  func truth(of key: String, _ world: World) -> OwnersWord {
    if let run = world.platform.run(key: key), run.isLive { return .ran(amount: Money(cents: run.movedCents)) }
    return byName[key]?.ran == nil ? .didNotRun : .ran(amount: nil)
  }

  func isTold(_ name: String, _ word: OwnersWord) {
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
