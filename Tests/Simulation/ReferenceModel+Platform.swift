import JSON
import Rules
import Safeguards

/// What is true of runs over the Platform API.
extension ReferenceModel {
  /// What was shown before the first attempt under a key, which is what a run transfers at most.
  func simulation(before key: String, _ call: SimulatedCall) -> SimulatedPlatform.Run? {
    byName[key]?.simulation ?? call.simulated
  }

  // MARK: The question

  /// A person is asked: the transfers that were simulated stand in the question.
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

  /// A yes covers what was shown: a simulation that was older than 30 s is made again, and may not come to more.
  func checkShown(_ call: SimulatedCall) {
    guard let shown = call.shown, let last = call.simulated else { return }
    if call.confirmedAt - shown.createdAt > 45_000, last.createdAt < call.confirmedAt {
      report(
        .yesToOtherTransfers,
        "\(call) was sent on a simulation made \(call.confirmedAt - shown.createdAt) ms before the yes"
      )
    }
    if last.shownCents > shown.shownCents {
      report(.yesToOtherTransfers, "\(call) transfers \(last.shownCents) cents, the person saw \(shown.shownCents)")
    }
  }

  // MARK: Order of writes

  /// A server looks at a run: what is known of the request is on the disk before.
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

  // MARK: Simulations

  /// A call is answered that asked for a simulation.
  func answers(_ call: SimulatedCall, simulation key: Key, _ code: String, _ world: World) {
    key.callsInFlight -= 1
    if world.platform.run(key: key.name)?.isLive == true,
      ReferenceModel.outcome(of: key.name, world.disk) == "simulated"
    {
      report(.simulatedThoughItRan, "\(call) takes \(key.name) for a simulation")
    }
    guard let run = world.platform.run(key: key.name), run.isLive,
      let line = ReferenceModel.line(ofOutcome: key.name, world.disk)?.prefix(while: { $0 != 0x0A })
    else { return }
    let isUnproven = code == "SIMULATION_NOT_PROVEN" && line.contains(subsequence: #""unproven":true"#)
    let isUnread = code == "SIMULATION_UNREAD" && line.contains(subsequence: #""execution_id":"#)
    guard isUnproven || isUnread else { return }
    // From here on it counts by what was asked for.
    if isUnproven { unproven.insert(key.name) }
    key.ran = machine.moment
    key.last = machine.moment
    key.isSettled = true
    key.cents = call.cents(countsFee: false)
  }

  // MARK: The owner's word

  /// What became of a key's request.
  func truth(of key: String, _ world: World) -> OwnersWord {
    if let run = world.platform.run(key: key), run.isLive { return .ran(amount: Money(cents: run.movedCents)) }
    return byName[key]?.ran == nil ? .didNotRun : .ran(amount: nil)
  }

  func isTold(_ name: String, _ word: OwnersWord) {
    unproven.remove(name)
    guard let key = byName[name] else { return }
    key.isTold = true
    key.isSettled = false
    key.isUndelivered = false
    switch word {
    case .ran(let amount):
      key.told = "accepted"
      if let amount, key.ran != nil { key.cents = amount.cents }
    case .didNotRun: key.told = "rejected"
    }
  }

  // MARK: The end

  /// Every run is known as it was.
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
